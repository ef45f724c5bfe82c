// Reads a whole scenario out of a document's root. What is wrong is in the report; what is missing has its default.

import { cleanAt } from './build-clean.ts';
import type { Context } from './build-context.ts';
import { buildHop } from './build-hop.ts';
import { limitsAt } from './build-limits.ts';
import { buildSessions, nameSessions } from './build-sessions.ts';
import { placeOf } from './build-step.ts';
import { stepsAt } from './build-steps.ts';
import { lingerOf, pollAt, timesOf } from './build-times.ts';
import { literalAt, treeOf } from './build-tree.ts';
import { nameFault } from './expression.ts';
import type { Hop, MarkerShape, ReleaseRule, Scenario } from './model.ts';
import type { MapNode, Node } from './node.ts';
import { child } from './plain.ts';
import { quoted } from './problems.ts';
import type { Tree } from './tree.ts';

/** `sound`: whether `vars` and `send` were read without a problem, so that what they lack is worth telling. */
export type Built = { scenario: Omit<Scenario, 'needs'>; sound: boolean };

export async function buildScenario(root: MapNode, context: Context): Promise<Built> {
  const { report } = context;
  const before = report.problems.length;
  const vars = varsAt(root, context);
  nameSessions(root, context);
  const send = await stepsAt(root, 'send', context);
  const sound = report.problems.length === before && send.length > 0;
  const sessions = await buildSessions(root, context);
  const route = await routeAt(root, context);
  const releases = releaseRuleAt(root, context);
  const name = literalAt(root, 'name', context) ?? '';
  if (isForbidden(name))
    report.problem('forbidden-name', `${quoted(name)} cannot name a scenario`, child(root, 'name')?.span ?? root.span);
  const description = literalAt(root, 'description', context);
  return {
    sound,
    scenario: {
      name,
      ...(description !== undefined && { description }),
      tags: textsAt(root, 'tags', context),
      place: placeOf(root),
      baseDir: context.baseDir,
      vars,
      marker: markerAt(root),
      times: timesOf(root),
      poll: pollAt(root),
      sessions,
      send,
      route,
      ...(releases && { releases }),
      find: await stepsAt(root, 'find', context),
      ...(await cleanAt(root, context)),
      leftovers: await stepsAt(root, 'leftovers', context),
      limits: limitsAt(root),
      linger: lingerOf(root),
      ...(hasTraceContext(root) && { traceContext: true }),
    },
  };
}

function varsAt(root: MapNode, context: Context): Record<string, Tree> {
  const vars = child(root, 'vars');
  const read: [string, Tree][] = [];
  for (const { key, keySpan, node } of vars?.kind === 'map' ? vars.entries.values() : []) {
    const fault = nameFault(key);
    if (fault !== undefined)
      context.report.problem('forbidden-name', `${quoted(key)} cannot name a variable: ${fault}`, keySpan);
    else read.push([key, treeOf(node, context)]);
  }
  return Object.fromEntries(read);
}

async function routeAt(root: MapNode, context: Context): Promise<Hop[]> {
  const node = child(root, 'route');
  const poll = pollAt(root);
  const route: Hop[] = [];
  for (const each of node?.kind === 'list' ? node.items : []) {
    if (each.kind !== 'map') continue;
    const hop = await buildHop(each, route.at(-1)?.name, poll, context);
    if (hop === undefined) continue;
    const same = route.find((other) => other.name === hop.name);
    const place = child(each, 'hop')?.span ?? each.span;
    if (isForbidden(hop.name)) context.report.problem('forbidden-name', `${quoted(hop.name)} cannot name a hop`, place);
    if (same)
      context.report.problem(
        'duplicate-hop',
        `a second hop is called ${quoted(hop.name)}`,
        place,
        same.place.file === place.file
          ? `The first is in line ${same.place.line}.`
          : `The first is at ${same.place.file}:${same.place.line}.`,
      );
    route.push(hop);
  }
  return route;
}

function isForbidden(name: string): boolean {
  return name === 'constructor' || name === 'prototype' || name === '__proto__';
}

function markerAt(root: MapNode): MarkerShape {
  const node = child(root, 'marker');
  const value = (key: string): unknown => {
    const found = node && child(node, key);
    return found?.kind === 'scalar' ? found.value : undefined;
  };
  const upper = value('case') === 'upper';
  const [prefix, separator, length] = [value('prefix'), value('separator'), value('length')];
  return {
    prefix: typeof prefix === 'string' ? prefix : upper ? 'SMK' : 'smk',
    separator: separator === '' ? '' : '-',
    case: upper ? 'upper' : 'lower',
    length: typeof length === 'number' ? length : 16,
  };
}

function hasTraceContext(root: MapNode): boolean {
  const node = child(root, 'trace-context');
  return node?.kind === 'scalar' && node.value === true;
}

function releaseRuleAt(root: MapNode, context: Context): ReleaseRule | undefined {
  const node = child(root, 'releases');
  if (node?.kind !== 'map') return undefined;
  const same = child(node, 'same') && textsAt(node, 'same', context);
  const equals = child(node, 'equals');
  const onUnknown = literalAt(node, 'on-unknown', context);
  if (same === undefined && equals === undefined) {
    context.report.problem('missing-key', '`releases` needs `same` or `equals`', placeOf(node), 'same: [web, worker]');
  }
  return {
    ...(same && { same }),
    ...(equals && { equals: treeOf(equals, context) }),
    by: 'commit',
    onUnknown: onUnknown === 'fail' || onUnknown === 'ignore' ? onUnknown : 'warn',
    onSkew: literalAt(node, 'on-skew', context) === 'warn' ? 'warn' : 'fail',
    place: placeOf(node),
  };
}

function textsAt(node: Node, key: string, { report }: Context): string[] {
  const list = child(node, key);
  return (list?.kind === 'list' ? list.items : []).flatMap((item) => {
    if (item.kind !== 'scalar' || typeof item.value !== 'string') return [];
    if (item.value.includes('${{')) report.problem('bad-template', `${quoted(key)} takes no \`\${{ }}\``, item.span);
    return [item.value];
  });
}
