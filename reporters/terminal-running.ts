// The table of what runs now: as many scenarios as fit, a line for the rest.

import { stripVTControlCharacters } from 'node:util';
import type { RunRecord, ScenarioRecord } from '../smoke/core/record.ts';
import { elapsed } from './durations.ts';
import { hopRows, printable } from './hop-row.ts';
import { hopTable } from './hop-table.ts';
import type { LiveLine } from './terminal-live.ts';
import type { Style } from './terminal-style.ts';
import { verdictCounts } from './terminal-summary.ts';
import { deadlineOf, waitingFor } from './waiting-for.ts';

export type RunningOptions = { style: Style; columns: number; rows: number; now: number };

/** `running` in the order they were started; those shown first stay where they are. */
export function runningLines(
  record: RunRecord,
  running: readonly ScenarioRecord[],
  options: RunningOptions,
): LiveLine[] {
  const room = Math.max(3, options.rows - 1);
  const lines: string[] = [];
  let shown = 0;
  for (const scenario of running) {
    const table = tableOf(scenario, options);
    // The line for the rest needs its place; the first table is shown in part where even it does not fit.
    if (lines.length + table.length > room - 1 && shown > 0) break;
    lines.push(...table.slice(0, room - 1));
    shown += 1;
  }
  const rest = restLine(record, running.slice(shown), options);
  if (rest !== '') lines.push(rest);
  return lines.map((text) => ({ text, plain: stripVTControlCharacters(text) }));
}

function tableOf(scenario: ScenarioRecord, { style, columns, now }: RunningOptions): string[] {
  const { text, since } = waitingFor(scenario);
  const name = style.paint('strong', printable(scenario.id, 60));
  const marker = columns < 70 ? '' : `  ${printable(scenario.marker, 60)}`;
  const spent = columns < 50 ? '' : spentOf(scenario, since, now);
  const head = `· ${name}${marker}  ${printable(text, 120)} ${elapsed(now - since)}${style.paint('quiet', spent)}`;
  return [head, ...hopTable(hopRows(scenario), { width: columns - 1, single: true, paint: style.paint })];
}

/** How much of the deadline is gone, unless the wait began with the clock and says so itself. */
function spentOf(scenario: ScenarioRecord, since: number, now: number): string {
  const { clockMs, verdict } = scenario;
  const due = deadlineOf(scenario);
  if (clockMs === undefined || due === undefined || verdict !== undefined) return '';
  const [spent, deadline] = [now - clockMs, elapsed(due)];
  if (spent > due) return ` (${elapsed(spent - due)} past the deadline of ${deadline})`;
  return since === clockMs ? ` of ${deadline}` : ` (${elapsed(spent)} of ${deadline})`;
}

function restLine(record: RunRecord, rest: readonly ScenarioRecord[], { style }: RunningOptions): string {
  const planned = (record.started?.scenarios ?? []).reduce((sum, { markers }) => sum + markers, 0);
  const done = record.scenarios.filter(({ verdict }) => verdict !== undefined);
  const waiting = planned - record.scenarios.length;
  if (rest.length === 0 && planned <= 1) return '';
  const parts: string[] = [];
  if (rest.length > 0) parts.push(`${rest.length} more running`);
  if (done.length > 0) parts.push(`${done.length} judged (${verdictCounts({ ...record, scenarios: done })})`);
  if (waiting > 0) parts.push(`${waiting} to come`);
  return parts.length === 0 ? '' : style.paint('quiet', `  ${parts.join(' · ')}`);
}
