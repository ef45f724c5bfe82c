// Makes a Candidate out of a decoded body: what every format shares (regular expressions, headers, records) lives here once.

import type { Beside, Candidate, Origin, Picked, Split } from '../core/look.ts';
import { withBoundedRegex } from './bounded-regex.ts';
import { selectorOf } from './selector.ts';

export type Leaf = { path: string; text: string };

/** One value a selector found: its text, and the same as a record of its own. */
export type Part = { value: string; body(): Body };

export type Found = { fits: true; parts: readonly Part[] } | { fits: false; why: string };

/**
 * A decoded text of one format. `find` gets JSONPath, CSS or a column name, never a regular expression. `misfit` says
 * why records were not even to be expected where a selector for them found none.
 */
export type Body = {
  text(): string;
  leaves(): Iterable<Leaf>;
  find(kind: 'jsonpath' | 'name', selector: string): Found;
  misfit?(kind: 'jsonpath' | 'name', selector: string): string | undefined;
  /** See `Candidate`. */
  around?(kind: 'jsonpath' | 'name', selector: string): Iterable<Beside>;
};

/** The HTTP answer around a body, for `header:`, `cookie:` and `url:`. */
export type Answer = {
  headers?: Readonly<Record<string, string | readonly string[] | undefined>>;
  /** Name → value; without it, the answer's Set-Cookie headers are read. */
  cookies?: Readonly<Record<string, string>>;
  url?: string;
};

/** What is known of a candidate beside its content. */
export type Facts = {
  source: string;
  named?: boolean;
  origin?: Origin;
  line?: boolean;
  at?: string;
  instance?: string;
  /** See `Evidence`. */
  ongoing?: true;
  failed?: true;
  /** See `Candidate`. */
  awaits?(selector: string): boolean;
  answer?: Answer;
};

/** Characters a regular expression is tried on, since a careless pattern takes more than linear time. */
const REGEX_CAP = 1024 * 1024;
const MATCH_CAP = 100_000;

export function candidate(facts: Facts, body: Body): Candidate {
  const { source, named, origin, line, at, instance, ongoing, failed, awaits } = facts;
  return {
    source,
    ...(named === undefined ? {} : { named }),
    ...(origin === undefined ? {} : { origin }),
    ...(line === undefined ? {} : { line }),
    ...(at === undefined ? {} : { at }),
    ...(instance === undefined ? {} : { instance }),
    ...(ongoing && { ongoing }),
    ...(failed && { failed }),
    ...(awaits && { awaits }),
    text: () => body.text(),
    leaves: () => body.leaves(),
    select(selector: string): Picked {
      const found = find(facts, body, selector, false);
      return found.fits ? { fits: true, values: found.parts.map((part) => part.value) } : found;
    },
    split(selector: string): Split {
      const found = find(facts, body, selector, true);
      if (!found.fits) return found;
      const { named: _named, origin: _whole, awaits: _outer, ...inherited } = facts;
      return {
        fits: true,
        candidates: found.parts.map((part, index) =>
          candidate({ ...inherited, source: `${source}, record ${index + 1}` }, part.body()),
        ),
      };
    },
    around(records: string): Iterable<Beside> {
      const selector = selectorOf(records);
      if (selector.kind !== 'jsonpath' && selector.kind !== 'name') return [];
      return body.around?.(selector.kind, selector.text) ?? [];
    },
  };
}

/** A body that is nothing but text. `what` names it in the message for a selector of another format. */
export function textBody(text: string, what = 'text'): Body {
  return {
    text: () => text,
    leaves: () => [{ path: 'text', text }],
    find: (kind, selector) => ({
      fits: false,
      why: `${kind === 'jsonpath' ? `"${selector}" is JSONPath` : `"${selector}" is CSS or a column name`}, but this is ${what}: use a regular expression, as in /note: (.*)/`,
    }),
  };
}

function find(facts: Facts, body: Body, text: string, all: boolean): Found {
  const selector = selectorOf(text);
  switch (selector.kind) {
    case 'wrong':
      return { fits: false, why: selector.why };
    case 'regex':
      return matches(selector.pattern, body.text(), all);
    case 'header':
    case 'cookie':
    case 'url':
      return facts.answer === undefined
        ? { fits: false, why: `"${text}" reads an HTTP answer, and this is none` }
        : { fits: true, parts: values(facts.answer, selector).map(textPart) };
    default: {
      const found = body.find(selector.kind, selector.text);
      const why =
        all && found.fits && found.parts.length === 0 ? body.misfit?.(selector.kind, selector.text) : undefined;
      return why === undefined ? found : { fits: false, why };
    }
  }
}

function textPart(value: string): Part {
  return { value, body: () => textBody(value) };
}

/** The first group of the first match, or of every match for records and under the flag `g`. */
function matches(pattern: RegExp, text: string, all: boolean): Found {
  if (text.length > REGEX_CAP) {
    return {
      fits: false,
      why: `the text has ${text.length} characters; regular expressions are tried on 1 MB at most`,
    };
  }
  return withBoundedRegex(() => matchesIn(pattern, text, all || pattern.global));
}

function matchesIn(pattern: RegExp, text: string, every: boolean): Found {
  const searcher = new RegExp(pattern.source, pattern.global ? pattern.flags : `${pattern.flags}g`);
  const parts: Part[] = [];
  for (const match of text.matchAll(searcher)) {
    // A group that took no part in the match (an alternative) found nothing.
    const value = match.length > 1 ? match[1] : match[0];
    if (value !== undefined) parts.push(textPart(value));
    if (!every) break;
    if (parts.length >= MATCH_CAP) return { fits: false, why: `the pattern matches more than ${MATCH_CAP} times` };
  }
  return { fits: true, parts };
}

function values(
  answer: Answer,
  selector: { kind: 'header' | 'cookie'; name: string } | { kind: 'url' },
): readonly string[] {
  if (selector.kind === 'url') return answer.url === undefined ? [] : [answer.url];
  if (selector.kind === 'header') return headerValues(answer, selector.name);
  const given = Object.entries(answer.cookies ?? setCookies(answer));
  return given.filter(([name]) => name === selector.name).map(([, value]) => value);
}

function headerValues(answer: Answer, name: string): readonly string[] {
  const wanted = name.toLowerCase();
  return Object.entries(answer.headers ?? {})
    .filter(([header]) => header.toLowerCase() === wanted)
    .flatMap(([, value]) => value ?? []);
}

function setCookies(answer: Answer): Record<string, string> {
  return Object.fromEntries(
    headerValues(answer, 'set-cookie').map((line) => {
      const pair = line.split(';', 1)[0] ?? '';
      const at = pair.indexOf('=');
      return [pair.slice(0, Math.max(at, 0)).trim(), pair.slice(at + 1).trim()];
    }),
  );
}
