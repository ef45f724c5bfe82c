// Finds the plug-in that a step, a look or a release names, and splits its own options from the selection keys beside them.

import type { Plugin } from '../probes/plugin.ts';
import type { Context } from './build-context.ts';
import { fileBody, folderOf, sourceOf, treeOf } from './build-tree.ts';
import { checkOptions } from './check-options.ts';
import { checkShape } from './findings.ts';
import type { Entry, MapNode, Node } from './node.ts';
import { splitKeys } from './plain.ts';
import { quoted, suggestion, visible } from './problems.ts';
import { keysOf, type Shape } from './shape-parts.ts';
import type { Tree } from './tree.ts';

/** `selection`: the language's keys among the plug-in's options. */
export type Used = { plugin: Plugin; entry: Entry; own: Tree; selection: MapNode };

export async function usePlugin(
  node: Node,
  shape: Shape,
  keys: Shape,
  what: string,
  context: Context,
): Promise<Used | undefined> {
  if (node.kind !== 'map') return undefined;
  const found = await pluginIn(node, keysOf(shape), what, context);
  if (found === undefined) return undefined;
  const { entry, plugin } = found;
  const inner = listed(entry, plugin);
  const [selection, ownNode] = inner.kind === 'map' ? splitKeys(inner, keysOf(keys)) : [emptyMap(inner), inner];
  await checkShape(
    keys,
    { node: selection, place: entry.keySpan, name: entry.key, keysAt: async () => keysOf(keys) },
    context.report,
  );
  const own = await ownOptions(ownNode, plugin, context);
  await checkOptions(plugin, ownNode, entry.keySpan, own, keysOf(keys), context);
  const untrusted = context.tools.distrust?.(plugin.name, sourceOf(own));
  if (untrusted !== undefined)
    context.report.problem('untrusted-plugin', untrusted.message, entry.keySpan, untrusted.hint);
  return { plugin, entry, own, selection };
}

async function pluginIn(
  node: MapNode,
  known: readonly string[],
  what: string,
  context: Context,
): Promise<{ entry: Entry; plugin: Plugin } | undefined> {
  const { report, tools } = context;
  const others = [...node.entries.values()].filter(({ key }) => !known.includes(key));
  let found: { entry: Entry; plugin: Plugin } | undefined;
  for (const entry of others) {
    const plugin = await pluginNamed(entry, known, context);
    if (plugin === undefined) continue;
    if (found === undefined) found = { entry, plugin };
    else
      report.problem(
        'one-plugin',
        `a ${what} has one plug-in, and ${quoted(found.entry.key)} is here already`,
        entry.keySpan,
        what === 'step' ? 'Begin a step of its own with `-`.' : undefined,
      );
  }
  if (others.length === 0) {
    report.problem(
      'one-plugin',
      `this ${what} names no plug-in`,
      node.span,
      `There are ${tools.pluginNames.join(', ')}.`,
    );
  }
  return found;
}

async function pluginNamed(entry: Entry, known: readonly string[], context: Context): Promise<Plugin | undefined> {
  const { report, tools } = context;
  try {
    const plugin = await tools.plugin(entry.key, folderOf(entry.keySpan, context));
    if (plugin !== undefined) return plugin;
    report.problem(
      'unknown-plugin',
      `no plug-in is called ${quoted(entry.key)}`,
      entry.keySpan,
      suggestion(entry.key, [...tools.pluginNames, ...known]),
    );
  } catch (error) {
    const { message, hint, name } = error as { message?: unknown; hint?: unknown; name?: unknown };
    const reason = typeof message === 'string' ? visible(message) : 'an unknown error';
    report.problem(
      name === 'Untrusted' ? 'untrusted-plugin' : 'unknown-plugin',
      `the plug-in ${quoted(entry.key)} cannot be loaded: ${reason}`,
      entry.keySpan,
      typeof hint === 'string' ? visible(hint) : undefined,
    );
  }
  return undefined;
}

/** A bare list where the plug-in takes one: the option that it stands for. */
function listed({ keySpan, node }: Entry, { list }: Plugin): Node {
  if (node.kind !== 'list' || list === undefined) return node;
  return { kind: 'map', span: node.span, entries: new Map([[list, { key: list, keySpan, node }]]) };
}

async function ownOptions(node: Node, plugin: Plugin, context: Context): Promise<Tree> {
  if (node.kind !== 'map') return treeOf(node, context);
  const places = plugin.places ?? {};
  const options: [string, Tree][] = [];
  for (const { key, node: option } of node.entries.values()) {
    const body = placeAt(places, key) === 'xml' ? await fileBody(option, context) : undefined;
    options.push([key, body ?? optionTree(option, key, places, context)]);
  }
  return Object.fromEntries(options);
}

type Places = NonNullable<Plugin['places']>;

/** Escapes what stands at a place, and looks for places further in. */
function optionTree(node: Node, path: string, places: Places, context: Context): Tree {
  const escapeFor = placeAt(places, path);
  if (escapeFor !== undefined || node.kind === 'scalar') return treeOf(node, context, escapeFor);
  if (node.kind === 'list') return node.items.map((item) => optionTree(item, path, places, context));
  const inner = [...node.entries.values()].map(({ key, node: option }): [string, Tree] => [
    key,
    optionTree(option, `${path}.${key}`, places, context),
  ]);
  return Object.fromEntries(inner);
}

function placeAt(places: Places, path: string): Places[string] | undefined {
  return Object.hasOwn(places, path) ? places[path] : undefined;
}

function emptyMap(node: Node): MapNode {
  return { kind: 'map', entries: new Map(), span: node.span };
}
