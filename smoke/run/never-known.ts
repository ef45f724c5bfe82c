// Once the send is over: which looks can still be made, and which never can, since nothing tells an alias they need.

import type { Scenario } from '../scenario/model.ts';
import { namesIn } from '../scenario/template.ts';
import { aliasesFor } from './clean-needs.ts';
import type { Journey } from './journey.ts';

/**
 * Aliases that the look at a hop needs, that the send should have told and did not, and that no look and no find which
 * can be made could tell either: waiting for them is waiting for nothing.
 */
export function neverKnown(journey: Journey, hop: string): readonly string[] {
  const { look } = journey.scenario.route.find(({ name }) => name === hop) ?? {};
  const known = everKnown(journey);
  return [...aliasesFor(look, journey.scenario)].filter((name) => !known.has(name));
}

/** What is known, and what steps of find and looks may still tell that need no more than that. */
function everKnown({ scenario, aliases }: Journey): ReadonlySet<string> {
  const known = new Set(aliases.keys());
  let sources = tellersIn(scenario);
  for (;;) {
    const able = sources.filter(({ needs }) => [...needs].every((name) => known.has(name)));
    if (able.length === 0) return known;
    for (const { tells } of able) for (const name of tells) known.add(name);
    sources = sources.filter((source) => !able.includes(source));
  }
}

type Teller = { needs: ReadonlySet<string>; tells: readonly string[] };

function tellersIn(scenario: Scenario): readonly Teller[] {
  const { route, find, vars } = scenario;
  return [
    ...route.flatMap(({ look }) =>
      look === undefined ? [] : [{ needs: aliasesFor(look, scenario), tells: Object.keys(look.keep) }],
    ),
    ...find.map(({ options, keep }) => ({ needs: namesIn(options, vars).aliases, tells: Object.keys(keep) })),
  ];
}
