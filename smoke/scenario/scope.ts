// What names stand for while one marker runs.

export type Scope = {
  marker?: string;
  aliases: ReadonlyMap<string, string>;
  /** Already resolved, or resolved on demand: the loader's `varsScope` makes it. */
  vars: (name: string) => unknown;
  env: Readonly<Record<string, string | undefined>>;
  secret: (name: string) => string | undefined;
  /** What the login of the session in use kept; absent where none is in use. */
  session?: (name: string) => string | undefined;
  run: { id: string; startedAt: string };
  /** Results of function calls, by their text: one value per marker. Plain JSON, so that the ledger can keep it. */
  computed: Map<string, string | number>;
  now: Date;
  /** A fraction in [0, 1). */
  random: () => number;
  uuid: () => string;
  timezone: string;
};

/** Given by `Scope.vars` for a variable that cannot be resolved yet, so that the names it waits for are told. */
export class Unresolved {
  readonly missing: readonly string[];
  constructor(missing: readonly string[]) {
    this.missing = missing;
  }
}

/** A call or a variable that has names enough but no sensible value: `int(5, 1)`, a time zone nobody knows. */
export class TemplateError extends Error {
  constructor(message: string, more: { cause?: unknown } = {}) {
    super(message, more);
    this.name = 'TemplateError';
  }
}
