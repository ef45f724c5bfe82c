// smoketrail sweep: cleans up what dead runs left behind, from the ledger. Living runs are left alone.

import path from 'node:path';
import type { Flags, Settings } from '../config/settings.ts';
import type { Body } from '../core/events.ts';
import type { LedgerEntry } from '../core/ledger-entry.ts';
import { textOf } from '../core/text-of.ts';
import { createBudget } from '../run/budget.ts';
import { Stopped } from '../run/finish.ts';
import { type Shared, share } from '../run/shared.ts';
import { sweepEntry } from '../run/sweep.ts';
import { type RunLedger, takeOver } from '../store/ledger-file.ts';
import { type OpenEntries, openEntries } from '../store/ledger-read.ts';
import { tidyLedger } from '../store/ledger-tidy.ts';
import { LedgerLost } from '../store/ledger-writer.ts';
import { assemble } from './assemble.ts';
import { realClock } from './clock.ts';
import { holdLease } from './lease.ts';
import { loadFiles } from './load.ts';
import { prepare } from './prepare.ts';
import { newRunId } from './run-id.ts';
import { readSettings } from './settings.ts';
import { sweepProgress } from './sweep-progress.ts';
import { sayer, sweepReport } from './sweep-report.ts';
import { Kept, sourceOf } from './sweep-source.ts';
import { RunnerError, type World } from './world.ts';

/**
 * Exit codes: 0 where nothing is left to be done now (all is clean; what may still arrive is looked for by the next
 * sweep); 1 where a record is still to be cleaned, or a ledger could not be worked on; 2 wrong usage; 3 where the
 * ledger's folder cannot be read; 130 or 143 where a signal stopped it.
 */
export async function sweepCommand(paths: readonly string[], flags: Flags, world: World): Promise<number> {
  const { settings, env, mask, secrets, plugins } = await prepare(flags, world);
  const dir = path.resolve(world.cwd, settings.ledger);
  const named = paths.length === 0 ? undefined : await loadFiles(paths, { settings, plugins, cwd: world.cwd });
  const settingsIn = async (environment: string): Promise<Settings> =>
    (await readSettings({ ...flags, env: environment, verbose: false }, world, ['reporters'])).settings;
  const source = sourceOf({ named, cwd: world.cwd, env, secrets, settings, plugins, settingsIn });
  const left = await readFolder(dir, world);
  const progress = sweepProgress(world, realClock, mask.mask);
  const say = sayer(world, settings.color, mask.mask, progress);
  const report = sweepReport(say);
  for (const problem of left.problems) report.failed('a ledger', problem);
  report.leftAlone(left.living);

  // One for all ledgers: a sweep after an outage must not make a second one.
  const budget = progress.watched(createBudget({ clock: realClock, hosts: settings.hosts }));
  const stop = new AbortController();
  const forget = world.onSignal((signal) => stop.abort(new Stopped(signal)));
  const by = newRunId(realClock.wall());
  const wanted = left.entries.filter(source.wants).map((entry) => entry.run);
  let swept = 0;
  /** Which record it is at. */
  let place = '';
  for (const run of new Set([...left.finished, ...wanted])) {
    if (stop.signal.aborted) break;
    try {
      const ledger = await takeOver({ dir, run, by, host: world.host, clock: realClock, mask: mask.mask });
      if (ledger === undefined) report.leftAlone([run]);
      else await sweepRun(ledger);
    } catch (error) {
      report.failed(run, textOf(error));
    }
  }
  await tidyLedger(dir, realClock.wall()).catch((error: unknown) => report.failed(dir, textOf(error)));
  forget();
  progress.end();
  const code = report.end();
  if (!(stop.signal.reason instanceof Stopped)) return code;
  say(`Stopped by ${stop.signal.reason.signal}; what is left is for the next sweep.`);
  return stop.signal.reason.signal === 'SIGINT' ? 130 : 143;

  async function sweepRun(ledger: RunLedger): Promise<void> {
    const emit = (body: Body): void => {
      progress.follow(body, place);
      if (body.type === 'warning') say(`· ${body.message}`);
      if (settings.verbose && body.type === 'step.finished') say(`    ${body.phase} ${body.title}: ${body.summary}`);
    };
    const reporters = { all: [], outputs: [] };
    const { ports } = assemble({ settings, world, env, reporters, keeping: ledger, mask, secrets, plugins, budget });
    const startedAt = ledger.entries()[0]?.startedAt ?? realClock.wall().toISOString();
    const shared = share({ id: ledger.run, startedAt }, { ...ports, emit });
    const lost = new AbortController();
    const lease = holdLease(ledger, realClock, (reason) => lost.abort(reason));
    const signal = AbortSignal.any([stop.signal, lost.signal]);
    try {
      for (const entry of ledger.entries()) {
        if (signal.aborted) break;
        if (entry.state !== 'closed' && source.wants(entry)) await sweepOne(entry, shared, signal);
      }
      if (lost.signal.aborted) throw lost.signal.reason;
    } finally {
      lease.end();
      await shared.close();
      await ledger.close();
    }
  }

  async function sweepOne(entry: LedgerEntry, shared: Shared, signal: AbortSignal): Promise<void> {
    swept += 1;
    place = `record ${swept} of ${wanted.length}, ${entry.marker}`;
    progress.at(`${place}: looking whether it is there`);
    try {
      const scenario = await source.scenarioOf(entry);
      report.cleaned(entry, await sweepEntry(entry, scenario, shared, signal));
    } catch (error) {
      if (signal.aborted) return;
      if (error instanceof LedgerLost) throw error;
      if (error instanceof Kept) report.kept(entry, error);
      else report.cleaned(entry, { state: 'failed', detail: `${textOf(error)}; the ledger keeps it` });
    }
  }
}

async function readFolder(dir: string, world: World): Promise<OpenEntries> {
  try {
    return await openEntries(dir, realClock.wall(), world.host);
  } catch (error) {
    throw new RunnerError(textOf(error), 'Nothing was swept. --ledger names another folder.', error);
  }
}
