// What a running scenario waits for at this moment, and since when.

import type { ScenarioRecord } from '../smoke/core/record.ts';
import { standingLook } from './hop-row.ts';

/** `since` is in milliseconds since the run started. */
export type Waiting = { text: string; since: number };

export function waitingFor(scenario: ScenarioRecord): Waiting {
  const { verdict, steps, clockMs, route, warnings } = scenario;
  const step = steps.findLast(({ outcome }) => outcome === undefined);
  if (verdict !== undefined) {
    // What is warned of now is what holds it up.
    const held = warnings.findLast(({ ms }) => ms >= Math.max(verdict.ms, step?.ms ?? 0));
    const parts = [step?.title, held?.message].filter((part) => part !== undefined);
    return { text: ['cleaning up', ...parts].join(': '), since: verdict.ms };
  }
  if (step !== undefined) return { text: `${step.phase} ${step.title}`, since: step.ms };
  if (clockMs === undefined) return { text: 'getting ready', since: scenario.ms };
  const missing = route.filter(({ hop, probe }) => probe !== undefined && !isSeen(scenario, hop)).map(({ hop }) => hop);
  const arrived = missing.length === 0 ? undefined : afterArrival(scenario, missing);
  if (arrived !== undefined) return arrived;
  const warned = warnings.length === 0 ? '' : ` (${warnings.at(-1)?.message})`;
  if (missing.length > 0) return { text: `waiting for ${missing.join(', ')}${warned}`, since: clockMs };
  return { text: 'seen everywhere, confirming', since: Math.max(clockMs, ...scenario.looks.map(({ ms }) => ms)) };
}

/** Once the destinations have the record, the others are not waited for: each is looked at once more at the end. */
function afterArrival(scenario: ScenarioRecord, missing: readonly string[]): Waiting | undefined {
  const destinations = scenario.route.filter(({ destination }) => destination);
  const looks = destinations.map(({ hop }) => standingLook(scenario, hop));
  const intact = looks.filter((told) => told?.look.kind === 'intact');
  if (intact.length === 0 || intact.length < looks.length) return undefined;
  const since = Math.max(...looks.map((told) => told?.ms ?? 0));
  if (looks.every((told) => told?.why === 'confirm')) return { text: `last look at ${missing.join(', ')}`, since };
  return { text: `confirming at ${destinations.map(({ hop }) => hop).join(', ')}`, since };
}

function isSeen(scenario: ScenarioRecord, hop: string): boolean {
  const kind = standingLook(scenario, hop)?.look.kind;
  return kind === 'intact' || kind === 'reference';
}

/** The deadline of the destination that may take longest, of those not yet seen; of all once they were seen. In ms. */
export function deadlineOf(scenario: ScenarioRecord): number | undefined {
  const { times, route } = scenario;
  if (times === undefined) return undefined;
  const destinations = route.filter(({ destination }) => destination);
  const missing = destinations.filter(({ hop }) => !isSeen(scenario, hop));
  const own = (missing.length > 0 ? missing : destinations).map((fact) => fact.times?.deadline ?? times.deadline);
  return own.length === 0 ? times.deadline : Math.max(...own);
}
