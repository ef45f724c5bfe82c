// Variables of the config file in a scenario: they stand before its own, and only those that it has or uses are its own affair.

import type { Scenario } from './model.ts';
import { namesIn } from './references.ts';
import type { Tree } from './tree.ts';

type Loaded = Omit<Scenario, 'needs'>;

export function withGivenVars(scenario: Loaded, given: Readonly<Record<string, Tree>>): Loaded {
  const all = { ...scenario.vars, ...given };
  const used = namesIn([...treesOf(scenario), ...Object.values(scenario.vars)], all).vars;
  const chosen = Object.entries(given).filter(([name]) => Object.hasOwn(scenario.vars, name) || used.has(name));
  // What one of them stands on is used too.
  const behind = namesIn(
    chosen.map(([, tree]) => tree),
    all,
  ).vars;
  const more = Object.entries(given).filter(([name]) => behind.has(name));
  return { ...scenario, vars: { ...scenario.vars, ...Object.fromEntries([...chosen, ...more]) } };
}

/** Every tree of a scenario that names may stand in, its variables left out. */
export function treesOf({ send, find, clean, leftovers, route, releases }: Loaded): Tree[] {
  const steps = [...send, ...find, ...clean, ...leftovers].map(({ options }) => options);
  const looks = route.flatMap(({ look, release }) => [look, release?.listed?.look]);
  const ofLooks = looks.flatMap((look) =>
    look ? [look.options, look.records, look.field, look.equals, ...Object.values(look.where ?? {})] : [],
  );
  return [...steps, ...ofLooks, releases?.equals].filter((tree) => tree !== undefined);
}
