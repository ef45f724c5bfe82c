// What the pure core needs to know of a scenario's hops.

import type { HopFact } from '../core/route.ts';
import type { Plugin } from '../probes/plugin.ts';
import type { Scenario } from '../scenario/model.ts';
import { isQueue, keepsOf } from './keeps-of.ts';

/** `plugins` holds each hop's plug-in, in route order; undefined for a hop without a look. */
export function routeFacts(scenario: Scenario, plugins: readonly (Plugin | undefined)[]): HopFact[] {
  const followed = new Set(scenario.route.map((hop) => hop.after));
  return scenario.route.map((hop, index) => {
    const plugin = plugins[index];
    const fact: HopFact = {
      hop: hop.name,
      carries: hop.carries,
      keeps: keepsOf(hop, plugin),
      sees: hop.sees,
      queue: isQueue(hop, plugin),
      destination: !followed.has(hop.name),
      title: hop.look?.title ?? 'no look',
      line: hop.place.line,
    };
    if (hop.after !== undefined) fact.after = hop.after;
    if (hop.times !== undefined) fact.times = hop.times;
    if (hop.look !== undefined) fact.probe = hop.look.plugin;
    return fact;
  });
}
