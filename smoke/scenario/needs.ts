// What must come from outside before a scenario can run: environment variables, secrets, variables without a value.

import { treesOf } from './given-vars.ts';
import type { Need, Scenario } from './model.ts';
import { namesIn, usesIn } from './references.ts';
import { type NameRef, nameText, type Tree } from './tree.ts';

type Loaded = Omit<Scenario, 'needs'>;

/** Each name once, at its first use. What has a default that always gives a value is left out. */
export function needsOf(scenario: Loaded): Scenario['needs'] {
  const found = new Map<string, { ref: NameRef; need: Need }>();
  const collect = (tree: Tree, inVar?: string): void => {
    for (const { ref, optional, or } of usesIn(tree)) {
      const outside =
        ref.space === 'env' || ref.space === 'secret' || (ref.space === 'vars' && scenario.vars[ref.name] === null);
      if (optional || !outside || found.has(nameText(ref))) continue;
      const others = or.filter(({ space }) => space === 'env' || space === 'secret' || space === 'vars').map(nameText);
      if (others.some((other) => found.has(other))) continue;
      found.set(nameText(ref), {
        ref,
        need: {
          name: ref.name,
          place: ref.place,
          ...(others.length > 0 && { or: others }),
          ...(inVar !== undefined && { inVar }),
        },
      });
    }
  };
  for (const tree of treesOf(scenario)) collect(tree);
  for (const [name, tree] of Object.entries(scenario.vars)) collect(tree, name);
  const all = [...found.values()];
  const of = (space: string): Need[] => all.filter(({ ref }) => ref.space === space).map(({ need }) => need);
  return { env: of('env'), secrets: of('secret'), vars: of('vars') };
}

/** The needs of a part of the scenario alone, those of the variables it uses included. */
export function needsOfPart(
  scenario: Scenario,
  { route, find = [], releases }: Partial<Pick<Scenario, 'find' | 'releases'>> & Pick<Scenario, 'route'>,
): Scenario['needs'] {
  const { releases: _, ...rest } = scenario;
  const part: Loaded = { ...rest, send: [], clean: [], find, route, ...(releases && { releases }) };
  const used = namesIn(
    treesOf(part).map((tree) => tree ?? null),
    scenario.vars,
  );
  return needsOf({
    ...part,
    vars: Object.fromEntries(Object.entries(scenario.vars).filter(([name]) => used.vars.has(name))),
  });
}

export type Given = {
  env(name: string): string | undefined;
  secret(name: string): string | undefined;
  /** Whether --var or an environment gives it a value. */
  vars(name: string): boolean;
};

export type Unmet = Need & { space: 'env' | 'secret' | 'vars' };

/** The needs that nothing meets: the name itself, another name of its `a ?? b`, or a value for the variable it stands in. */
export function unmetNeeds(needs: Scenario['needs'], given: Given): Unmet[] {
  const has = (name: string): boolean => {
    const [space, rest = ''] = name.split('.', 2);
    if (space === 'vars') return given.vars(rest);
    return Boolean(space === 'env' ? given.env(rest) : given.secret(rest));
  };
  const all: Unmet[] = [
    ...needs.vars.map((need) => ({ ...need, space: 'vars' as const })),
    ...needs.env.map((need) => ({ ...need, space: 'env' as const })),
    ...needs.secrets.map((need) => ({ ...need, space: 'secret' as const })),
  ];
  return all.filter(({ space, name, or = [], inVar }) => {
    if (inVar !== undefined && given.vars(inVar)) return false;
    return ![`${space}.${name}`, ...or].some(has);
  });
}
