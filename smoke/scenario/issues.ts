// Turns what a validator found into plain facts: a path, a kind, and words.

import type { StandardIssue } from '../probes/standard-schema.ts';

export type Finding = {
  path: readonly string[];
  kind: 'unknown-key' | 'missing-key' | 'wrong-type' | 'bad-value';
  /** What the value must be: `a number`; or the validator's own words. */
  message: string;
  /** True where a value of another shape might do: a choice between shapes, not a plain type. */
  choice: boolean;
};

/** What valibot adds to a Standard Schema issue; zod adds `code` and `keys`, other validators nothing. */
type Rich = StandardIssue & {
  kind?: string;
  type?: string;
  expected?: string | null;
  input?: unknown;
  issues?: readonly Rich[];
  code?: string;
  keys?: readonly unknown[];
};

export function findingsOf(issues: readonly StandardIssue[]): Finding[] {
  return issues.flatMap((issue) => nearestBranch(issue as Rich)).flatMap(findingsIn);
}

/** zod names all unknown keys of an object in one issue, at the object. */
function findingsIn(issue: Rich): Finding[] {
  if (issue.code !== 'unrecognized_keys' || !Array.isArray(issue.keys)) return [findingOf(issue)];
  const path = pathOf(issue);
  return issue.keys.map((key) => ({
    path: [...path, String(key)],
    kind: 'unknown-key',
    message: 'unknown key',
    choice: false,
  }));
}

/** Of a choice between shapes, the shape that got furthest is the one that was meant. */
function nearestBranch(issue: Rich): Rich[] {
  const deeper =
    issue.type === 'union' || issue.type === 'variant'
      ? (issue.issues ?? []).filter((inner) => (inner.path?.length ?? 0) > 0)
      : [];
  if (deeper.length === 0) return [issue];
  const base = issue.path ?? [];
  return deeper.flatMap((inner) => nearestBranch({ ...inner, path: [...base, ...(inner.path ?? [])] }));
}

function findingOf(issue: Rich): Finding {
  const path = pathOf(issue);
  const choice = issue.type === 'union' || issue.type === 'variant' || issue.type === undefined;
  // Nobody but valibot says in `expected` all that would do: of others, only a plain type is put into our words.
  const isForeign = issue.kind === undefined && !Object.hasOwn(WORDS, issue.expected ?? '');
  const own = !/^Invalid /.test(issue.message) || isForeign;
  if (issue.expected === 'never' || /^(unknown|unrecognized) key/i.test(issue.message)) {
    return { path, kind: 'unknown-key', message: 'unknown key', choice: false };
  }
  // A missing key of an object: valibot's path ends in the key, its input is the object, what it expects is the key's name.
  if (
    issue.type === 'object_with_rest' ||
    issue.type === 'strict_object' ||
    issue.type === 'loose_object' ||
    issue.type === 'object'
  ) {
    if (issue.expected !== 'Object') return { path, kind: 'missing-key', message: 'is missing', choice: false };
  }
  if (issue.input === undefined && 'input' in issue && issue.kind === 'schema' && path.length > 0) {
    return {
      path,
      kind: 'missing-key',
      message: own ? issue.message : `must be ${words(issue.expected)}`,
      choice: false,
    };
  }
  const fixed = issue.type === 'picklist' || issue.type === 'literal' || issue.type === 'enum';
  const kind = issue.kind === 'validation' || fixed ? 'bad-value' : 'wrong-type';
  return { path, kind, message: own ? issue.message : `must be ${words(issue.expected)}`, choice };
}

function pathOf({ path }: Rich): string[] {
  return (path ?? []).map((step) => String(typeof step === 'object' ? step.key : step));
}

const WORDS: Readonly<Record<string, string>> = {
  Object: 'a mapping of keys to values',
  Array: 'a list',
  string: 'a text',
  number: 'a number',
  bigint: 'a whole number',
  boolean: 'true or false',
  null: 'empty',
};

function words(expected: string | null | undefined): string {
  if (expected === undefined || expected === null) return 'something else';
  const options = expected
    .replaceAll(/[()"]/g, '')
    .split(' | ')
    .map((option) => WORDS[option] ?? option);
  return [...new Set(options)].join(', ').replace(/, ([^,]*)$/, ' or $1');
}
