// --keep name=value: aliases that a person knows and the ledger does not.

import type { Secrets } from '../run/ports.ts';
import { traceAlias } from '../scenario/expression.ts';
import type { Keep, Scenario } from '../scenario/model.ts';
import { suggestion } from '../scenario/problems.ts';
import { UsageError } from './world.ts';

/** The aliases of --keep, each of which a scenario must know; those it keeps as secrets are masked from here on. */
export function keptBy(given: readonly string[], scenarios: readonly Scenario[], secrets: Secrets): [string, string][] {
  const keeps = new Map(scenarios.flatMap(keepsOf));
  return given.map((pair) => {
    const at = pair.indexOf('=');
    if (at < 1 || at === pair.length - 1)
      throw new UsageError(`--keep: ${JSON.stringify(pair)} is not of the form name=value`);
    const [name, value] = [pair.slice(0, at), pair.slice(at + 1)];
    const keep = keeps.get(name);
    if (keep === undefined)
      throw new UsageError(`--keep: no scenario keeps ${JSON.stringify(name)}`, suggestion(name, [...keeps.keys()]));
    const refusal = keep.secret ? secrets.add(value, name) : undefined;
    if (refusal !== undefined) throw new UsageError(refusal);
    return [name, value];
  });
}

function keepsOf({ send, find, clean, route, traceContext }: Scenario): [string, Keep][] {
  const looks = route.flatMap(({ look }) => look ?? []);
  const kept = [...send, ...find, ...clean, ...looks].flatMap(({ keep }) => Object.entries(keep));
  return traceContext === true ? [...kept, [traceAlias, { from: traceAlias, secret: false }]] : kept;
}
