// Plain appended lines for a pipe or CI: a scenario's start, each change of a hop's outcome, its verdict.

import { isOngoing, mayTellMore } from '../smoke/core/answer.ts';
import type { RunEvent } from '../smoke/core/events.ts';
import { latestLook, type ScenarioRecord } from '../smoke/core/record.ts';
import { routeText } from '../smoke/core/route.ts';
import { withHint } from '../smoke/core/wording.ts';
import { elapsed } from './durations.ts';
import { printable, rowOfLook, standingLook } from './hop-row.ts';
import { verdictMark } from './terminal-style.ts';
import { padEnd, widthOf } from './text-width.ts';

export type Log = {
  /** The line to append for an event, after it was folded into the record; undefined where it changes nothing to tell. */
  lineFor(event: RunEvent, scenario: ScenarioRecord | undefined): string | undefined;
};

export function createLog(): Log {
  /** The last outcome told, by scenario and hop. */
  const told = new Map<string, string>();

  const lookLine = (scenario: ScenarioRecord, hop: string): string | undefined => {
    const fact = scenario.route.find((one) => one.hop === hop);
    const latest = latestLook(scenario, hop);
    if (fact === undefined || latest === undefined) return undefined;
    const { look } = latest;
    // That nothing was read is no outcome; the block at the end says why.
    if (look.kind === 'not-made') return undefined;
    const missed = !('evidence' in look) && standingLook(scenario, hop) !== latest;
    // What keeps nothing is expected to be empty again.
    if (missed && !fact.keeps) return undefined;
    const outcome = [look.kind, look.kind === 'altered' && look.how, isOngoing(look), mayTellMore(look)].join(' ');
    const key = JSON.stringify([scenario.id, hop]);
    if (told.get(key) === outcome) return undefined;
    told.set(key, outcome);
    const row = rowOfLook(scenario, fact, latest);
    const word = missed && look.kind === 'absent' ? 'gone' : row.word;
    const release = row.release === '–' || missed ? '' : `  ${row.release}`;
    const hopWidth = Math.max(...scenario.route.map((one) => widthOf(printable(one.hop, 60))));
    const head = `${printable(scenario.id, 80)}  ${padEnd(row.hop, Math.min(24, hopWidth))}`;
    return `${head}  ${row.symbol} ${word}  ${row.since}  ${row.what}${release}`;
  };

  return {
    lineFor(event, scenario) {
      if (scenario === undefined) return undefined;
      const id = printable(scenario.id, 80);
      switch (event.type) {
        case 'scenario.started': {
          const route = printable(routeText(scenario.route), 2_000);
          const { deadline } = event.times;
          const own = scenario.route.flatMap(({ hop, times }) =>
            times?.deadline === undefined ? [] : [`, ${printable(hop, 60)} ${elapsed(times.deadline)}`],
          );
          const time = isOneLook(scenario) ? 'one look at each' : `deadline ${elapsed(deadline)}${own.join('')}`;
          return `· ${id}  ${printable(scenario.marker, 80)}  started: ${route}, ${time}`;
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
        case 'warning':
          // What holds the cleaning up is told while it does, and what goes wrong on the way while the run goes on. Where
          // each hop is looked at but once, the block that tells it is there at once.
          if (scenario.verdict === undefined && isOneLook(scenario)) return undefined;
          return scenario.verdict === undefined
            ? `  ${id}  warning  ${printable(withHint(event.message, event.hint), 600)}`
            : `  ${id}  cleanup  ${printable(event.message, 300)}`;
        default:
          return undefined;
      }
    },
  };
}

function isOneLook({ times }: ScenarioRecord): boolean {
  return times !== undefined && times.deadline + times.grace === 0;
}
