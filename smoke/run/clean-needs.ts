// What cleaning stands on: the names that find, the clean steps and the looks at the destinations use, and their values.

import type { Hop, LookSpec, Scenario, Step } from '../scenario/model.ts';
import { isTemplate, type Names, namesIn, type Tree } from '../scenario/template.ts';
import { isList } from '../scenario/tree.ts';
import { namesInCredentials } from './header-secrets.ts';
import type { Journey } from './journey.ts';

/** The names, those behind variables included. */
export function namesForCleaning(scenario: Scenario): Names {
  const { trees, logins } = treesForCleaning(scenario);
  return namesIn([...trees, ...logins.map(({ options }) => options)], scenario.vars);
}

/** Aliases that tell which record is deleted, by a clean step or by what find learns. */
export function namesForDeleting(scenario: Scenario): ReadonlySet<string> {
  return namesForCleaning({ ...scenario, route: [] }).aliases;
}

/** What find, clean and the looks at the destinations are made of, and the login steps that these need. */
function treesForCleaning({ clean, find, route, sessions }: Scenario): { trees: Tree[]; logins: readonly Step[] } {
  const followed = new Set(route.map((hop) => hop.after));
  const destinations = route.filter((hop) => !followed.has(hop.name));
  const steps = [...clean, ...find];
  const used = new Set([...steps, ...destinations.map(({ look }) => look)].map((one) => one?.session?.name));
  const logins = Object.values(sessions).flatMap(({ name, login }) => (used.has(name) ? login : []));
  return { trees: [...steps.map(({ options }) => options), ...destinations.flatMap(treesOf)], logins };
}

/** Of a login only its addresses: what else it sends may well be a password. */
function namesToKeep(scenario: Scenario): Names {
  const { trees, logins } = treesForCleaning(scenario);
  return namesIn([...trees, ...logins.map(({ options }) => urlIn(options))], scenario.vars);
}

function urlIn(options: Tree): Tree {
  const isMap = typeof options === 'object' && options !== null && !isList(options) && !isTemplate(options);
  return isMap ? (options['url'] ?? null) : null;
}

/** Aliases without which the hop cannot be looked at, or the record not be picked there. */
export function aliasesFor(look: LookSpec | undefined, scenario: Scenario): ReadonlySet<string> {
  return look === undefined ? new Set() : namesIn(treesIn(look), scenario.vars).aliases;
}

/**
 * `vars.web`, `env.PARTNER` and their values as this run has them. Left out is what the marker, an alias or a secret is
 * part of, and what stands in a header or option for credentials: the first two are known to a sweep, and a secret is not for a file.
 */
export function valuesForCleaning({ scenario, scope }: Journey): [string, string | number | boolean][] {
  const names = namesToKeep(scenario);
  const inHeaders = namesInCredentials(scenario);
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

function treesOf({ look }: Hop): Tree[] {
  return look === undefined ? [] : treesIn(look);
}

function treesIn({ options, records, field, equals, where }: LookSpec): Tree[] {
  return [options, records ?? null, field ?? null, equals ?? null, ...Object.values(where ?? {})];
}

function ownOf<T>(from: Readonly<Record<string, T>>, name: string): T | undefined {
  return Object.hasOwn(from, name) ? from[name] : undefined;
}
