// Cleans one record that a dead run left behind, as its scenario says, and looks whether it is gone.

import { type Foreign, foreignWords, tellingOf } from '../core/foreign.ts';
import type { LedgerEntry } from '../core/ledger-entry.ts';
import { typedMarker } from '../core/marker.ts';
import type { Scenario } from '../scenario/model.ts';
import { type Found, findAliases } from './aliases.ts';
import { arm } from './arm.ts';
import { cleanUp } from './clean.ts';
import type { Cleaned, CleanTask } from './cleaned.ts';
import { type Presence, presenceOf, presenceOnTheWay } from './gone.ts';
import { beginJourney, type Journey } from './journey.ts';
import { shortPauses } from './pauses.ts';
import type { Ports } from './ports.ts';
import type { Shared } from './shared.ts';
import { tellPause } from './tell.ts';

/**
 * The entry's aliases and values stand in for what the dead run knew; what it did not live to learn is looked up with
 * the scenario's `find`.
 */
export async function sweepEntry(
  entry: LedgerEntry,
  scenario: Scenario,
  shared: Shared,
  signal: AbortSignal,
): Promise<Cleaned> {
  const { ports } = shared;
  const marker = typedMarker(entry.marker, entry.shape);
  if (marker === undefined) throw new Error(`${entry.marker} is no marker`);
  const run = { id: entry.run, startedAt: entry.startedAt };
  const known = {
    marker,
    aliases: entry.aliases,
    computed: entry.computed,
    now: new Date(entry.sentAt),
    sentBefore: entry.texts,
  };
  const journey = beginJourney(entry.marker, scenario, run, ports, { ...known, ...valuesOf(entry) });
  const facts = {
    arrived: entry.arrived,
    reached: entry.reached,
    doubtful: entry.sent !== 'done',
    withheld: entry.withheld,
    lingersUntil: Date.parse(entry.until),
  };
  return sweepRecord(journey, facts, shared, signal);
}

/** Cleans a record that nobody is at work on, from what is known of it; `reached`: the destinations at which it was seen. */
export async function sweepRecord(
  journey: Journey,
  { reached, ...facts }: Omit<CleanTask, 'journey' | 'destinations'> & { reached: readonly string[] },
  shared: Shared,
  signal: AbortSignal,
): Promise<Cleaned> {
  journey.pauses = shortPauses(shared.ports.clock, (until) => tellPause(journey, until, shared.ports));
  journey.sent.push({ text: journey.marker.text, document: true });
  const { hops } = await arm(journey, shared, ({ destination }) => destination);
  const destinations = hops.filter(({ destination }) => destination);
  const found = await findAliases(journey, destinations, shared.stepper, signal);
  // What has arrived by now leaves nothing behind that could still push it.
  const before = await presenceOf(journey, destinations, shared, signal);
  const foreign = await foreignNow(before, found, journey, shared, signal);
  if (foreign !== undefined) return leftToItsRun(foreign, journey, facts.lingersUntil, shared.ports);
  const arrived = facts.arrived || before.every(({ is, hop }) => is === 'there' || reached.includes(hop));
  const task = { ...facts, journey, destinations, arrived };
  return cleanUp(task, shared, signal).finally(() => journey.over.abort());
}

/** What the ids name at a destination or on the way, where it is somebody else's and no hop shows the marker. */
async function foreignNow(
  destinations: readonly Presence[],
  found: Found,
  journey: Journey,
  shared: Shared,
  signal: AbortSignal,
): Promise<Foreign | undefined> {
  if (destinations.some(isOurs)) return undefined;
  const before = await presenceOnTheWay(journey, shared, signal);
  if (before.some(isOurs)) return undefined;
  const all = [...destinations, ...before];
  // What find or the ledger knows by its ids is ours, whoever quotes it elsewhere.
  const isUnknown = found.is !== 'learned' && found.is !== 'known';
  const quoting = isUnknown ? all.find((one) => one.is === 'unseen' && one.quoted) : undefined;
  const foreign = tellingOf(all.map((one) => (one.is === 'there' ? one.foreign : undefined)));
  return foreign ?? (quoting && { hop: quoting.hop, quoted: journey.marker.text });
}

function isOurs(one: Presence): boolean {
  return one.is === 'there' && one.ours;
}

/** Nobody knows where a record of ours could be, so the entry is given up once it would have stopped lingering. */
async function leftToItsRun(foreign: Foreign, journey: Journey, until: number, ports: Ports): Promise<Cleaned> {
  journey.over.abort();
  const why = foreignWords(foreign);
  if (ports.clock.wall().getTime() < until)
    return { state: 'failed', detail: `${why}; it stays in the ledger until ${new Date(until).toISOString()}` };
  await ports.keeping.closed(journey.marker.text);
  return { state: 'kept', detail: `${why}; given up` };
}

/** Variables and environment as the dead run had them, so that the sweep cleans the system that the run wrote to. */
export function valuesOf({ values = [] }: LedgerEntry): {
  vars: Readonly<Record<string, string | number | boolean>>;
  env: Readonly<Record<string, string>>;
} {
  const of = (space: string): (readonly [string, string | number | boolean])[] =>
    values.flatMap(([name, value]) => (name.startsWith(space) ? [[name.slice(space.length), value] as const] : []));
  return {
    vars: Object.fromEntries(of('vars.')),
    env: Object.fromEntries(of('env.').map(([name, value]) => [name, String(value)])),
  };
}
