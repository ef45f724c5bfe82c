// Cleans one record that a dead run left behind, as its scenario says, and looks whether it is gone.

import type { LedgerEntry } from '../core/ledger-entry.ts';
import { typedMarker } from '../core/marker.ts';
import type { Scenario } from '../scenario/model.ts';
import { arm } from './arm.ts';
import { type Cleaned, cleanUp, findAliases } from './clean.ts';
import { sighted } from './hop-log.ts';
import { beginJourney } from './journey.ts';
import type { Shared } from './shared.ts';

/**
 * The entry's aliases and computed values stand in for what the dead run knew; what it did not live to learn is
 * looked up with the scenario's `find`.
 */
export async function sweepEntry(
  entry: LedgerEntry,
  scenario: Scenario,
  shared: Shared,
  signal: AbortSignal,
): Promise<Cleaned> {
  const { ports, stepper } = shared;
  const marker = typedMarker(entry.marker, entry.shape);
  if (marker === undefined) throw new Error(`${entry.marker} is no marker`);
  const run = { id: entry.run, startedAt: entry.startedAt };
  const given = { marker, aliases: entry.aliases, computed: entry.computed, since: new Date(entry.sentAt) };
  const journey = beginJourney(entry.marker, scenario, run, ports, given);
  journey.sent.push({ text: marker.text, document: true });
  const { hops } = await arm(journey, shared);
  const destination = hops.findLast((hop) => hop.destination)?.looker;
  if (destination === undefined) throw new Error(`${scenario.name} has no destination`);
  const task = { journey, stepper, destination, arrived: entry.arrived, lingersUntil: Date.parse(entry.until) };
  await findAliases(scenario.clean, task, signal);
  // What has arrived by now leaves nothing behind that could still push it.
  const arrived = entry.arrived || sighted((await destination.look(signal)).look);
  return cleanUp({ ...task, arrived }, ports, signal);
}
