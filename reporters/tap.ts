// TAP version 14 (https://testanything.org/tap-version-14-specification.html): a test point for each marker, a subtest
// for a scenario that sent several, and what was found as YAML beneath.

import { visibleJson } from '../smoke/core/escape.ts';
import { notStarted, type RunRecord, type ScenarioRecord } from '../smoke/core/record.ts';
import type { ReporterFactory } from '../smoke/reporter.ts';
import { atEnd } from './at-end.ts';
import { branchesOf } from './branches.ts';
import { hopRows, printable } from './hop-row.ts';
import { trailLines, trailText } from './trail-lines.ts';

export const tap: ReporterFactory = atEnd(tapOf);

type Point = { ok: boolean; name: string; directive?: string; details: readonly string[]; inner?: readonly Point[] };

/**
 * What could not be proved is `not ok` and nothing milder: a harness counts a `# TODO` as passed, and a run that proved
 * nothing must not look green. Only where `--inconclusive pass` ended the run with 0 does the same become a TODO.
 */
export function tapOf(record: RunRecord): string {
  const points = pointsOf(record);
  const { finished, reporterFailures } = record;
  const stopped = finished === undefined ? 'the record ends before the run did' : stoppedBy(finished);
  const lines = [
    'TAP version 14',
    ...points.flatMap((point, index) => pointLines(point, index + 1)),
    ...reporterFailures.map(({ reporter, message }) => `# the reporter ${line(reporter)} failed: ${line(message)}`),
    ...(finished === undefined ? [] : [`# exit ${finished.exitCode}: ${line(finished.why)}`]),
    // In place of the plan, behind which nothing counts any more.
    stopped === undefined ? planOf(points) : `Bail out! ${described(stopped)}`,
  ];
  return `${lines.join('\n')}\n`;
}

function planOf(points: readonly Point[]): string {
  return points.length === 0 ? '1..0 # SKIP no scenario was run' : `1..${points.length}`;
}

function stoppedBy({ exitCode, why }: { exitCode: number; why: string }): string | undefined {
  return exitCode === 130 || exitCode === 143 ? why : undefined;
}

function pointsOf(record: RunRecord): Point[] {
  const groups = Map.groupBy(record.scenarios, ({ name, file }) => JSON.stringify([name, file]));
  const points = [...groups.values()].map((markers): Point => {
    const [first] = markers;
    const inner = markers.map((scenario) => pointOf(scenario, record));
    const [only] = inner;
    if (inner.length === 1 && only !== undefined) return only;
    // A subtest is as its points are, those set aside by a directive left out.
    const ok = inner.every((point) => point.ok || point.directive !== undefined);
    return { ok, name: first?.name ?? '', details: [], inner };
  });
  const idle = notStarted(record).map(({ name, markers }): Point => {
    const directive = `SKIP not started: ${markers} ${markers === 1 ? 'marker' : 'markers'}`;
    return { ok: true, name: `${name} (not started)`, directive, details: [] };
  });
  return [...points, ...idle];
}

function pointOf(scenario: ScenarioRecord, { finished }: RunRecord): Point {
  const { id, verdict } = scenario;
  const name = `${id}: ${verdict?.headline ?? 'no verdict'}`;
  const details = detailsOf(scenario);
  if (verdict?.verdict === 'interrupted') return { ok: true, name, directive: 'SKIP interrupted', details };
  const isLetThrough = verdict?.passes === 'inconclusive' && finished?.exitCode === 0;
  return {
    ok: verdict?.passes === true,
    name,
    ...(isLetThrough && { directive: 'TODO inconclusive, which --inconclusive pass lets through' }),
    details,
  };
}

/** YAML in which every value is JSON, so that no text from outside can end the block or be more than a text. */
function detailsOf(scenario: ScenarioRecord): string[] {
  const { marker, file, line: at, verdict } = scenario;
  const values: [string, unknown][] = [
    ['verdict', verdict?.verdict ?? null],
    ['marker', marker],
    ['file', file],
    ['line', at],
    ['duration_ms', verdict?.took ?? null],
  ];
  if (verdict !== undefined && verdict.also.length > 0) values.push(['also', verdict.also]);
  const lines = values.map(([name, value]) => `${name}: ${visibleJson(value)}`);
  const list = (name: string, all: readonly unknown[]): string[] =>
    all.length === 0 ? [] : [`${name}:`, ...all.map((value) => `  - ${visibleJson(value)}`)];
  if (verdict?.passes === true && verdict.verdict === 'arrived') return lines;
  const hops = hopRows(scenario).map(({ hop, word, since, what, release }) => ({
    hop,
    is: word,
    since,
    what,
    release,
  }));
  return [
    ...lines,
    ...list('destinations', destinationsOf(scenario)),
    ...list('hops', hops),
    ...list(
      'trail',
      trailText(trailLines(scenario))
        .split('\n')
        .filter((text) => text !== ''),
    ),
  ];
}

/** Empty where there is one: then the verdict above is its own. */
function destinationsOf({ verdict }: ScenarioRecord): readonly object[] {
  if (verdict?.destinations === undefined) return [];
  return branchesOf(verdict).map(({ trail, verdict: own, headline }) => ({
    destination: trail.destination,
    verdict: own,
    headline,
  }));
}

function pointLines({ ok, name, directive, details, inner }: Point, number: number): string[] {
  const said = `${ok ? 'ok' : 'not ok'} ${number} - ${described(name)}`;
  const head = directive === undefined ? said : `${said} # ${line(directive)}`;
  const beneath = details.length === 0 ? [] : ['  ---', ...details.map((text) => `  ${text}`), '  ...'];
  if (inner === undefined) return [head, ...beneath];
  const lines = [...inner.flatMap((point, index) => pointLines(point, index + 1)), `1..${inner.length}`];
  return [`# Subtest: ${line(name)}`, ...lines.map((text) => `    ${text}`), head, ...beneath];
}

/** In a description, `#` begins a directive unless a backslash stands before it. */
function described(text: string): string {
  return line(text).replaceAll('\\', '\\\\').replaceAll('#', '\\#');
}

function line(text: string): string {
  return printable(text, 300);
}
