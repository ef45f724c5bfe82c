// Removes what a marker's send created, and looks afterwards whether it is really gone.

import type { Body } from '../core/events.ts';
import { type Found, findAliases, foundNames, runFind } from './aliases.ts';
import { type Cleaned, type CleanTask, conclude, isEmptyHanded, whyUnknown } from './cleaned.ts';
import type { StepResult } from './firing.ts';
import { type Presence, presenceOf } from './gone.ts';
import type { Ports } from './ports.ts';
import type { Shared } from './shared.ts';
import { createStepper, type Stepper } from './steps.ts';

/** A send that was repeated may have created a record each time. */
const mostRecords = 5;

/** Every clean step runs even if one fails. The ledger's entry closes only when the destinations are seen to lack the marker. */
export async function cleanUp(task: CleanTask, shared: Shared, signal: AbortSignal): Promise<Cleaned> {
  const { journey, destinations } = task;
  const { ports, stepper } = shared;
  if (journey.scenario.clean.length === 0)
    return { state: 'kept', detail: 'the scenario has no clean steps, so the record stays' };
  const found = await findAliases(journey, destinations, stepper, signal);
  const rounds = [await cleanOnce(task, found, shared, signal)];
  if (task.doubtful && found.is !== 'nothing') rounds.push(...(await cleanTwins(task, shared, signal)));
  const failures = rounds.flatMap((round) => round.failures);
  const presence = rounds.flatMap((round) => round.presence);
  const there = presence.some(({ is }) => is === 'there');
  const unseen = presence.some(({ is }) => is === 'unseen');
  await ports.keeping.cleaned(journey.marker.text, {
    ok: failures.length === 0,
    destinationLacks: there ? false : unseen ? 'blind' : true,
    arrived: task.arrived,
    ...(task.byIdAlone && { byIdAlone: true }),
  });
  return conclude(task, failures, found, presence, ports.clock.wall().getTime());
}

/** What went wrong, in words, and what the destinations show afterwards. */
type Round = { failures: readonly string[]; presence: readonly Presence[] };

async function cleanOnce(task: CleanTask, found: Found, shared: Shared, signal: AbortSignal): Promise<Round> {
  const failures = await runClean(task, found, shared, signal);
  const presence = await presenceAfter(task, shared, signal);
  return { failures, presence: presence.map((one) => asPicked(one, task)) };
}

/** Where the look has picked the record before, it is the look that says where one would be: a cancelled one may stay beside. */
function asPicked(presence: Presence, { arrived }: CleanTask): Presence {
  const isGone = arrived && presence.is === 'unseen' && presence.elsewhere === true;
  return isGone ? { is: 'gone', hop: presence.hop } : presence;
}

async function runClean(task: CleanTask, found: Found, { stepper }: Shared, signal: AbortSignal): Promise<string[]> {
  const failures: string[] = [];
  const unknown = new Set<string>();
  for (const step of task.journey.scenario.clean) {
    const result = await stepper.run(step, 'clean', task.journey, signal);
    if (result.outcome === 'skipped') for (const name of missingIn(result)) unknown.add(name);
    else if (result.outcome !== 'done') failures.push(result.summary);
  }
  // What find has looked for and not found needs no deleting.
  if (unknown.size === 0 || (found.is === 'nothing' && isEmptyHanded(task))) return failures;
  return [...failures, whyUnknown([...unknown], task, found)];
}

function missingIn({ missing, summary }: StepResult): readonly string[] {
  return missing ?? [summary];
}

/** Where the send may have been accepted several times, each record that find still knows is cleaned by its own aliases. */
async function cleanTwins(task: CleanTask, shared: Shared, signal: AbortSignal): Promise<Round[]> {
  const { aliases, scenario } = task.journey;
  const names = [...foundNames(scenario)];
  const key = (): string => JSON.stringify(names.map((name) => aliases.get(name)));
  const first = [...aliases];
  const seen = new Set<string>();
  const rounds: Round[] = [];
  const stepper = quietStepper(shared);
  try {
    while (rounds.length < mostRecords) {
      seen.add(key());
      for (const name of names) aliases.delete(name);
      const found = await runFind(task.journey, stepper, signal);
      if (found.is === 'failed') rounds.push(unsure(found.why));
      if (found.is !== 'learned' || seen.has(key())) return rounds;
      rounds.push(await cleanOnce(task, found, { ...shared, stepper }, signal));
    }
    return [...rounds, unsure(`there are more than ${mostRecords} of them`)];
  } finally {
    aliases.clear();
    for (const [name, value] of first) aliases.set(name, value);
  }
}

/** The ledger and the report know the record by the aliases that were learned first. */
function quietStepper({ ports, firing, sessions }: Shared): Stepper {
  const emit = (body: Body): void => {
    if (body.type !== 'alias.learned') ports.emit(body);
  };
  const keeping = { ...ports.keeping, alias: async () => {} };
  const quiet = Object.create(ports, { emit: { value: emit }, keeping: { value: keeping } }) as Ports;
  return createStepper(quiet, { firing, sessions });
}

function unsure(why: string): Round {
  return { failures: [`whether there are more records could not be seen: ${why}`], presence: [] };
}

/** A partner may take a moment to delete: it is looked at twice before the record counts as still there. */
async function presenceAfter(
  { journey, destinations }: CleanTask,
  shared: Shared,
  signal: AbortSignal,
): Promise<Presence[]> {
  const first = await presenceOf(journey, destinations, shared, signal);
  if (first.every(({ is }) => is !== 'there')) return first;
  const { poll, times } = journey.scenario;
  await shared.ports.clock.wait(Math.max(poll.first, times.settle), signal);
  return presenceOf(journey, destinations, shared, signal);
}
