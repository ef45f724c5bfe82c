// Turns one text of a known format (an HTTP answer, a program's output) into a Candidate.

import type { Candidate, Origin } from '../core/look.ts';
import type { As } from '../probes/plugin.ts';
import { type Answer, type Body, candidate, type Facts, textBody } from './candidate.ts';

export type DocumentInput = Answer & {
  text: string;
  /** See `formatOf` for a guess from the content type. */
  format: As;
  /** Where it came from, in the reader's words: `GET /api/bookings/8841`. */
  source: string;
  /** CSS of elements in HTML that are found, and whose texts do not count as what it says. */
  unseen?: string;
  /** The request named the marker or an alias, so the whole answer is the record. */
  named?: boolean;
  /** A whole answer: of a server (a page or data, by its format) or of a program. Left out where it is a record by itself. */
  answered?: 'by a server' | 'by a program';
  at?: string;
  instance?: string;
};

/**
 * @throws Blind `wrong-answer` where the text is not of that format (JSON that does not parse, XML that is not
 * well-formed), `gave-up` where it is nested beyond reason.
 */
export async function documentCandidate(input: DocumentInput): Promise<Candidate> {
  const { text, format, source, unseen, named, answered, at, instance, headers, cookies, url } = input;
  const http = headers !== undefined || cookies !== undefined || url !== undefined;
  const facts: Facts = {
    source,
    ...(answered === undefined ? {} : { origin: originOf(answered, format) }),
    ...(named === undefined ? {} : { named }),
    ...(at === undefined ? {} : { at }),
    ...(instance === undefined ? {} : { instance }),
    ...(http
      ? {
          answer: {
            ...(headers === undefined ? {} : { headers }),
            ...(cookies === undefined ? {} : { cookies }),
            ...(url === undefined ? {} : { url }),
          },
        }
      : {}),
  };
  return candidate(facts, await bodyOf(text, format, unseen));
}

function originOf(answered: 'by a server' | 'by a program', format: As): Origin {
  if (answered === 'by a program') return 'output';
  return format === 'json' || format === 'xml' ? 'data' : 'page';
}

async function bodyOf(text: string, format: As, unseen: string | undefined): Promise<Body> {
  switch (format) {
    case 'json': {
      const [{ loadJsonPath }, { parseJson }, { jsonDocument }] = await Promise.all([
        import('./json-path.ts'),
        import('./json-text.ts'),
        import('./json-body.ts'),
      ]);
      return jsonDocument(parseJson(text), await loadJsonPath(), text);
    }
    case 'xml':
    case 'html': {
      const { markupBody } = await import('./markup-body.ts');
      return markupBody(text, format, unseen);
    }
    default:
      return textBody(text);
  }
}
