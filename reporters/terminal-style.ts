// Colour, as a help only: every coloured text says the same without it.

import type { ScenarioRecord } from '../smoke/core/record.ts';
import type { Tone } from './hop-row.ts';

export type Style = { paint: (tone: Tone | 'strong', text: string) => string };

const codes: Readonly<Record<Tone | 'strong', readonly [on: number, off: number]>> = {
  good: [32, 39],
  bad: [31, 39],
  unsure: [33, 39],
  quiet: [2, 22],
  strong: [1, 22],
};

export function createStyle(color: boolean): Style {
  if (!color) return { paint: (_tone, text) => text };
  return { paint: (tone, text) => `\u001b[${codes[tone][0]}m${text}\u001b[${codes[tone][1]}m` };
}

export function verdictMark({ verdict }: ScenarioRecord): { symbol: '✓' | '✗' | '?'; tone: Tone } {
  if (verdict?.passes === true) return { symbol: '✓', tone: 'good' };
  return verdict?.passes === false ? { symbol: '✗', tone: 'bad' } : { symbol: '?', tone: 'unsure' };
}
