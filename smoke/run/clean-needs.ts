// What cleaning stands on: the names that find, the clean steps and the looks at the destinations use, and their values.

import type { Hop, LookSpec, Scenario } from '../scenario/model.ts';
import { type Names, namesIn, type Tree } from '../scenario/template.ts';
import { namesInHeaders } from './header-secrets.ts';
import type { Journey } from './journey.ts';

/** The names, those behind variables included. */
export function namesForCleaning(scenario: Scenario): Names {
  const { clean, find, route, vars } = scenario;
  const followed = new Set(route.map((hop) => hop.after));
  const destinations = route.filter((hop) => !followed.has(hop.name));
  return namesIn([...clean, ...find].map((step) => step.options).concat(destinations.flatMap(treesOf)), vars);
}

/** Aliases without which the hop cannot be looked at, or the record not be picked there. */
export function aliasesFor(look: LookSpec | undefined, scenario: Scenario): ReadonlySet<string> {
  return look === undefined ? new Set() : namesIn(treesIn(look), scenario.vars).aliases;
}

/**
 * `vars.web`, `env.PARTNER` and their values as this run has them. Left out is what the marker, an alias or a secret is
 * part of, and what stands in a header for credentials: the first two are known to a sweep, and a secret is not for a file.
 */
export function valuesForCleaning({ scenario, scope }: Journey): [string, string | number | boolean][] {
  const names = namesForCleaning(scenario);
  const inHeaders = namesInHeaders(scenario);
  const values: [string, unknown][] = [...names.env]
    .filter((name) => !inHeaders.env.has(name))
    .map((name) => [`env.${name}`, ownOf(scope.env, name)]);
  for (const name of names.vars) {
    if (inHeaders.vars.has(name)) continue;
    const behind = namesIn(ownOf(scenario.vars, name) ?? null, scenario.vars);
    if (behind.marker || behind.aliases.size > 0 || behind.secrets.size > 0) continue;
    if ([...behind.vars].some((one) => inHeaders.vars.has(one))) continue;
    if ([...behind.env].some((one) => inHeaders.env.has(one))) continue;
    values.push([`vars.${name}`, scope.vars(name)]);
  }
  return values.filter((pair): pair is [string, string | number | boolean] =>
    ['string', 'number', 'boolean'].includes(typeof pair[1]),
  );
}

/**
 * Aliases that the look at a destination needs, that the send should have told and did not, and that no look and
 * no find could tell either: waiting for them is waiting for nothing.
 */
export function neverKnown({ scenario, aliases }: Journey, destination: string): readonly string[] {
  const others = new Set(
    [
      ...scenario.route.flatMap(({ look }) => (look ? [look.keep] : [])),
      ...scenario.find.map(({ keep }) => keep),
    ].flatMap((keep) => Object.keys(keep)),
  );
  const { look } = scenario.route.find(({ name }) => name === destination) ?? {};
  const needed = [...aliasesFor(look, scenario)];
  return needed.filter((name) => !aliases.has(name) && !others.has(name));
}

function treesOf({ look }: Hop): Tree[] {
  return look === undefined ? [] : treesIn(look);
}

function treesIn({ options, records, field, equals, where }: LookSpec): Tree[] {
  return [options, records ?? null, field ?? null, equals ?? null, ...Object.values(where ?? {})];
}

function ownOf<T>(from: Readonly<Record<string, T>>, name: string): T | undefined {
  return Object.hasOwn(from, name) ? from[name] : undefined;
}
