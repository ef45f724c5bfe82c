// What of a run is to be seen at a place in a file: each scenario that did not pass, once for each way in which it did not.

import { notStarted, type RunRecord, type ScenarioRecord } from '../smoke/core/record.ts';
import { withHint } from '../smoke/core/wording.ts';
import { printable } from './hop-row.ts';
import { trailLines, trailText } from './trail-lines.ts';

/** `file` is empty where it belongs to none. `message` may have several lines, each of them printable. */
export type Annotation = { level: 'error' | 'warning'; file: string; line: number; title: string; message: string };

const longestMessage = 4_000;

/** Failed and missing verdicts are errors; what could not be proved, and what passed with a warning, are warnings. */
export function annotationsOf(record: RunRecord): Annotation[] {
  const telling = record.scenarios.filter(({ verdict }) => verdict?.passes !== true || verdict.verdict !== 'arrived');
  const alike = Map.groupBy(telling, ({ file, line, name, verdict }) =>
    JSON.stringify([file, line, name, verdict?.headline ?? null]),
  );
  return [
    ...[...alike.values()].flatMap(ofMarkers),
    ...notStarted(record).map(({ name, file, markers }): Annotation => {
      const message = `${markers} ${markers === 1 ? 'marker was' : 'markers were'} not started`;
      return { level: 'warning', file, line: 1, title: printable(name, 80), message };
    }),
    ...record.warnings.map(({ message, hint }) => {
      return general('warning', withHint(message, hint));
    }),
    ...record.reporterFailures.map(({ reporter, message }) =>
      general('error', `the reporter ${reporter} failed: ${message}`),
    ),
  ];
}

function ofMarkers(markers: readonly ScenarioRecord[]): Annotation[] {
  const [first] = markers;
  if (first === undefined) return [];
  const { file, line, name, verdict } = first;
  const isError = verdict === undefined || verdict.passes === false;
  const headline = printable(verdict?.headline ?? 'no verdict: the run was killed, or its record was cut', 300);
  const count = markers.length === 1 ? '' : ` (${markers.length} markers)`;
  const lines = [`${headline}${count}`, trailText(trailLines(first))];
  return [
    {
      level: isError ? 'error' : 'warning',
      file,
      line,
      title: `${printable(name, 80)}: ${printable(verdict?.verdict ?? 'no verdict', 40)}`,
      message: lines.join('\n').trimEnd().slice(0, longestMessage),
    },
  ];
}

function general(level: Annotation['level'], message: string): Annotation {
  return { level, file: '', line: 0, title: 'smoketrail', message: printable(message, 1_000) };
}
