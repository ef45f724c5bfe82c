// smoketrail run: sends every chosen scenario once (or --repeat times) and judges it.

import path from 'node:path';
import type { Flags, Settings } from '../config/settings.ts';
import { codeAfterFailure } from '../core/exit-code.ts';
import type { PluginLoader } from '../probes/plugin-loader.ts';
import { Stopped } from '../run/finish.ts';
import { runAll } from '../run/run.ts';
import type { Scenario } from '../scenario/model.ts';
import { openLedger, type RunLedger } from '../store/ledger-file.ts';
import { version } from '../version.ts';
import { assemble, createMask, createSecrets, openReporters } from './assemble.ts';
import { realClock } from './clock.ts';
import { holdLease } from './lease.ts';
import { choose, type LoadedFile, loadFiles, showProblems } from './load.ts';
import { refuseMissing, refuseUnknownVars } from './needs.ts';
import { pluginsOf } from './plugins.ts';
import { newRunId } from './run-id.ts';
import { readSettings } from './settings.ts';
import { RunnerError, UsageError, type World } from './world.ts';

export async function runCommand(paths: readonly string[], flags: Flags, world: World): Promise<number> {
  const { settings, env } = readSettings(flags, world);
  const mask = createMask();
  const secrets = createSecrets(env, mask);
  const plugins = pluginsOf(settings, world, mask.mask);
  const chosen = await chooseScenarios(paths, settings, world, plugins);
  const scenarios = chosen.map(({ scenario, file }) => ({ scenario: withDeadline(scenario, settings), file }));
  refuseMissing(chosen, env, secrets, settings, world);

  const started = realClock.wall();
  const run = { id: newRunId(started), startedAt: started.toISOString() };
  const reporters = await openReporters(settings, world, mask.mask);
  const ledger = await openRunLedger(path.resolve(world.cwd, settings.ledger), run.id, started, world, mask.mask);
  const { ports, dispatch, failed } = assemble({
    settings,
    world,
    env,
    reporters,
    keeping: ledger,
    mask,
    secrets,
    plugins,
  });
  const stop = new AbortController();
  const kill = new AbortController();
  const forget = world.onSignal((signal) => {
    if (stop.signal.aborted) kill.abort(new Error(`${signal} came twice, so cleaning was not waited for`));
    else stop.abort(new Stopped(signal));
  });
  const lease = holdLease(ledger, realClock, (reason) => stop.abort(reason));
  try {
    const { repeat, jobs, bail, cleanup, inconclusive } = settings;
    const plan = { run, version, scenarios, repeat, jobs, bail, cleanup, ...(inconclusive && { inconclusive }) };
    const { code } = await runAll(plan, ports, { stop: stop.signal, kill: kill.signal }, failed);
    const { failed: broken } = await dispatch.close();
    return broken.length > 0 ? codeAfterFailure(code) : code;
  } finally {
    lease.end();
    for (const output of reporters.outputs) output.close();
    await ledger.close();
    forget();
  }
}

/** Every file must be right before anything is sent, those that a tag or a pattern leaves out included. */
export async function chooseScenarios(
  paths: readonly string[],
  settings: Settings,
  world: World,
  plugins: PluginLoader,
): Promise<{ scenario: Scenario; file: string; sources: LoadedFile['sources'] }[]> {
  const files = await loadFiles(paths, world.cwd, plugins);
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
  refuseUnknownVars(
    files.flatMap(({ scenario }) => scenario ?? []),
    settings,
  );
  return chosen.flatMap(({ scenario, file, sources }) =>
    scenario === undefined ? [] : [{ scenario, file: file.shown, sources }],
  );
}

function namesOf(files: readonly LoadedFile[]): string {
  return files.flatMap(({ scenario }) => (scenario ? [scenario.name] : [])).join(', ');
}

function withDeadline(scenario: Scenario, { deadline }: Settings): Scenario {
  return deadline === undefined ? scenario : { ...scenario, times: { ...scenario.times, deadline } };
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
    throw new RunnerError(
      error instanceof Error ? error.message : String(error),
      'Nothing was sent. --ledger names another folder.',
      error,
    );
  }
}

function counted(n: number, what: string): string {
  return `${n} ${what}${n === 1 ? '' : 's'}`;
}
