// smoketrail sweep: cleans up what dead runs left behind, from the ledger. Living runs are left alone.

import path from 'node:path';
import type { Flags } from '../config/settings.ts';
import { visible } from '../core/escape.ts';
import type { Body } from '../core/events.ts';
import type { LedgerEntry } from '../core/ledger-entry.ts';
import { Stopped } from '../run/run.ts';
import { share } from '../run/shared.ts';
import { sweepEntry } from '../run/sweep.ts';
import type { Scenario } from '../scenario/model.ts';
import { type RunLedger, takeOver } from '../store/ledger-file.ts';
import { openEntries } from '../store/ledger-read.ts';
import { assemble, createMask, createSecrets } from './assemble.ts';
import { realClock } from './clock.ts';
import { findScenarios } from './find-scenarios.ts';
import { loadFiles } from './load.ts';
import { needEverything } from './needs.ts';
import { newRunId } from './run-id.ts';
import { readSettings } from './settings.ts';
import { UsageError, type World } from './world.ts';

type Tally = { cleaned: number; lingering: number; failed: number };

export async function sweepCommand(paths: readonly string[], flags: Flags, world: World): Promise<number> {
  const { settings, env } = readSettings(flags, world);
  const dir = path.resolve(world.cwd, settings.ledger);
  const only =
    paths.length === 0 ? undefined : new Set((await findScenarios(paths, world.cwd)).map(({ absolute }) => absolute));
  const mask = createMask();
  const say = (text: string): void => world.stdout.write(`${visible(mask.mask(text))}\n`);
  const left = await openEntries(dir, realClock.wall(), world.host);
  for (const problem of left.problems) say(`? ${problem}`);
  if (left.living.length > 0) say(`· left alone, since they are still at work: ${left.living.join(', ')}`);

  const tally: Tally = { cleaned: 0, lingering: 0, failed: 0 };
  const stop = new AbortController();
  const forget = world.onSignal((signal) => stop.abort(new Stopped(signal)));
  const secrets = createSecrets(env, mask);
  const by = newRunId(realClock.wall());
  for (const run of [...new Set([...left.finished, ...left.entries.map((entry) => entry.run)])]) {
    if (stop.signal.aborted) break;
    const ledger = await takeOver({ dir, run, by, host: world.host, clock: realClock, mask: mask.mask });
    if (ledger === undefined) continue;
    await sweepRun(ledger);
  }
  forget();
  if (stop.signal.reason instanceof Stopped) return stop.signal.reason.signal === 'SIGINT' ? 130 : 143;
  say(summary(tally));
  return tally.failed > 0 ? 1 : 0;

  async function sweepRun(ledger: RunLedger): Promise<void> {
    const emit = (body: Body): void => {
      if (settings.verbose && body.type === 'step.finished') say(`    ${body.phase} ${body.title}: ${body.summary}`);
    };
    const reporters = { all: [], outputs: [] };
    const { ports } = assemble({ settings, world, env, reporters, keeping: ledger, mask, secrets });
    const shared = share({ id: ledger.run, startedAt: realClock.wall().toISOString() }, { ...ports, emit });
    for (const entry of ledger.entries()) {
      if (entry.state === 'closed' || stop.signal.aborted) continue;
      if (only !== undefined && !only.has(entry.file)) continue;
      await sweepOne(entry, shared);
    }
    await shared.close();
    await ledger.close();
  }

  async function sweepOne(entry: LedgerEntry, shared: ReturnType<typeof share>): Promise<void> {
    const name = `${entry.marker}  ${entry.scenario}`;
    try {
      const scenario = await scenarioOf(entry);
      needEverything(scenario, env, secrets, settings);
      const { state, detail } = await sweepEntry(entry, scenario, shared, stop.signal);
      if (state === 'failed') tally.failed += 1;
      else if (state === 'lingering') tally.lingering += 1;
      else tally.cleaned += 1;
      say(`${state === 'failed' ? '✗' : state === 'lingering' ? '·' : '✓'} ${name}  ${state}: ${detail}`);
    } catch (error) {
      if (stop.signal.aborted) return;
      tally.failed += 1;
      say(`✗ ${name}  kept: ${error instanceof Error ? error.message : String(error)}`);
    }
  }

  async function scenarioOf(entry: LedgerEntry): Promise<Scenario> {
    const [file] = await loadFiles([entry.file], world.cwd);
    if (file?.scenario?.name === entry.scenario) return file.scenario;
    if (file?.scenario !== undefined)
      throw new UsageError(
        `${entry.file} now holds ${file.scenario.name}, not ${entry.scenario}; put it back, or remove the record by hand`,
      );
    throw new UsageError(`${entry.file} has problems; smoketrail check ${entry.file} shows them`);
  }
}

function summary({ cleaned, lingering, failed }: Tally): string {
  if (cleaned + lingering + failed === 0) return 'Nothing to sweep: the ledger holds no record of a dead run.';
  return `Swept: ${cleaned} cleaned, ${lingering} lingering, ${failed} kept for the next sweep.`;
}
