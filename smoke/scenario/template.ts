// `${{ … }}` in parsed scalars. (Contract; the implementation belongs to the scenario loader.)

/** A scalar with expressions in it. `source` is its text as written. */
export type Template = { readonly source: string; readonly place: { file: string; line: number; column: number } };

/** A parsed value in which texts may be templates. */
export type Tree = null | boolean | number | bigint | string | Template | readonly Tree[] | { readonly [key: string]: Tree };

/** What names stand for while one marker runs. */
export type Scope = {
  marker?: string;
  aliases: ReadonlyMap<string, string>;
  /** Already resolved, or resolved on demand: the loader's `varsScope` makes it. */
  vars: (name: string) => unknown;
  env: Readonly<Record<string, string | undefined>>;
  secret: (name: string) => string | undefined;
  run: { id: string; startedAt: string };
  /** Results of function calls, by their text: one value per marker. Plain JSON, so that the ledger can keep it. */
  computed: Map<string, string | number>;
  now: Date;
  /** A fraction in [0, 1). */
  random: () => number;
  uuid: () => string;
  timezone: string;
};

/** What a tree needs before it can be resolved. */
export type Names = {
  marker: boolean;
  aliases: ReadonlySet<string>;
  vars: ReadonlySet<string>;
  env: ReadonlySet<string>;
  secrets: ReadonlySet<string>;
};

export type Resolved = { ok: true; value: unknown } | { ok: false; missing: readonly string[] };

export declare function resolve(tree: Tree, scope: Scope): Resolved;
/** Names in the tree, those behind `vars.x` included when `vars` is given. */
export declare function namesIn(tree: Tree, vars?: Readonly<Record<string, Tree>>): Names;
