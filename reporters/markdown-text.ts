// Texts from outside in Markdown. Escaping would not do: a mention, an autolink or an emoji is found in escaped text as
// well, after it was decoded. Inside code nothing is read as anything but text, so that is where they stand.

import { printable } from './hop-row.ts';

/** Inline code that may stand in a table cell too. A `|` is spelled out, for renderers differ in how they read `\|`. */
export function code(text: string, most = 300): string {
  const safe = printable(text, most).replaceAll('|', '\\x7c').trim();
  if (safe === '' || safe === '–') return '–';
  const ticks = '`'.repeat(longestRun(safe) + 1);
  const space = safe.startsWith('`') || safe.endsWith('`') ? ' ' : '';
  return `${ticks}${space}${safe}${space}${ticks}`;
}

/** Lines as a block of code. They must be printable already. */
export function fenced(lines: readonly string[]): string {
  const fence = '`'.repeat(Math.max(3, longestRun(lines.join('\n')) + 1));
  return [`${fence}text`, ...lines, fence].join('\n');
}

/** `cells` must be fit for a table: code, or words of ours. */
export function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]): string => `| ${cells.join(' | ')} |`;
  return [line(head), line(head.map(() => '---')), ...rows.map(line)].join('\n');
}

function longestRun(text: string): number {
  return (text.match(/`+/g) ?? []).reduce((most, run) => Math.max(most, run.length), 0);
}
