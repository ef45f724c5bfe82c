// A report for a pull request, a wiki or a chat: what passed in one table, and the trail of each marker that did not.

import { notStarted, type RunRecord, type ScenarioRecord } from '../smoke/core/record.ts';
import { withHint } from '../smoke/core/wording.ts';
import type { ReporterFactory } from '../smoke/reporter.ts';
import { atEnd } from './at-end.ts';
import { duration } from './durations.ts';
import { hopRows, printable } from './hop-row.ts';
import { code, fenced, table } from './markdown-text.ts';
import { coverageLines } from './terminal-coverage.ts';
import { verdictMark } from './terminal-style.ts';
import { summaryLine } from './terminal-summary.ts';
import { trailLines, trailText } from './trail-lines.ts';

/** Bytes: a comment on GitHub takes 65,536 characters. */
const mostInComment = 60_000;
/** Rows of the table; those that did not pass stand first. */
const mostRows = 100;
/** Markers of one scenario with one headline whose trail is shown. */
const alikeInFull = 3;

export const markdown: ReporterFactory = atEnd((record) => markdownOf(record, mostInComment));

/** `most`: bytes it may take. What does not fit is left out whole, and said to be. */
export function markdownOf(record: RunRecord, most: number): string {
  const { scenarios } = record;
  const order = scenarios.toSorted((a, b) => rank(a) - rank(b));
  const passed = scenarios.filter(({ verdict }) => verdict?.passes === true).length;
  const blocks = [
    `## ${symbolOf(record)} smoketrail: ${passed} of ${scenarios.length} passed`,
    ...(scenarios.length === 0 ? ['No scenario was run.'] : [overview(order)]),
  ];
  const end = [...notes(record), code(summaryLine(record), 600)];
  const details = detailsOf(order);
  let left = most - bytesOf([...blocks, ...end].join('\n\n')) - 200;
  const fitting = details.filter((block, index) => {
    // Once one does not fit, none that follows is shown: what is missing is a tail, not a hole.
    left -= bytesOf(block) + 2;
    return left >= 0 || (index === 0 && left > 0);
  });
  if (fitting.length < details.length)
    fitting.push(
      `${details.length - fitting.length} more trails do not fit here; the other reports of the run have them.`,
    );
  return `${[...blocks, ...fitting, ...end].join('\n\n')}\n`;
}

function overview(scenarios: readonly ScenarioRecord[]): string {
  const rows = scenarios.slice(0, mostRows).map((scenario) => {
    const { id, marker, verdict } = scenario;
    const took = verdict === undefined ? '–' : duration(verdict.took);
    return [
      verdictMark(scenario).symbol,
      code(id, 80),
      code(marker, 80),
      code(verdict?.headline ?? 'no verdict'),
      took,
    ];
  });
  const head = table(['', 'scenario', 'marker', 'verdict', 'time'], rows);
  const more = scenarios.slice(mostRows);
  if (more.length === 0) return head;
  const good = more.filter(({ verdict }) => verdict?.passes === true).length;
  return `${head}\n\n${more.length} more markers stand in no row; ${good} of them passed.`;
}

function detailsOf(scenarios: readonly ScenarioRecord[]): string[] {
  const alike = new Map<string, number>();
  let left = 0;
  const blocks = scenarios.filter(isTelling).flatMap((scenario) => {
    const key = JSON.stringify([scenario.name, scenario.file, scenario.verdict?.headline]);
    const before = alike.get(key) ?? 0;
    alike.set(key, before + 1);
    if (before < alikeInFull) return [detailOf(scenario)];
    left += 1;
    return [];
  });
  return left === 0 ? blocks : [...blocks, `${left} more like those above stand in the table only.`];
}

function detailOf(scenario: ScenarioRecord): string {
  const { id, marker, verdict } = scenario;
  const rows = hopRows(scenario).map(({ lead, hop, symbol, word, since, what, release }) => {
    return [
      code(`${lead}${hop}`, 80),
      `${symbol} ${word}`,
      since === '' ? '–' : since,
      code(what, 400),
      code(release, 120),
    ];
  });
  const trail = trailText(trailLines(scenario)).split('\n');
  return [
    `### ${verdictMark(scenario).symbol} ${code(id, 80)} ${code(marker, 80)}`,
    code(verdict?.headline ?? 'no verdict: the run was killed, or its record was cut'),
    ...(rows.length > 0 ? [table(['hop', 'seen', 'since', 'where', 'build'], rows)] : []),
    ...(trail.join('').trim() === '' ? [] : [fenced(trail)]),
  ].join('\n\n');
}

/** What belongs to no marker. */
function notes(record: RunRecord): string[] {
  const lines = [
    ...coverageLines(record),
    ...notStarted(record).map(({ name, markers }) => `Not started  ${printable(name, 80)}: ${markers} of its markers`),
    ...record.warnings.map(({ message, hint }) => {
      return `Warning  ${printable(withHint(message, hint), 600)}`;
    }),
    ...record.reporterFailures.map(
      ({ reporter, message }) => `The reporter ${printable(reporter, 60)} failed: ${printable(message, 400)}`,
    ),
  ];
  return lines.length === 0 ? [] : [fenced(lines.slice(0, 100))];
}

/** All that did not simply arrive. */
function isTelling({ verdict }: ScenarioRecord): boolean {
  return verdict?.passes !== true || verdict.verdict !== 'arrived';
}

function rank({ verdict }: ScenarioRecord): number {
  if (verdict?.passes === true) return verdict.verdict === 'arrived' ? 3 : 2;
  return verdict?.passes === false ? 0 : 1;
}

function symbolOf(record: RunRecord): '✓' | '✗' | '?' {
  const { scenarios, finished } = record;
  if (scenarios.some(({ verdict }) => verdict?.passes === false)) return '✗';
  return finished?.exitCode === 0 && scenarios.every(({ verdict }) => verdict?.passes === true) ? '✓' : '?';
}

function bytesOf(text: string): number {
  return Buffer.byteLength(text);
}
