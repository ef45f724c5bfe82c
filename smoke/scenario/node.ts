// A YAML document as nodes that know where they stand. Shapes only.

import type { At } from './tree.ts';

export type Span = At & { length: number };

export type ScalarNode = {
  kind: 'scalar';
  value: string | number | boolean | bigint | null;
  /** As written, without quotes. */
  text: string;
  span: Span;
  /** Where a character of `value` stands, for a text. */
  at(index: number): At;
};
export type ListNode = { kind: 'list'; items: readonly Node[]; span: Span };
export type Entry = { key: string; keySpan: Span; node: Node };
export type MapNode = { kind: 'map'; entries: ReadonlyMap<string, Entry>; span: Span };
export type Node = ScalarNode | ListNode | MapNode;
