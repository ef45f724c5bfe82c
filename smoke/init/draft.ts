// A scenario before it is text: sections with the remarks that explain them, and what the report says about them.

import type { Asked } from './secrets.ts';
import type { Value } from './value.ts';

export type Section = {
  /** Lines above the key. */
  above?: string;
} & ({ key: string; value: Value } | { remark: string });

export type Draft = {
  name: string;
  /** Comment at the top of the file. */
  head: string;
  sections: readonly Section[];
  facts: Facts;
};

/** What the person who imported must know. */
export type Facts = {
  sends: string;
  watches: readonly string[];
  unwatched: readonly string[];
  cleans: string;
  asked: readonly Asked[];
  openVars: readonly string[];
  notes: readonly string[];
};
