// The route as it branches: its hops in the order they are shown, each with the lines that lead to it.

import type { HopFact } from '../smoke/core/route.ts';

/** `lead` stands before the hop's name; `below` before whatever else is shown of it. Both are empty where nothing branches. */
export type Placed = { fact: HopFact; lead: string; below: string };

/** Depth first, so that each branch stays together. A hop that the route leads nowhere to stands at the end. */
export function treeOf(route: readonly HopFact[]): readonly Placed[] {
  const followers = Map.groupBy(route, (fact, index) => fact.after ?? route[index - 1]?.hop);
  const placed = new Map<HopFact, Placed>();
  const place = (fact: HopFact, lead: string, rest: string): void => {
    if (placed.has(fact)) return;
    const next = followers.get(fact.hop) ?? [];
    const branches = next.length > 1;
    placed.set(fact, { fact, lead, below: branches ? `${rest}│ ` : rest });
    for (const [index, follower] of next.entries()) {
      const isLast = index === next.length - 1;
      if (!branches) place(follower, rest, rest);
      else place(follower, `${rest}${isLast ? '└ ' : '├ '}`, `${rest}${isLast ? '  ' : '│ '}`);
    }
  };
  for (const root of followers.get(undefined) ?? []) place(root, '', '');
  for (const fact of route) place(fact, '', '');
  return [...placed.values()];
}
