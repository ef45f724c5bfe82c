// What chosen scenarios need from outside and did not get: told with its place before anything is sent.

import type { Settings } from '../config/settings.ts';
import type { Ports } from '../run/ports.ts';
import { formatProblem } from '../scenario/frame.ts';
import type { Scenario } from '../scenario/model.ts';
import type { Unmet } from '../scenario/needs.ts';
import { suggestion } from '../scenario/problems.ts';
import { missingNeeds } from './load.ts';
import type { Env } from './settings.ts';
import type { VarFiles } from './var-files.ts';
import { UsageError, type World } from './world.ts';

type Chosen = { scenario: Scenario; sources: ReadonlyMap<string, string> };

const remedy =
  'Set it in the environment, in a file given with --env-file, or (a variable) with --var; a secret X also as SMOKETRAIL_SECRET_X, or X_FILE naming a file.';

/** Shows every missing value in its code frame, and throws a UsageError where there is one. */
export function refuseMissing(
  chosen: readonly Chosen[],
  env: Env,
  secrets: Ports['secrets'],
  settings: Settings,
  world: World,
): void {
  const missing = namesMissing(
    chosen.map(({ scenario }) => scenario),
    env,
    secrets,
    settings,
  );
  if (missing.length === 0) return;
  const sources = new Map(chosen.flatMap((one) => [...one.sources]));
  const color = settings.color === 'auto' ? world.stderr.tty : settings.color;
  for (const { space, name, place } of missing) {
    const problem = { code: 'missing-value', message: `${space}.${name} has no value`, place } as const;
    world.stderr.write(`${formatProblem(problem, sources.get(place.file), { color })}\n`);
  }
  const what = missing.length === 1 ? 'a value is' : `${missing.length} values are`;
  throw new UsageError(`${what} missing; nothing was sent`, remedy);
}

/** A mistyped --var would leave a default in force, and with it perhaps the wrong system. */
export function refuseUnknownVars(scenarios: readonly Scenario[], { vars }: Settings, { places }: VarFiles): void {
  const known = new Set(scenarios.flatMap((scenario) => Object.keys(scenario.vars)));
  const unknown = Object.keys(vars).find((name) => !known.has(name) && !places.has(name));
  if (unknown === undefined) return;
  const hint = suggestion(unknown, [...known]);
  throw new UsageError(`--var: no scenario has a variable ${JSON.stringify(unknown)}; nothing was sent`, hint);
}

/** What these need and nobody gave, each name once. */
export function namesMissing(
  scenarios: readonly Scenario[],
  env: Env,
  secrets: Ports['secrets'],
  settings: Settings,
): Unmet[] {
  return missingNeeds(scenarios, {
    env: (name) => env[name],
    secret: secrets.get,
    vars: (name) => Object.hasOwn(settings.vars, name),
  });
}
