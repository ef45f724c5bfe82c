// A run: scenarios, repeated as asked, so many at once, until all are judged or a signal stops them.

import type { Allowance } from '../core/limits.ts';
import { textOf } from '../core/text-of.ts';
import type { Judgement } from '../core/verdict.ts';
import type { Scenario } from '../scenario/model.ts';
import { finish, type RunResult, signalOf } from './finish.ts';
import type { RunFacts } from './journey.ts';
import type { Ports } from './ports.ts';
import { runMarker, type Signals } from './scenario.ts';
import { share } from './shared.ts';

export type Plan = {
  run: RunFacts;
  version: string;
  scenarios: readonly Planned[];
  /** Markers per scenario, as far as its limits allow them. */
  repeat: number;
  /** Markers under way at once. */
  jobs: number;
  /** Stop starting markers after the first that did not pass. */
  bail: boolean;
  cleanup: boolean;
  inconclusive?: 'pass' | 'fail';
};

export type Planned = { scenario: Scenario; file: string } & Allowance;

type Task = { id: string; scenario: Scenario; file: string };

/** `failed` says of a reporter or another part of the runner that it could not work (exit code 3). */
export async function runAll(plan: Plan, ports: Ports, signals: Signals, failed: () => boolean): Promise<RunResult> {
  const began = ports.clock.now();
  const shared = share(plan.run, ports);
  const tasks = tasksOf(plan);
  ports.emit({
    type: 'run.started',
    run: plan.run.id,
    version: plan.version,
    command: 'run',
    contract: 1,
    scenarios: plan.scenarios.map(({ scenario, file }) => ({
      id: scenario.name,
      name: scenario.name,
      file,
      markers: plan.repeat,
    })),
  });
  for (const { scenario, markers, withheld } of plan.scenarios)
    if (withheld !== undefined)
      ports.emit({
        type: 'warning',
        message: `${scenario.name}: ${markers} of ${plan.repeat} sent: ${withheld.why}`,
        hint: 'what was not sent proves nothing, so the run does not pass by it; --inconclusive pass says that it may.',
      });
  const judgements: Judgement[] = [];
  /** Why the runner itself could not go on: no more markers are sent then. */
  const crashes: unknown[] = [];
  /** A browser or driver is missing here: the scenarios that need none go on. */
  let lacking = false;
  let unclean = 0;
  const next = tasks.values();
  const worker = async (): Promise<void> => {
    for (const task of next) {
      const bailed = plan.bail && judgements.some(({ passes }) => passes !== true);
      if (signals.stop.aborted || crashes.length > 0 || bailed) return;
      try {
        const result = await runMarker({ ...task, cleanup: plan.cleanup }, shared, signals);
        judgements.push(result.judgement);
        lacking ||= result.lacking === true;
        if (result.unclean === true) unclean += 1;
        if (result.crash !== undefined) crashes.push(result.crash);
      } catch (error) {
        crashes.push(error);
      }
    }
  };
  await Promise.all(Array.from({ length: Math.max(1, plan.jobs) }, worker));
  await shared.close(signals.kill);
  if (signals.stop.aborted && signalOf(signals.stop) === undefined) crashes.push(signals.stop.reason);
  for (const message of new Set(crashes.map(textOf)))
    ports.emit({ type: 'warning', message: `the runner could not go on: ${message}` });
  const { run, inconclusive } = plan;
  const runnerFailed = crashes.length > 0 || lacking || failed();
  const withheld = plan.scenarios.reduce((sum, one) => sum + (one.withheld?.markers ?? 0), 0);
  return finish({ run: run.id, judgements, runnerFailed, inconclusive, withheld, unclean, began }, ports, signals.stop);
}

function tasksOf({ scenarios, repeat }: Plan): Task[] {
  return scenarios.flatMap(({ scenario, file, markers }) =>
    Array.from({ length: markers }, (_, index) => ({
      id: repeat === 1 ? scenario.name : `${scenario.name}#${index + 1}`,
      scenario,
      file,
    })),
  );
}
