// smoketrail trace: one marker, or a text somebody typed, followed through the scenarios' routes.

import type { Settings } from '../config/settings.ts';
import { sighted } from '../core/answer.ts';
import { typedMarker } from '../core/marker.ts';
import type { Judgement } from '../core/verdict.ts';
import { listed } from '../core/wording.ts';
import { finish, Stopped } from '../run/finish.ts';
import { keepsNothing } from '../run/keeping.ts';
import { lacksDriver } from '../run/lacking.ts';
import type { Ports } from '../run/ports.ts';
import { share } from '../run/shared.ts';
import { traceMarker } from '../run/trace.ts';
import { version } from '../version.ts';
import { assemble, openReporters } from './assemble.ts';
import { realClock } from './clock.ts';
import { closeReporters } from './close-reporters.ts';
import { keptBy } from './keep-flag.ts';
import { backBy, knownSend, recalled, sinceOf, strange, typedText, whyClosed } from './known-marker.ts';
import { namesMissing, refuseMissing } from './needs.ts';
import { flagsOf } from './options.ts';
import { prepare } from './prepare.ts';
import { type Chosen, chooseScenarios, withTimes } from './run.ts';
import { newRunId } from './run-id.ts';
import type { Env } from './settings.ts';
import type { World } from './world.ts';

type Options = { keep?: string[]; since?: string; deadline?: string };

export async function traceCommand(
  text: string,
  paths: readonly string[],
  given: Record<string, unknown>,
  world: World,
): Promise<number> {
  const typed = typedText(text);
  const options = given as Options;
  const { settings, env, varFiles, mask, secrets, plugins: own } = await prepare(flagsOf(given), world);
  const known = await recalled(typed, settings, world);
  const byLedger = paths.length === 0 ? known?.file : undefined;
  const plugins = byLedger === undefined ? own : own.forRecalled(byLedger);
  const files = byLedger === undefined ? paths : [byLedger];
  const chosen = await chooseScenarios(files, { settings, varFiles, plugins, world });
  const able = ableToLook(chosen, known?.scenario, env, secrets, settings);
  refuseMissing(able.length > 0 ? able : chosen, env, secrets, settings, world);
  const scenarios = able.map(({ scenario }) => scenario);
  const aliases = new Map([...(known?.aliases ?? []), ...keptBy(options.keep ?? [], scenarios, secrets)]);
  const asked = backBy(options.since);

  const reporters = await openReporters(settings, world, mask.mask);
  const started = realClock.wall();
  const run = { id: newRunId(started), startedAt: started.toISOString() };
  const { ports, dispatch, failed } = assemble({
    settings,
    world,
    env,
    reporters,
    keeping: keepsNothing,
    mask,
    secrets,
    plugins,
    run: run.id,
  });
  const shared = share(run, ports);
  const stop = new AbortController();
  const forget = world.onSignal((signal) => stop.abort(new Stopped(signal)));
  const began = realClock.now();
  const scenariosListed = able.map(({ scenario, file }) => ({
    id: scenario.name,
    name: scenario.name,
    file,
    markers: 1,
  }));
  ports.emit({ type: 'run.started', run: run.id, version, command: 'trace', contract: 1, scenarios: scenariosListed });
  const closed = known === undefined ? undefined : whyClosed(known);
  const unknown = known === undefined ? await strange(typed, scenarios, settings, world) : undefined;
  if (unknown !== undefined) ports.emit({ type: 'warning', ...unknown });
  if (closed !== undefined) ports.emit({ type: 'warning', message: closed });
  for (const one of chosen.filter((other) => !able.includes(other)))
    ports.emit({ type: 'warning', ...passedOver(one, env, secrets, settings) });
  const judgements: Judgement[] = [];
  for (const { scenario, file } of able) {
    if (stop.signal.aborted) break;
    const marker = typedMarker(typed, scenario.marker);
    if (marker === undefined) continue;
    const trace = {
      scenario: withTimes(scenario, settings),
      file,
      marker,
      aliases,
      computed: known?.computed ?? [],
      since: sinceOf(marker, asked),
      cleanedAt: known?.cleanedAt,
      knownSend: known && knownSend(known),
      deadline: options.deadline === undefined ? 0 : (settings.deadline ?? 0),
    };
    judgements.push(await traceMarker(trace, shared, stop.signal));
  }
  forget();
  await shared.close();
  const { inconclusive } = settings;
  const runnerFailed = failed() || judgements.some(lacksDriver);
  const end = finish(
    { run: run.id, judgements, deciding: tellingOf(judgements), runnerFailed, inconclusive, began },
    ports,
    stop.signal,
  );
  const code = await closeReporters(dispatch, end.code, world);
  for (const output of reporters.outputs) output.close();
  return code;
}

/**
 * The scenarios that have the values they need. One of many that lacks a value stops nobody, unless the marker is known
 * to be its own.
 */
function ableToLook(
  chosen: readonly Chosen[],
  needed: string | undefined,
  env: Env,
  secrets: Ports['secrets'],
  settings: Settings,
): readonly Chosen[] {
  return chosen.filter(
    ({ scenario }) => scenario.name === needed || namesMissing([scenario], env, secrets, settings).length === 0,
  );
}

function passedOver(
  { scenario }: Chosen,
  env: Env,
  secrets: Ports['secrets'],
  settings: Settings,
): { message: string; hint: string } {
  const what = namesMissing([scenario], env, secrets, settings).map(({ space, name }) => `${space}.${name}`);
  return {
    message: `${scenario.name} was passed over: ${listed(what)} ${what.length === 1 ? 'has' : 'have'} no value`,
    hint: 'set it, and trace again, if the marker may be its own',
  };
}

/** A marker belongs to one scenario; that the others do not know it is no failure where one does. */
function tellingOf(judgements: readonly Judgement[]): readonly Judgement[] {
  const seen = judgements.filter((judgement) =>
    (judgement.destinations ?? [judgement]).some(({ trail }) => trail.answers.some((answer) => sighted(answer))),
  );
  return seen.length > 0 ? seen : judgements;
}
