// smoketrail run: sends every chosen scenario once (or --repeat times) and judges it.

import path from 'node:path';
import type { Flags, Settings } from '../config/settings.ts';
import { textOf } from '../core/text-of.ts';
import type { PluginLoader } from '../probes/outside/plugin-loader.ts';
import { Stopped } from '../run/finish.ts';
import { type Planned, runAll } from '../run/run.ts';
import type { Scenario } from '../scenario/model.ts';
import { openLedger, type RunLedger } from '../store/ledger-file.ts';
import { version } from '../version.ts';
import { assemble, openReporters } from './assemble.ts';
import { realClock } from './clock.ts';
import { closeReporters } from './close-reporters.ts';
import { holdLease } from './lease.ts';
import { type Allowed, allowedOf } from './limits.ts';
import { choose, type LoadedFile, loadFiles, showProblems } from './load.ts';
import { refuseMissing, refuseUnknownVars } from './needs.ts';
import { prepare } from './prepare.ts';
import { newRunId } from './run-id.ts';
import type { Stepping } from './stepping.ts';
import { refuseMistyped, type VarFiles } from './var-files.ts';
import { RunnerError, UsageError, type World } from './world.ts';

/** In ms: for somebody who steps through a scenario. */
const day = 86_400_000;

export async function runCommand(paths: readonly string[], flags: Flags, world: World): Promise<number> {
  const { settings, env, varFiles, mask, secrets, plugins } = await prepare(flags, world, []);
  const chosen = await chooseScenarios(paths, { settings, varFiles, plugins, world });
  refuseMissing(chosen, env, secrets, settings, world);

  const started = realClock.wall();
  const run = { id: newRunId(started), startedAt: started.toISOString() };
  const stop = new AbortController();
  const stepping = settings.step ? await stepThrough(world, settings, mask.mask, stop) : undefined;
  const reporters = await openReporters(stepping?.settings ?? settings, stepping?.world ?? world, mask.mask);
  const dir = path.resolve(world.cwd, settings.ledger);
  const ledger = await openRunLedger(dir, run.id, started, world, mask.mask);
  const { ports, dispatch, failed } = assemble({
    settings,
    world,
    env,
    reporters,
    keeping: ledger,
    mask,
    secrets,
    plugins,
    run: run.id,
    ...stepping?.parts,
  });
  const kill = new AbortController();
  const forget = world.onSignal((signal) => {
    if (stop.signal.aborted) kill.abort(new Error(`${signal} came twice, so cleaning was not waited for`));
    else stop.abort(new Stopped(signal));
  });
  const lease = holdLease(ledger, realClock, (reason) => stop.abort(reason));
  const planned: (Planned & Allowed)[] = [];
  try {
    for (const { scenario, file } of chosen) {
      const allowed = await allowedOf(scenario, settings, dir, run.id);
      planned.push({ scenario: withTimes(scenario, settings), file, ...allowed });
    }
    const { repeat, jobs, bail, cleanup, inconclusive } = settings;
    const plan = {
      run,
      version,
      scenarios: planned,
      repeat,
      jobs: stepping === undefined ? jobs : 1,
      bail,
      cleanup,
      ...(inconclusive && { inconclusive }),
    };
    const { code } = await runAll(plan, ports, { stop: stop.signal, kill: kill.signal }, failed);
    return await closeReporters(dispatch, code, world);
  } finally {
    lease.end();
    await giveBackUnused(planned, ledger);
    for (const output of reporters.outputs) output.close();
    await ledger.close();
    forget();
  }
}

/** `settings`: which of the scenarios, and what they stand on. */
export type Choosing = { settings: Settings; varFiles: VarFiles; plugins: PluginLoader; world: World };

export type Chosen = { scenario: Scenario; file: string; sources: LoadedFile['sources'] };

/** Questions and a display that redraws itself do not go together: lines are appended, in the colours of the terminal. */
async function stepThrough(
  world: World,
  settings: Settings,
  mask: (text: string) => string,
  stop: AbortController,
): Promise<{ settings: Settings; world: World; parts: Stepping }> {
  const { startStepping } = await import('./stepping.ts');
  const parts = startStepping(world, settings, mask, stop);
  const color = settings.color === 'auto' ? world.env['TERM'] !== 'dumb' : settings.color;
  const stdout = { ...world.stdout, tty: false, appends: true as const };
  return { parts, settings: { ...settings, color }, world: { ...world, stdout } };
}

/** What a day's limit allowed and the run did not send (it was stopped) is left to others. */
async function giveBackUnused(planned: readonly (Planned & Allowed)[], ledger: RunLedger): Promise<void> {
  const entries = ledger.entries();
  for (const { scenario, sent } of planned) {
    const count = entries.filter((entry) => entry.scenario === scenario.name).length;
    // A place that stays taken only makes the limit smaller, and the run has ended well.
    await sent(count).catch(() => undefined);
  }
}

/** Every file must be right before anything is sent, those that a tag or a pattern leaves out included. */
export async function chooseScenarios(
  paths: readonly string[],
  { settings, varFiles, plugins, world }: Choosing,
): Promise<Chosen[]> {
  const files = await loadFiles(paths, { settings, plugins, cwd: world.cwd });
  const color = settings.color === 'auto' ? world.stderr.tty : settings.color;
  const problems = showProblems(files, color);
  if (problems !== '') world.stderr.write(`${problems}\n`);
  const wrong = files.filter((file) => file.problems.length > 0);
  if (wrong.length > 0)
    throw new UsageError(
      `${counted(wrong.flatMap((file) => file.problems).length, 'problem')} in ${counted(wrong.length, 'file')}; nothing was sent`,
    );
  const chosen = choose(files, settings.tags, settings.grep);
  if (chosen.length === 0)
    throw new UsageError('no scenario is left after --tag and --grep', `There are: ${namesOf(files)}.`);
  const loaded = files.flatMap(({ scenario }) => scenario ?? []);
  refuseMistyped(loaded, varFiles, world, color);
  refuseUnknownVars(loaded, settings, varFiles);
  return chosen.flatMap(({ scenario, file, sources }) =>
    scenario === undefined ? [] : [{ scenario, file: file.shown, sources }],
  );
}

function namesOf(files: readonly LoadedFile[]): string {
  return files.flatMap(({ scenario }) => (scenario ? [scenario.name] : [])).join(', ');
}

export function withTimes(scenario: Scenario, { deadline, grace, patient }: Settings): Scenario {
  const times = {
    ...scenario.times,
    ...(deadline !== undefined && { deadline }),
    ...(grace !== undefined && { grace }),
    ...(patient && { timeout: day }),
  };
  const route = scenario.route.map(({ timeout, ...hop }) =>
    patient || timeout === undefined ? hop : { ...hop, timeout },
  );
  return { ...scenario, times, route };
}

async function openRunLedger(
  dir: string,
  run: string,
  startedAt: Date,
  world: World,
  mask: (text: string) => string,
): Promise<RunLedger> {
  try {
    return await openLedger({ dir, run, startedAt, host: world.host, clock: realClock, mask });
  } catch (error) {
    throw new RunnerError(textOf(error), 'Nothing was sent. --ledger names another folder.', error);
  }
}

function counted(n: number, what: string): string {
  return `${n} ${what}${n === 1 ? '' : 's'}`;
}
