// Reads one hop of the route.

import type { Allowed } from '../core/look.ts';
import type { Context } from './build-context.ts';
import { buildLook, buildRelease, placeOf } from './build-step.ts';
import { durationAt, ownTimesAt, pollAt } from './build-times.ts';
import { literalAt } from './build-tree.ts';
import type { Hop, Poll } from './model.ts';
import type { MapNode, Node } from './node.ts';
import { child } from './plain.ts';
import { ALTERATIONS } from './shape.ts';

/** `above` is the hop before it in the file; `poll` the scenario's, for the parts that the hop leaves out. That `after` leads somewhere is checked with the whole route. */
export async function buildHop(
  node: MapNode,
  above: string | undefined,
  poll: Poll,
  context: Context,
): Promise<Hop | undefined> {
  const name = literalAt(node, 'hop', context);
  const after = literalAt(node, 'after', context) ?? above;
  const lookNode = child(node, 'look');
  const releaseNode = child(node, 'release');
  const look = lookNode && (await buildLook(lookNode, context));
  const release = releaseNode && (await buildRelease(releaseNode, lookNode !== undefined, context));
  if (name === undefined) return undefined;
  const keeps = valueAt(node, 'keeps');
  const timeout = durationAt(node, 'timeout');
  const sees = valueAt(node, 'sees');
  const times = ownTimesAt(node);
  return {
    name,
    ...(after !== undefined && { after }),
    carries: valueAt(node, 'carries') === 'reference' ? 'reference' : 'content',
    ...(typeof keeps === 'boolean' && { keeps }),
    sees: sees === 'in' || sees === 'out' ? sees : 'holds',
    copies: valueAt(node, 'copies') === 'any' ? 'any' : 'one',
    allow: allowedAt(node),
    lag: durationAt(node, 'lag') ?? 0,
    ...(timeout !== undefined && { timeout }),
    ...(child(node, 'poll') && { poll: pollAt(node, poll) }),
    ...(Object.keys(times).length > 0 && { times }),
    ...(look && { look }),
    ...(release && { release }),
    place: placeOf(node),
  };
}

function allowedAt(node: Node): Allowed[] {
  const allow = child(node, 'allow');
  if (allow?.kind !== 'list') return [];
  return allow.items.flatMap((item): Allowed[] => {
    const length = valueAt(item, 'truncated');
    if (typeof length === 'number') return [{ truncated: length }];
    const name = item.kind === 'scalar' ? ALTERATIONS.find((known) => known === item.value) : undefined;
    return name === undefined ? [] : [name];
  });
}

function valueAt(node: Node, key: string): unknown {
  const found = child(node, key);
  return found?.kind === 'scalar' ? found.value : undefined;
}
