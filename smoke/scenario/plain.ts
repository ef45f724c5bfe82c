// Nodes as plain values for a validator, and the way back from a validator's path to a place in the file.

import type { Entry, MapNode, Node, Span } from './node.ts';

/** Texts keep their `${{ }}` as written. Keys are safe: the reader of the document refused the others. */
export function plainOf(node: Node): unknown {
  if (node.kind === 'scalar') return node.value;
  if (node.kind === 'list') return node.items.map(plainOf);
  return Object.fromEntries([...node.entries.values()].map(({ key, node: inner }) => [key, plainOf(inner)]));
}

export type Located = { node: Node | undefined; key: Span | undefined; parent: Node };

/** What stands at a path: the node, its key, and the deepest node on the way. */
export function locate(root: Node, path: readonly string[]): Located {
  let located: Located = { node: root, key: undefined, parent: root };
  for (const step of path) {
    const { node } = located;
    if (node === undefined) break;
    if (node.kind === 'map') {
      const entry = node.entries.get(step);
      located = { node: entry?.node, key: entry?.keySpan, parent: node };
    } else if (node.kind === 'list') located = { node: node.items[Number(step)], key: undefined, parent: node };
    else located = { node: undefined, key: undefined, parent: node };
  }
  return located;
}

/** The entries that are named, and those that are not, as two maps at the same place. */
export function splitKeys(map: MapNode, named: readonly string[]): [named: MapNode, rest: MapNode] {
  const entries = [...map.entries];
  const pick = (wanted: boolean): MapNode => ({
    ...map,
    entries: new Map(entries.filter(([key]) => named.includes(key) === wanted)),
  });
  return [pick(true), pick(false)];
}

export function child(node: Node | undefined, key: string): Node | undefined {
  return node?.kind === 'map' ? node.entries.get(key)?.node : undefined;
}

/** The text of a scalar that is a text. */
export function textAt(node: Node | undefined, key: string): string | undefined {
  const found = child(node, key);
  return found?.kind === 'scalar' && typeof found.value === 'string' ? found.value : undefined;
}

/** The entries of the mapping at a key; none where there is no mapping. */
export function entriesAt(node: Node | undefined, key: string): readonly Entry[] {
  const found = child(node, key);
  return found?.kind === 'map' ? [...found.entries.values()] : [];
}
