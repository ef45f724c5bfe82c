// What was written, what it does and does not watch, and what to do next.

import { visible } from '../core/escape.ts';
import type { Draft } from './draft.ts';
import { wrapped } from './wrapped.ts';

type Row = [label: string, lines: readonly string[]];

const longestNote = 84;

/** `file` as the person would write it; `-` for standard output. */
export function initReport({ facts, name }: Draft, file: string): string {
  const shown = /^[\w./:@-]+$/.test(file) ? file : `'${file.replaceAll("'", "'\\''")}'`;
  const rows: Row[] = [
    ['Sends', [facts.sends]],
    ['Watches', facts.watches.length === 0 ? ['nothing yet'] : facts.watches],
    ['Not watched', facts.unwatched],
    ['Cleans', [facts.cleans]],
    ['Set first', facts.asked.map(({ name: secret, what }) => `export ${secret}=…   ${what}`)],
    ['Give', facts.openVars.map((one) => `--var ${one}=…   or a value under vars`)],
    ...facts.notes.map((note): Row => ['Note', wrapped(note, longestNote)]),
    file === '-'
      ? ['Next', ['save it as a file, then smoketrail check and smoketrail run']]
      : ['Next', [`smoketrail check ${shown}`, `smoketrail run ${shown}`]],
  ];
  const lines = rows.flatMap(([label, texts]) =>
    texts.map((text, index) => `  ${(index === 0 ? label : '').padEnd(12)}${visible(text)}`),
  );
  return [`✓ ${file === '-' ? 'standard output' : file}  ${name}`, ...lines, ''].join('\n');
}
