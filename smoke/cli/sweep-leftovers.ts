// smoketrail sweep --without-ledger: where the disk is gone with the runner, the systems themselves are asked what earlier
// runs left there. It lists; with --yes it cleans.

import path from 'node:path';
import type { Flags } from '../config/settings.ts';
import { parseDuration } from '../core/duration.ts';
import type { Body } from '../core/events.ts';
import { textOf } from '../core/text-of.ts';
import { createBudget } from '../run/budget.ts';
import { Stopped } from '../run/finish.ts';
import { keepsNothing } from '../run/keeping.ts';
import { cleanLeftover, type Leftover, listLeftovers } from '../run/leftovers.ts';
import { type Shared, share } from '../run/shared.ts';
import type { Scenario } from '../scenario/model.ts';
import { type KnownMarkers, knownMarkers } from '../store/ledger-read.ts';
import { assemble, type Parts } from './assemble.ts';
import { realClock } from './clock.ts';
import { leftoverLines, limitInWords } from './leftover-table.ts';
import { refuseMissing } from './needs.ts';
import { prepare } from './prepare.ts';
import { chooseScenarios } from './run.ts';
import { newRunId } from './run-id.ts';
import { type Progress, sweepProgress } from './sweep-progress.ts';
import { sayer } from './sweep-report.ts';
import { RunnerError, UsageError, type World } from './world.ts';

export type LeftoverFlags = { withoutLedger?: boolean; olderThan?: string; yes?: boolean };

/** A listing may be a page of many: what is removed makes room for the next. */
const mostRounds = 50;

/** Exit codes as those of `sweep`: 1 where a record is still to be cleaned, or could not be listed. */
export async function sweepLeftovers(
  paths: readonly string[],
  flags: Flags,
  { olderThan, yes = false }: LeftoverFlags,
  world: World,
): Promise<number> {
  const age = ageOf(olderThan);
  const { settings, env, varFiles, mask, secrets, plugins } = await prepare(flags, world);
  const all = await chooseScenarios(paths, { settings, varFiles, plugins, world });
  const chosen = all.filter(({ scenario }) => scenario.leftovers.length > 0);
  if (chosen.length === 0)
    throw new UsageError(
      'no scenario here says how to list what was left',
      'Write leftovers: into it, steps that list the records of earlier runs.',
    );
  refuseYoung(chosen, age);
  refuseMissing(chosen, env, secrets, settings, world);

  const known = await markersOfLedgers(path.resolve(world.cwd, settings.ledger), world);
  const progress = sweepProgress(world, realClock, mask.mask);
  const say = sayer(world, settings.color, mask.mask, progress);
  for (const { scenario } of all)
    if (!chosen.some((one) => one.scenario === scenario))
      say(`· ${scenario.name} has no leftovers, so its records cannot be listed`);
  const stop = new AbortController();
  const forget = world.onSignal((signal) => stop.abort(new Stopped(signal)));
  const budget = progress.watched(createBudget({ clock: realClock, hosts: settings.hosts }));
  const shared = sharedFor({ settings, world, env, mask, secrets, plugins, budget }, say, progress);
  const counts = { cleaned: 0, left: 0, unlisted: 0 };
  const seen = new Set<string>();
  try {
    for (const { scenario } of chosen) await sweepScenario(scenario);
  } catch (error) {
    if (!stop.signal.aborted) throw error;
  } finally {
    await shared.close();
    forget();
    progress.end();
  }
  say(sum(counts, age, yes));
  if (stop.signal.reason instanceof Stopped) {
    say(`Stopped by ${stop.signal.reason.signal}; what is left is for the next sweep.`);
    return stop.signal.reason.signal === 'SIGINT' ? 130 : 143;
  }
  return counts.left + counts.unlisted > 0 ? 1 : 0;

  async function sweepScenario(scenario: Scenario): Promise<void> {
    const { prefix, separator } = scenario.marker;
    say(`Listing the leftovers of ${scenario.name}, and of all others that mark theirs ${prefix}${separator}….`);
    for (let round = 1; round <= mostRounds; round += 1) {
      const { leftovers, others, failures } = await listLeftovers(scenario, age, shared, stop.signal);
      for (const failure of failures) say(`✗ ${scenario.name} could not be listed: ${failure}`);
      counts.unlisted += failures.length;
      const fresh = leftovers.filter(isNew);
      if (round === 1) tellOthers(scenario, others);
      if (fresh.length === 0) return;
      say(`${records(fresh.length)} of ${scenario.name}, older than ${limitInWords(age)}:`);
      for (const line of leftoverLines(fresh, mask.mask)) say(line);
      if (!yes) {
        counts.left += fresh.length;
        say('  This is one answer of each system: where it answers in pages, there may be more.');
        return;
      }
      for (const leftover of fresh) await clean(leftover);
    }
    say(`· ${scenario.name}: there may be more; sweep again`);
  }

  /** Each marker once, and none that a ledger here knows: its run may be at work, or plain `sweep` knows more of it. */
  function isNew({ journey }: Leftover): boolean {
    const { text } = journey.marker;
    if (seen.has(text)) return false;
    seen.add(text);
    const why = known.living.has(text)
      ? 'its run is at work'
      : known.open.has(text)
        ? 'the ledger has it, so smoketrail sweep cleans it'
        : undefined;
    if (why !== undefined) say(`· ${text} left alone: ${why}`);
    return why === undefined;
  }

  async function clean(leftover: Leftover): Promise<void> {
    const { journey, scenario } = leftover;
    stop.signal.throwIfAborted();
    const { state, detail } = await cleanLeftover(leftover, shared, stop.signal).catch((error: unknown) => {
      stop.signal.throwIfAborted();
      return { state: 'failed' as const, detail: textOf(error) };
    });
    const failed = state === 'failed';
    if (failed) counts.left += 1;
    else counts.cleaned += 1;
    say(`${failed ? '✗' : '✓'} ${journey.marker.text}  ${scenario.name}  ${failed ? 'not clean' : 'clean'}: ${detail}`);
  }

  function tellOthers(
    scenario: Scenario,
    { unmarked, young, several, quoting }: Record<'unmarked' | 'young' | 'several' | 'quoting', number>,
  ): void {
    if (unmarked > 0) say(`· ${records(unmarked)} without a marker of ${scenario.name}: somebody else’s`);
    if (young > 0) say(`· ${records(young)} younger than ${limitInWords(age)}`);
    if (quoting > 0) say(`· ${records(quoting)} with a marker in a text that was not sent: left alone`);
    if (several > 0) say(`· ${records(several)} with several markers: whose they are is not clear`);
  }
}

function sharedFor(
  parts: Omit<Parts, 'reporters' | 'keeping'>,
  say: (text: string) => void,
  progress: Progress,
): Shared {
  const { verbose } = parts.settings;
  const emit = (body: Body): void => {
    if ('scenario' in body) progress.follow(body, body.scenario ?? '');
    if (body.type === 'warning') say(`· ${body.message}`);
    if (verbose && body.type === 'step.finished') say(`    ${body.phase} ${body.title}: ${body.summary}`);
  };
  const reporters = { all: [], outputs: [] };
  const { ports } = assemble({ ...parts, reporters, keeping: keepsNothing });
  const started = realClock.wall();
  return share({ id: newRunId(started), startedAt: started.toISOString() }, { ...ports, emit });
}

/** A ledger that cannot be read may be that of a living run. */
async function markersOfLedgers(dir: string, world: World): Promise<KnownMarkers> {
  try {
    return await knownMarkers(dir, realClock.wall(), world.host);
  } catch (error) {
    const why = textOf(error);
    throw new RunnerError(why, 'Nothing was swept. --ledger names another folder.', error);
  }
}

function ageOf(text: string | undefined): number {
  if (text === undefined)
    throw new UsageError(
      '--without-ledger needs --older-than: a younger record may belong to a run that is at work',
      'smoketrail sweep --without-ledger --older-than 1h',
    );
  const ms = parseDuration(text);
  if (ms === undefined)
    throw new UsageError(`--older-than: ${JSON.stringify(text)} is not a duration; write 30m, 2h, 1d`);
  return ms;
}

/** A run elsewhere, whose ledger is not here, must be over before its record counts as left behind. */
function refuseYoung(chosen: readonly { scenario: Scenario }[], age: number): void {
  for (const { scenario } of chosen) {
    const longest = longestWatch(scenario);
    if (age > longest) continue;
    throw new UsageError(
      `--older-than ${limitInWords(age)} is no longer than a run of ${scenario.name} may take (${limitInWords(longest)})`,
      'Name a longer time, so that no living run loses its record.',
    );
  }
}

/** How long a run may be at work on a record, in ms: each destination has times of its own, and a lag is waited for. */
function longestWatch({ times, route }: Scenario): number {
  const hops = route.map((hop) => {
    const { deadline, grace, settle, confirm } = { ...times, ...hop.times };
    return Math.max(deadline + grace, hop.lag) + settle + confirm;
  });
  return Math.max(...hops);
}

function sum(
  { cleaned, left, unlisted }: { cleaned: number; left: number; unlisted: number },
  age: number,
  yes: boolean,
): string {
  const parts = [
    ...(cleaned > 0 ? [`${records(cleaned)} cleaned`] : []),
    ...(left > 0 ? [yes ? `${records(left)} still to be cleaned` : `${records(left)} to clean; --yes does it`] : []),
    ...(unlisted > 0 ? [`${unlisted} listing${unlisted === 1 ? '' : 's'} that failed`] : []),
  ];
  if (parts.length > 0) return `${yes ? 'Swept' : 'Listed'}: ${parts.join(', ')}.`;
  return `Nothing to sweep: nothing that was listed is ours and older than ${limitInWords(age)}.`;
}

function records(n: number): string {
  return `${n} record${n === 1 ? '' : 's'}`;
}
