// Checks that the hops of a route hang together: `after` names a hop, nothing comes after itself, and what only a destination can have stands at one.

import { ownTimes } from './build-times.ts';
import type { Hop, Scenario } from './model.ts';
import type { MapNode } from './node.ts';
import { child, textAt } from './plain.ts';
import { quoted, type Report, suggestion } from './problems.ts';
import { HOP_NAME } from './shape-parts.ts';

/** A hop with its place in the file. The first of a name counts; a second one is told elsewhere. */
type Stop = { hop: Hop; node: MapNode };
type Stops = ReadonlyMap<string, Stop>;

export function checkRoute({ route }: Pick<Scenario, 'route'>, root: MapNode, report: Report): void {
  const list = child(root, 'route');
  const nodes = new Map<string | undefined, MapNode>();
  for (const node of list?.kind === 'list' ? list.items : []) {
    const name = textAt(node, 'hop');
    if (node.kind === 'map' && !nodes.has(name)) nodes.set(name, node);
  }
  const stops = new Map<string, Stop>();
  for (const hop of route) {
    const node = nodes.get(hop.name);
    if (node !== undefined && !stops.has(hop.name)) stops.set(hop.name, { hop, node });
  }
  checkNames(stops, report);
  checkCircles(stops, report);
  checkDestinationKeys(stops, report);
}

function checkNames(stops: Stops, report: Report): void {
  for (const [name, { hop, node }] of stops) {
    const after = child(node, 'after');
    if (hop.after === undefined || after === undefined || stops.has(hop.after) || !HOP_NAME.test(hop.after)) continue;
    const others = [...stops.keys()].filter((other) => other !== name);
    report.problem('unknown-hop', `no hop is called ${quoted(hop.after)}`, after.span, suggestion(hop.after, others));
  }
}

/** Each circle is told once. */
function checkCircles(stops: Stops, report: Report): void {
  const first = [...stops.keys()][0];
  const done = new Set<string>();
  for (const start of stops.keys()) {
    const way: string[] = [];
    const passed = new Set<string>();
    let name: string | undefined = start;
    while (name !== undefined && stops.has(name) && !done.has(name) && !passed.has(name)) {
      way.push(name);
      passed.add(name);
      name = stops.get(name)?.hop.after;
    }
    if (name !== undefined && passed.has(name)) tellCircle(way.slice(way.indexOf(name)), first, stops, report);
    for (const each of way) done.add(each);
  }
}

/** `circle`: each hop, then the one it comes after. */
function tellCircle(circle: readonly string[], first: string | undefined, stops: Stops, report: Report): void {
  const written = circle.flatMap((name) => {
    const stop = stops.get(name);
    const after = stop && child(stop.node, 'after');
    return after === undefined ? [] : [{ name, after }];
  });
  // Where each hop follows the one above, the way leads to the first: some `after` closes the circle.
  const [blamed] = written;
  if (blamed === undefined) return;
  const inOrder = circle.toReversed();
  const shown = inOrder.length > 8 ? [...inOrder.slice(0, 4), '…', ...inOrder.slice(-3)] : inOrder;
  const message =
    circle.length === 1
      ? `${quoted(blamed.name)} comes after itself`
      : `these hops come after each other: ${[...shown, inOrder[0]].join(' → ')}`;
  const hint =
    first !== undefined && circle.includes(first)
      ? `The first hop of the list is where the record comes in: it takes no \`after\`.`
      : 'Without `after`, a hop follows the one above it in the list.';
  report.problem('circular-route', message, blamed.after.span, hint);
}

function checkDestinationKeys(stops: Stops, report: Report): void {
  const followers = new Map([...stops].map(([name, { hop }]) => [hop.after, name]));
  for (const [name, { node }] of stops) {
    const follower = followers.get(name);
    if (follower === undefined) continue;
    for (const key of ownTimes) {
      const entry = node.entries.get(key);
      if (entry === undefined) continue;
      const message = `${quoted(key)} has no meaning at ${quoted(name)}, which is no destination`;
      const hint = `${quoted(follower)} follows it. Set it at a destination, or for the whole scenario.`;
      report.problem('misplaced-key', message, entry.keySpan, hint);
    }
  }
}
