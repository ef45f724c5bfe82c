// Plain appended lines for a pipe or CI: a scenario's start, each change of a hop's outcome, its verdict.

import type { RunEvent } from '../smoke/core/events.ts';
import { latestLook, type ScenarioRecord } from '../smoke/core/record.ts';
import { duration } from './durations.ts';
import { hopRows, printable } from './hop-row.ts';
import { verdictMark } from './terminal-style.ts';
import { widthOf } from './text-width.ts';

export type Log = {
  /** The line to append for an event, after it was folded into the record; undefined where it changes nothing to tell. */
  lineFor(event: RunEvent, scenario: ScenarioRecord | undefined): string | undefined;
};

export function createLog(): Log {
  /** The last outcome told, by scenario and hop. */
  const told = new Map<string, string>();

  const lookLine = (scenario: ScenarioRecord, hop: string): string | undefined => {
    const row = hopRows(scenario).find((_, index) => scenario.route[index]?.hop === hop);
    const look = latestLook(scenario, hop)?.look;
    if (row === undefined || look === undefined) return undefined;
    const key = JSON.stringify([scenario.id, hop]);
    const outcome = look.kind === 'altered' ? `altered ${look.how}` : look.kind;
    if (told.get(key) === outcome) return undefined;
    told.set(key, outcome);
    const release = row.release === '–' ? '' : `  ${row.release}`;
    const hopWidth = Math.max(...scenario.route.map((one) => widthOf(printable(one.hop, 60))));
    const head = `${printable(scenario.id, 80)}  ${row.hop.padEnd(Math.min(24, hopWidth))}`;
    return `${head}  ${row.symbol} ${row.word}  ${row.since}  ${row.what}${release}`;
  };

  return {
    lineFor(event, scenario) {
      if (scenario === undefined) return undefined;
      const id = printable(scenario.id, 80);
      switch (event.type) {
        case 'scenario.started': {
          const route = scenario.route.map(({ hop }) => printable(hop, 60)).join(' → ');
          return `· ${id}  ${printable(scenario.marker, 80)}  started: ${route}, deadline ${duration(event.times.deadline)}`;
        }
        case 'look': {
          const line = scenario.verdict === undefined ? lookLine(scenario, event.hop) : undefined;
          return line === undefined ? undefined : `  ${line}`;
        }
        case 'verdict':
          // The whole block follows once the record is cleaned up, which a killed run never comes to.
          return event.passes === true
            ? undefined
            : `  ${id}  verdict  ${verdictMark(scenario).symbol} ${printable(event.headline, 300)}`;
        default:
          return undefined;
      }
    },
  };
}
