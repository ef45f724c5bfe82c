// The parsed form of values with `${{ … }}` in them. Shapes only.

/** Where something stands in a file. Line and column count from 1. */
export type At = { file: string; line: number; column: number };

/** Marks templates among the plain objects of a tree; no file can contain a symbol. */
export const TEMPLATE: unique symbol = Symbol('template');

/** A scalar with expressions in it. `source` is its text as written. */
export type Template = {
  readonly [TEMPLATE]: true;
  readonly source: string;
  readonly place: At;
  /** Literal texts and expressions, in order. One lone expression keeps the type of its value. */
  readonly parts: readonly (string | Expression)[];
  /** What values put into the text are escaped for. */
  readonly escape?: 'url' | 'xml';
};

/** A parsed value in which texts may be templates. */
export type Tree =
  | null
  | boolean
  | number
  | bigint
  | string
  | Template
  | readonly Tree[]
  | { readonly [key: string]: Tree };

export type NameSpace = 'marker' | 'alias' | 'vars' | 'env' | 'secret' | 'run' | 'session';

export type NameRef = { readonly kind: 'name'; readonly space: NameSpace; readonly name: string; readonly place: At };

export type Call = {
  readonly kind: 'call';
  readonly fn: string;
  readonly args: readonly Expression[];
  /** The call in one spelling, whatever white space it was written with: its key among the computed values. */
  readonly text: string;
  readonly place: At;
};

/** `file('./body.xml')`: read by the loader, so that resolving needs no disk. */
export type FileCall = {
  readonly kind: 'file';
  readonly path: string;
  readonly place: At;
  content: string | undefined;
};

export type Expression =
  | { readonly kind: 'literal'; readonly value: string | number }
  | NameRef
  | Call
  | FileCall
  /** `a ?? b ?? c`: the first that has a value. */
  | { readonly kind: 'first'; readonly of: readonly Expression[] };

export function isTemplate(tree: unknown): tree is Template {
  return typeof tree === 'object' && tree !== null && TEMPLATE in tree;
}

export function isList(tree: Tree): tree is readonly Tree[] {
  return Array.isArray(tree);
}

/** A name as a report and an error show it: `vars.web`, `booking`. */
export function nameText(ref: { space: NameSpace; name: string }): string {
  return ref.space === 'alias' || ref.space === 'marker' ? ref.name : `${ref.space}.${ref.name}`;
}
