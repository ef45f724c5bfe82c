// Turns one text of a known format (an HTTP answer, a program's output) into a Candidate.

import type { Candidate } from '../core/look.ts';
import type { As } from '../probes/plugin.ts';
import { type Answer, type Body, candidate, type Facts, textBody } from './candidate.ts';

export type DocumentInput = Answer & {
  text: string;
  /** See `formatOf` for a guess from the content type. */
  format: As;
  /** Where it came from, in the reader's words: `GET /api/bookings/8841`. */
  source: string;
  /** The request named the marker or an alias, so the whole answer is the record. */
  named?: boolean;
  /** Whether it is what a program printed. Otherwise it is the answer of a server: data or a page, by its format. */
  printed?: boolean;
  at?: string;
  instance?: string;
};

/**
 * @throws Blind `wrong-answer` where the text is not of that format (JSON that does not parse, XML that is not
 * well-formed), `gave-up` where it is nested beyond reason.
 */
export async function documentCandidate(input: DocumentInput): Promise<Candidate> {
  const { text, format, source, named, printed, at, instance, headers, cookies, url } = input;
  const http = headers !== undefined || cookies !== undefined || url !== undefined;
  const facts: Facts = {
    source,
    origin: printed === true ? 'output' : format === 'json' || format === 'xml' ? 'data' : 'page',
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
  return candidate(facts, await bodyOf(text, format));
}

async function bodyOf(text: string, format: As): Promise<Body> {
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
      return markupBody(text, format);
    }
    default:
      return textBody(text);
  }
}
