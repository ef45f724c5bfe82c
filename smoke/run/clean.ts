// Removes what a marker's send created, and looks afterwards whether it is really gone.

import type { Body } from '../core/events.ts';
import { type Found, findAliases, runFind } from './aliases.ts';
import { type Presence, presenceOf } from './gone.ts';
import type { Journey } from './journey.ts';
import type { Ports } from './ports.ts';
import type { Shared } from './shared.ts';
import { createStepper, type Stepper, type StepResult } from './steps.ts';
import type { WatchedHop } from './watch.ts';

export type Cleaned = Omit<Extract<Body, { type: 'cleaned' }>, 'type' | 'scenario'>;

export type CleanTask = {
  journey: Journey;
  destinations: readonly WatchedHop[];
  /** The record was seen at every destination: nothing of it is still on its way. */
  arrived: boolean;
  /** Whether the send created anything is not known: it was cut short, or gave no answer. */
  doubtful: boolean;
  /** Aliases that were learned, but not written to the ledger since they are secrets. */
  withheld: ReadonlySet<string>;
  /** Wall clock (ms) until which a record that did not arrive may still come; the entry stays open until then. */
  lingersUntil: number;
};

const later = 'it stays in the ledger; smoketrail sweep tries again';
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
  });
  return conclude(task, failures, found, presence, ports.clock.wall().getTime());
}

/** What went wrong, in words, and what the destinations show afterwards. */
type Round = { failures: readonly string[]; presence: readonly Presence[] };

async function cleanOnce(task: CleanTask, found: Found, shared: Shared, signal: AbortSignal): Promise<Round> {
  const failures = await runClean(task, found, shared, signal);
  return { failures, presence: await presenceAfter(task, shared, signal) };
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

/** Nothing of the record is known that a step could delete, and nothing says that it was created. */
function isEmptyHanded({ journey, doubtful, withheld }: CleanTask): boolean {
  return doubtful && journey.aliases.size === 0 && withheld.size === 0;
}

function whyUnknown(names: readonly string[], { journey, withheld }: CleanTask, found: Found): string {
  const steps = `steps that need ${names.join(', ')} could not be tried`;
  const secret = names.filter((name) => withheld.has(name));
  if (secret.length > 0)
    return `${steps}: ${secret.join(', ')} is a secret, which the ledger does not keep; let find learn it again, or remove the record by hand`;
  switch (found.is) {
    case 'no-find':
      return `${steps}: ${journey.scenario.name} has no find to learn it with; add one, or remove the record by hand`;
    case 'failed':
      return `${steps}, since find could not look: ${found.why}`;
    case 'nothing':
      return `${steps}: find does not know the record`;
    default:
      return `${steps}: nothing tells what it is`;
  }
}

/** Where the send may have been accepted several times, each record that find still knows is cleaned by its own aliases. */
async function cleanTwins(task: CleanTask, shared: Shared, signal: AbortSignal): Promise<Round[]> {
  const { aliases, scenario } = task.journey;
  const names = [...new Set(scenario.find.flatMap((step) => Object.keys(step.keep)))];
  const key = (): string => JSON.stringify(names.map((name) => aliases.get(name)));
  const first = [...aliases];
  const seen = new Set<string>();
  const rounds: Round[] = [];
  const stepper = quietStepper(shared);
  try {
    while (rounds.length < mostRecords) {
      seen.add(key());
      aliases.clear();
      const found = await runFind(task.journey, stepper, signal);
      if (found.is === 'failed') rounds.push(unsure(found.why));
      if (found.is !== 'learned' || seen.has(key())) return rounds;
      rounds.push(await cleanOnce(task, found, { ...shared, stepper }, signal));
    }
    return [...rounds, unsure(`there are more than ${mostRecords} of them`)];
  } finally {
    await stepper.close();
    aliases.clear();
    for (const [name, value] of first) aliases.set(name, value);
  }
}

/** The ledger and the report know the record by the aliases that were learned first. */
function quietStepper({ ports, timer }: Shared): Stepper {
  const emit = (body: Body): void => {
    if (body.type !== 'alias.learned') ports.emit(body);
  };
  const keeping = { ...ports.keeping, alias: async () => {} };
  return createStepper(Object.create(ports, { emit: { value: emit }, keeping: { value: keeping } }) as Ports, timer);
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

function conclude(
  task: CleanTask,
  failures: readonly string[],
  found: Found,
  presence: readonly Presence[],
  now: number,
): Cleaned {
  const { journey, arrived, lingersUntil } = task;
  if (failures.length > 0) return { state: 'failed', detail: `${failures.join('; ')}; ${later}` };
  for (const one of presence) {
    if (one.is === 'there')
      return { state: 'failed', detail: `${one.hop} still shows ${journey.marker.text}; ${later}` };
    if (one.is === 'unseen')
      return { state: 'failed', detail: `whether ${one.hop} still has it could not be seen (${one.why}); ${later}` };
  }
  const where = [...new Set(presence.map(({ hop }) => hop))].join(' and ');
  const nothing = found.is === 'nothing' && isEmptyHanded(task);
  const done = nothing
    ? `find knows of no such record, and ${where} has none`
    : `${stepsOf(journey)} done, and ${where} lacks the marker`;
  if (!arrived && now < lingersUntil) {
    const until = new Date(lingersUntil).toISOString();
    return {
      state: 'lingering',
      detail: `${done}, but it may still arrive: smoketrail sweep looks again until ${until}`,
    };
  }
  return { state: 'clean', detail: done };
}

function stepsOf({ scenario }: Journey): string {
  const { length } = scenario.clean;
  return `${length} clean step${length === 1 ? '' : 's'}`;
}
