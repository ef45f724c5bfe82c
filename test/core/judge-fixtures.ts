// Candidates and readings made by hand, for the tests of the judge.

import { judge } from '../../smoke/core/judge.ts';
import type { Candidate, Look, Picked, Reading, Selection, Sought, Split } from '../../smoke/core/look.ts';
import { inflate } from '../../smoke/select/inflate.ts';

export const text = 'smk-t4n2xw7f3kq9tz2m';
export const other = 'smk-t4n2xw8cccccccca';
export const note: string = `Arriving late & tired. ${text}`;
export const alias = 'bk_8841-77aa';

export type Json = string | number | null | readonly Json[] | { readonly [key: string]: Json };

/** A candidate on parsed JSON; selectors are keys joined by dots, and `[]` splits a list. Anything else does not fit. */
export function record(
  value: Json,
  more: { source?: string; named?: boolean; at?: string; raw?: string } = {},
): Candidate {
  const { raw, ...facts } = { source: 'answer', ...more };
  const at = (selector: string): Json | undefined =>
    selector.split('.').reduce<Json | undefined>((part, key) => {
      if (part === null || typeof part !== 'object' || Array.isArray(part)) return undefined;
      return Object.hasOwn(part, key) ? (part as Readonly<Record<string, Json>>)[key] : undefined;
    }, value);
  const wrong = { fits: false, why: 'this is JSON' } as const;
  return {
    ...facts,
    text: () => raw ?? JSON.stringify(value),
    *leaves() {
      yield* leavesOf(value, '$');
    },
    select(selector): Picked {
      if (selector.startsWith('<')) return wrong;
      const found = at(selector);
      return { fits: true, values: found === undefined ? [] : [found === null ? '' : String(found)] };
    },
    split(selector): Split {
      if (selector.startsWith('<')) return wrong;
      const list = at(selector);
      const items = Array.isArray(list) ? (list as readonly Json[]) : [];
      return { fits: true, candidates: items.map((one, index) => record(one, { source: `record ${index + 1}` })) };
    },
  };
}

/** A candidate of plain text, which no selector of ours fits. */
export function line(content: string, source = 'line'): Candidate {
  const wrong = { fits: false, why: 'this is text' } as const;
  return {
    source,
    text: () => content,
    leaves: () => [{ path: 'text', text: content }],
    select: () => wrong,
    split: () => wrong,
  };
}

export function* leavesOf(value: Json, path: string): Generator<{ path: string; text: string }> {
  if (typeof value === 'string') yield { path, text: value };
  else if (value !== null && typeof value === 'object') {
    for (const [key, part] of Object.entries(value)) yield* leavesOf(part as Json, `${path}.${key}`);
  }
}

export function reading(candidates: readonly Candidate[], whole = true): Reading {
  return { candidates, whole, searched: 'what was read', cost: { requests: 1, bytes: 1, ms: 1 } };
}

export const sought: Sought = {
  marker: { text, fixed: 11, prefix: 'smk-' },
  aliases: new Map([
    ['booking', alias],
    ['room', '101'],
  ]),
  sent: [{ text: note, document: false }],
};

export function look(candidates: readonly Candidate[], selection: Partial<Selection> = {}, whole = true): Look {
  return judge(reading(candidates, whole), { allow: [], reference: false, ...selection }, sought, { inflate }).look;
}

export const where = { id: '8841' };
export const ours = (more: Record<string, Json>): Candidate => record({ id: 8841, ...more });
