// What a scenario leaves on the screen: short where it passed, the whole trail where it did not.

import type { ScenarioRecord } from '../smoke/core/record.ts';
import { branchesOf } from './branches.ts';
import { duration } from './durations.ts';
import { type HopRow, hopRows, printable } from './hop-row.ts';
import { hopTable } from './hop-table.ts';
import { type Style, verdictMark } from './terminal-style.ts';
import { timelineLines } from './terminal-timeline.ts';
import { padEnd, widthOf, wrap } from './text-width.ts';
import { type TrailLine, trailLines } from './trail-lines.ts';

export type BlockOptions = {
  style: Style;
  verbose: boolean;
  /** Columns of the terminal; undefined in a pipe, where lines may be of any length. */
  width?: number;
  /** Warnings of markers that nothing is known of: those that stand above already are not repeated. */
  told?: Set<string>;
};

const headWidth = 96;
const labelWidth = 12;

export function blockLines(scenario: ScenarioRecord, options: BlockOptions): string[] {
  if (isUnheardOf(scenario) && !options.verbose)
    return [...headLines(scenario, options), ...unheardLines(scenario, options)];
  const rows = hopRows(scenario);
  const passed = scenario.verdict?.passes === true;
  const trail = trailLines(scenario).filter(({ label }) => !passed || options.verbose || isTelling(label, scenario));
  const short = passed && !options.verbose;
  return [
    ...headLines(scenario, options),
    ...(short ? wrapped(hopTimes(rows), 2, options.width) : ['', ...table(rows, options), '']),
    ...trail.flatMap((line) => trailLine(line, options)),
    ...(options.verbose ? ['', ...timeline(scenario, options)] : []),
    ...(short && trail.length === 0 ? [] : ['']),
  ];
}

/** A marker that is traced, and of which nothing is known by which a hop could be read: a table would only say so again. */
function isUnheardOf({ verdict, steps, looks }: ScenarioRecord): boolean {
  const isTraced =
    verdict !== undefined && verdict.verdict === 'unproven' && !steps.some(({ phase }) => phase === 'send');
  return isTraced && looks.length > 0 && looks.every(({ look }) => look.kind === 'not-made');
}

function unheardLines(scenario: ScenarioRecord, options: BlockOptions): string[] {
  const { told = new Set() } = options;
  return trailLines(scenario)
    .filter(({ label, text }) => (label === 'Warning' || label === 'Hint') && !told.has(text) && told.add(text))
    .flatMap((line) => trailLine(line, options));
}

/** One line for a scenario of which many alike were shown already. */
export function headLines(scenario: ScenarioRecord, { style, width }: BlockOptions): string[] {
  const { symbol, tone } = verdictMark(scenario);
  const { id, marker, verdict } = scenario;
  const said = printable(verdict?.headline ?? 'no verdict', 300);
  const name = printable(id, 80);
  const took = verdict === undefined ? '' : duration(verdict.took);
  const plain = [`${symbol} ${name}`, printable(marker, 80), said].join('  ');
  const most = Math.min(headWidth, (width ?? headWidth + 1) - 1);
  if (width !== undefined && widthOf(plain) + widthOf(took) + 2 > most) {
    const [first = '', ...rest] = wrap(`${plain}  ${took}`.trimEnd(), most - 2);
    return [style.paint(tone, first), ...rest.map((line) => `  ${line}`)];
  }
  const head = `${style.paint(tone, symbol)} ${style.paint('strong', name)}  ${printable(marker, 80)}  ${style.paint(tone, said)}`;
  const space = Math.max(2, most - widthOf(plain) - widthOf(took));
  return [`${head}${' '.repeat(space)}${took}`.trimEnd()];
}

/** Of a scenario that passed: what is to be known all the same. */
function isTelling(label: string, { verdict, cleaned }: ScenarioRecord): boolean {
  if (label === 'Cleanup')
    return cleaned?.state === 'failed' || cleaned?.state === 'kept' || cleaned?.state === 'lingering';
  if (label === '')
    return (
      verdict?.verdict !== 'arrived' ||
      verdict.also.length > 0 ||
      branchesOf(verdict).some(({ trail }) => trail.warnings.length > 0)
    );
  return label === 'Attached' || label === 'Warning' || label === 'Blind' || label === 'Also';
}

/** `web +0.12 s · queue +0.13 s · worker ? blind`. */
function hopTimes(rows: readonly HopRow[]): string {
  return rows
    .map(({ hop, symbol, word, since }) => (symbol === '✓' ? `${hop} ${since}` : `${hop} ${symbol} ${word}`))
    .join(' · ');
}

function table(rows: readonly HopRow[], { style, width }: BlockOptions): string[] {
  return hopTable(rows, { paint: style.paint, ...(width !== undefined && { width: width - 1 }) });
}

function trailLine(line: TrailLine, { style, width }: BlockOptions): string[] {
  const { label, text, continues } = line;
  const indent = line.within ? 4 : 2;
  const margin = ' '.repeat(indent);
  if (line.heading) {
    return wrapped(text, indent, width).map((one) => `${margin}${style.paint('strong', one.slice(indent))}`);
  }
  if (label === '' && !continues) return wrapped(text, indent, width);
  const [command = '', ...comment] = text.split('   ');
  const isWhole = label === 'Attached' || text.startsWith('smoketrail ');
  // A command and a path must stay one line to be copied: the terminal itself breaks it. What a command does can stand below.
  if (isWhole && width !== undefined) {
    if (comment.length === 0 || indent + labelWidth + widthOf(text) < width)
      return trailLine(line, { style, verbose: false });
    const below = wrapped(comment.join('   '), indent + labelWidth + 2, width);
    return [...trailLine({ ...line, text: command }, { style, verbose: false }), ...below];
  }
  const narrow = width !== undefined && width < 50;
  const lines = narrow ? wrapped(text, indent + 2, width) : wrapped(text, indent + labelWidth, width);
  const [first = '', ...rest] = lines;
  if (narrow) return [...(label === '' ? [] : [`${margin}${style.paint('quiet', label)}`]), ...lines];
  return [`${margin}${style.paint('quiet', padEnd(label, labelWidth))}${first.trimStart()}`, ...rest];
}

function timeline(scenario: ScenarioRecord, { width }: BlockOptions): string[] {
  return timelineLines(scenario).flatMap(({ moment, text }) => {
    const [first = '', ...rest] = wrapped(text, 2 + moment.length + 2, width);
    return [`  ${moment}  ${first.trimStart()}`, ...rest];
  });
}

function wrapped(text: string, indent: number, width: number | undefined): string[] {
  const lines = width === undefined ? [text] : wrap(text, width - 1 - indent);
  return lines.map((line) => `${' '.repeat(indent)}${line}`);
}
