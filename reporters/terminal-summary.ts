// The last lines of a run: how many passed, what the others are, how long it took, and why it ends as it does.

import { notStarted, type RunRecord } from '../smoke/core/record.ts';
import { duration } from './durations.ts';
import { printable } from './hop-row.ts';

export function summaryLine(record: RunRecord): string {
  const { scenarios, finished } = record;
  const passed = scenarios.filter(({ verdict }) => verdict?.passes === true).length;
  const idle = notStarted(record).reduce((sum, { markers }) => sum + markers, 0);
  const parts = [
    `${passed} of ${scenarios.length} passed${scenarios.length === 0 ? '' : `: ${verdictCounts(record)}`}`,
  ];
  if (idle > 0) parts.push(`${idle} not started`);
  if (finished !== undefined)
    parts.push(duration(finished.took), `exit ${finished.exitCode}: ${printable(finished.why, 300)}`);
  else parts.push('the record ends before the run did');
  return parts.join(' · ');
}

/** `3 arrived, 1 altered`, in the order they first came. */
export function verdictCounts({ scenarios }: RunRecord): string {
  const counts = new Map<string, number>();
  for (const { verdict } of scenarios) {
    const name = verdict?.verdict ?? 'without a verdict';
    counts.set(name, (counts.get(name) ?? 0) + 1);
  }
  return [...counts].map(([name, count]) => `${count} ${name}`).join(', ');
}
