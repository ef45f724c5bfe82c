// Removes what a marker's send created, and looks afterwards whether it is really gone.

import type { Body } from '../core/events.ts';
import type { Step } from '../scenario/model.ts';
import { namesIn } from '../scenario/template.ts';
import { sighted, tells } from './hop-log.ts';
import type { Journey } from './journey.ts';
import type { Looker } from './looker.ts';
import type { Ports } from './ports.ts';
import type { Stepper } from './steps.ts';

export type Cleaned = Omit<Extract<Body, { type: 'cleaned' }>, 'type' | 'scenario'>;

export type CleanTask = {
  journey: Journey;
  stepper: Stepper;
  destination: Looker;
  /** The record was seen at the destination: nothing of it is still on its way. */
  arrived: boolean;
  /** Wall clock (ms) until which a record that did not arrive may still come; the entry stays open until then. */
  lingersUntil: number;
};

/** Every clean step runs even if one fails. The ledger's entry closes only when the destination is seen to lack the marker. */
export async function cleanUp(task: CleanTask, ports: Ports, signal: AbortSignal): Promise<Cleaned> {
  const { journey, stepper } = task;
  const { clean } = journey.scenario;
  const marker = journey.marker.text;
  if (clean.length === 0) {
    await ports.keeping.closed(marker);
    return { state: 'kept', detail: 'the scenario has no clean steps, so the record stays' };
  }
  await findAliases(clean, task, signal);
  const failures: string[] = [];
  for (const step of clean) {
    const result = await stepper.run(step, 'clean', journey, signal);
    if (result.outcome !== 'done') failures.push(result.summary);
  }
  const gone = await isGone(task, ports, signal);
  const destinationLacks = gone === 'unknown' ? 'blind' : gone;
  await ports.keeping.cleaned(marker, { ok: failures.length === 0, destinationLacks, arrived: task.arrived });
  return conclude(task, failures, gone, ports.clock.wall().getTime());
}

function conclude(task: CleanTask, failures: readonly string[], gone: boolean | 'unknown', now: number): Cleaned {
  const { journey } = task;
  const later = 'it stays in the ledger; run smoketrail sweep to try again';
  if (failures.length > 0) return { state: 'failed', detail: `${failures.join('; ')}; ${later}` };
  if (gone === false)
    return { state: 'failed', detail: `the destination still shows ${journey.marker.text}; ${later}` };
  if (gone === 'unknown')
    return { state: 'failed', detail: `whether the destination still has it could not be seen; ${later}` };
  if (!task.arrived && now < task.lingersUntil) {
    const until = new Date(task.lingersUntil).toISOString();
    return {
      state: 'lingering',
      detail: `cleaned, but it may still arrive: smoketrail sweep looks again until ${until}`,
    };
  }
  return {
    state: 'clean',
    detail: `${journey.scenario.clean.length} clean steps done, and the destination lacks the marker`,
  };
}

/** Runs `find` where a clean step needs an alias that was never learned (an unknown send, a crash). */
export async function findAliases(needing: readonly Step[], task: CleanTask, signal: AbortSignal): Promise<void> {
  const { journey, stepper } = task;
  const needed = needing.flatMap((step) => [...namesIn(step.options, journey.scenario.vars).aliases]);
  if (needed.every((name) => journey.aliases.has(name))) return;
  for (const step of journey.scenario.find) await stepper.run(step, 'find', journey, signal);
}

/** A partner may take a moment to delete: it is looked at twice before the record counts as still there. */
async function isGone(task: CleanTask, ports: Ports, signal: AbortSignal): Promise<boolean | 'unknown'> {
  const first = await task.destination.look(signal);
  if (!sighted(first.look)) return tells(first.look) ? true : 'unknown';
  await ports.clock.wait(Math.max(task.journey.scenario.poll.first, task.journey.scenario.times.settle), signal);
  const second = await task.destination.look(signal);
  if (sighted(second.look)) return false;
  return tells(second.look) ? true : 'unknown';
}
