// smoketrail trace: one marker, or a text somebody typed, followed through the scenarios' routes.

import { stat } from 'node:fs/promises';
import path from 'node:path';
import { sighted } from '../core/answer.ts';
import { parseDuration } from '../core/duration.ts';
import { codeAfterFailure } from '../core/exit-code.ts';
import type { Marker } from '../core/look.ts';
import { markerTime, typedMarker } from '../core/marker.ts';
import type { Judgement } from '../core/verdict.ts';
import { finish, Stopped } from '../run/finish.ts';
import { keepsNothing } from '../run/keeping.ts';
import { share } from '../run/shared.ts';
import { traceMarker } from '../run/trace.ts';
import { recall } from '../store/ledger-history.ts';
import { version } from '../version.ts';
import { assemble, createMask, createSecrets, openReporters } from './assemble.ts';
import { realClock } from './clock.ts';
import { keptBy } from './keep-flag.ts';
import { refuseMissing } from './needs.ts';
import { flagsOf } from './options.ts';
import { pluginsOf } from './plugins.ts';
import { chooseScenarios } from './run.ts';
import { newRunId } from './run-id.ts';
import { readSettings } from './settings.ts';
import { UsageError, type World } from './world.ts';

type Options = { keep?: string[]; since?: string; deadline?: string };

const shortestText = 8;
/** Clocks of ours and of the systems may differ by this much, in ms. */
const slack = 60_000;
const day = 86_400_000;

export async function traceCommand(
  text: string,
  paths: readonly string[],
  given: Record<string, unknown>,
  world: World,
): Promise<number> {
  if (text.trim().length < shortestText) {
    throw new UsageError(
      `${JSON.stringify(text)} is too short to be followed`,
      `A marker or a text of ${shortestText} characters or more: shorter ones are found everywhere.`,
    );
  }
  const typed = text.trim();
  const options = given as Options;
  const { settings, env } = readSettings(flagsOf(given), world);
  const mask = createMask();
  const secrets = createSecrets(env, mask);
  const dir = path.resolve(world.cwd, settings.ledger);
  const known = (await exists(dir)) ? await recall(dir, typed) : undefined;
  const plugins = pluginsOf(settings, world, mask.mask);
  const recalled = paths.length === 0 ? known?.file : undefined;
  const chosen =
    recalled === undefined
      ? await chooseScenarios(paths, settings, world, plugins)
      : await chooseScenarios([recalled], settings, world, plugins.forRecalled(recalled));
  refuseMissing(chosen, env, secrets, settings, world);
  const scenarios = chosen.map(({ scenario }) => scenario);
  const aliases = new Map([...(known?.aliases ?? []), ...keptBy(options.keep ?? [], scenarios, secrets)]);
  const asked = durationOf(options.since);

  const reporters = await openReporters(settings, world, mask.mask);
  const { ports, dispatch, failed } = assemble({
    settings,
    world,
    env,
    reporters,
    keeping: keepsNothing,
    mask,
    secrets,
    plugins,
  });
  const started = realClock.wall();
  const run = { id: newRunId(started), startedAt: started.toISOString() };
  const shared = share(run, ports);
  const stop = new AbortController();
  const forget = world.onSignal((signal) => stop.abort(new Stopped(signal)));
  const began = realClock.now();
  const listed = chosen.map(({ scenario, file }) => ({ id: scenario.name, name: scenario.name, file, markers: 1 }));
  ports.emit({ type: 'run.started', run: run.id, version, command: 'trace', contract: 1, scenarios: listed });
  if (known?.closed === true) {
    const message = `the run that sent ${typed} has cleaned it up since`;
    const hint = 'What is gone now was removed on purpose: run with --no-cleanup to have a record to trace.';
    ports.emit({ type: 'warning', message, hint });
  }
  const judgements: Judgement[] = [];
  for (const { scenario, file } of chosen) {
    if (stop.signal.aborted) break;
    const marker = typedMarker(typed, scenario.marker);
    if (marker === undefined) continue;
    const trace = {
      scenario,
      file,
      marker,
      aliases,
      computed: known?.computed ?? [],
      since: sinceOf(marker, asked),
      deadline: options.deadline === undefined ? 0 : (settings.deadline ?? 0),
    };
    judgements.push(await traceMarker(trace, shared, stop.signal));
  }
  forget();
  await shared.close();
  const { inconclusive } = settings;
  const end = finish(
    { run: run.id, judgements, deciding: tellingOf(judgements), runnerFailed: failed(), inconclusive, began },
    ports,
    stop.signal,
  );
  const { failed: broken } = await dispatch.close();
  for (const output of reporters.outputs) output.close();
  return broken.length > 0 ? codeAfterFailure(end.code) : end.code;
}

/** A marker belongs to one scenario; that the others do not know it is no failure where one does. */
function tellingOf(judgements: readonly Judgement[]): readonly Judgement[] {
  const seen = judgements.filter(({ trail }) => trail.answers.some((answer) => sighted(answer)));
  return seen.length > 0 ? seen : judgements;
}

function durationOf(since: string | undefined): number | undefined {
  const asked = since === undefined ? undefined : parseDuration(since);
  if (since === undefined || asked !== undefined) return asked;
  throw new UsageError(`--since: ${JSON.stringify(since)} is not a duration; write 30m, 2h, 1d`);
}

/** A marker tells its own time; for a typed text, a day back unless --since says otherwise. */
function sinceOf(marker: Marker, asked: number | undefined): Date {
  const now = realClock.wall().getTime();
  if (asked !== undefined) return new Date(now - asked);
  const minted = markerTime(marker);
  return new Date(minted === undefined || minted > now ? now - day : minted - slack);
}

async function exists(folder: string): Promise<boolean> {
  return stat(folder).then(
    () => true,
    () => false,
  );
}
