// Records of earlier runs as a table: the marker, how old it is, where it is, and what it is known by.

import { visible } from '../core/escape.ts';
import type { Leftover } from '../run/leftovers.ts';

/** `mask`: applied to each value before it is shown. */
export function leftoverLines(leftovers: readonly Leftover[], mask: (text: string) => string): string[] {
  const head = ['marker', 'age', 'where', 'known by', 'text'];
  const rows = leftovers.map(({ journey, age, where, text }) => [
    journey.marker.text,
    ageInWords(age),
    where,
    [...journey.aliases].map(([name, value]) => `${name}=${shortened(mask(value))}`).join(' ') || '–',
    shortened(text),
  ]);
  const all = [head, ...rows].map((row) => row.map(visible));
  const widths = head.map((_, column) => Math.max(...all.map((row) => row[column]?.length ?? 0)));
  return all.map((row) => `  ${row.map((cell, column) => cell.padEnd(widths[column] ?? 0)).join('  ')}`.trimEnd());
}

/** `45 s`, `12 min`, `3 h`, `41 days`. */
export function ageInWords(ms: number): string {
  if (ms < 120_000) return `${Math.floor(ms / 1000)} s`;
  if (ms < 7_200_000) return `${Math.floor(ms / 60_000)} min`;
  if (ms < 172_800_000) return `${Math.floor(ms / 3_600_000)} h`;
  return `${Math.floor(ms / 86_400_000)} days`;
}

/** A duration that was asked for, to the full: `150 s` and not `2 min`, and `1.5 h` as `90 min`. */
export function limitInWords(ms: number): string {
  const unit = (
    [
      [86_400_000, 'days'],
      [3_600_000, 'h'],
      [60_000, 'min'],
    ] as const
  ).find(([size]) => ms >= 2 * size && ms % size === 0);
  return unit === undefined ? `${ms / 1000} s` : `${ms / unit[0]} ${unit[1]}`;
}

function shortened(text: string): string {
  return text.length > 60 ? `${text.slice(0, 59)}…` : text;
}
