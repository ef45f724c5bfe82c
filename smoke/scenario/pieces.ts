// Puts the pieces that `use:` names in place: a hop, a step, a look or a release written in another file. What comes from
// there keeps its own file and position.

import { dirname, isAbsolute, join, resolve as resolvePath } from 'node:path';
import type { Context } from './build-context.ts';
import { textOf } from './build-tree.ts';
import { readDocument } from './document.ts';
import type { Entry, ListNode, MapNode, Node, ScalarNode } from './node.ts';
import { child } from './plain.ts';
import { quoted, suggestion } from './problems.ts';

const STEP_KEYS = ['send', 'find', 'clean', 'leftovers'];
/** Pieces within pieces. */
const DEEPEST = 16;
/** Nodes that all pieces of a scenario may have together: a few lines can name each other many thousand times. */
const MOST_NODES = 50_000;

type Work = { context: Context; documents: Map<string, Promise<Node | undefined>>; left: number; failed: boolean };

/** Undefined where a piece is missing, for then whatever it should have brought would be missing everywhere. */
export async function withPieces(root: MapNode, context: Context): Promise<MapNode | undefined> {
  const work: Work = { context, documents: new Map(), left: MOST_NODES, failed: false };
  const entries = new Map<string, Entry>();
  for (const [key, entry] of root.entries) {
    if (key === 'route') entries.set(key, { ...entry, node: await route(entry.node, work) });
    else if (STEP_KEYS.includes(key)) entries.set(key, { ...entry, node: await steps(entry.node, work) });
    else entries.set(key, entry);
  }
  return work.failed ? undefined : { ...root, entries };
}

async function route(node: Node, work: Work): Promise<Node> {
  const hops = await items(node, work);
  if (hops.kind !== 'list') return hops;
  const whole: Node[] = [];
  for (const hop of hops.items) whole.push(hop.kind === 'map' ? await withParts(hop, ['look', 'release'], work) : hop);
  return { ...hops, items: whole };
}

async function steps(node: Node, work: Work): Promise<Node> {
  if (node.kind === 'list') return items(node, work);
  const rule = node.kind === 'map' ? node.entries.get('steps') : undefined;
  if (node.kind !== 'map' || rule === undefined) return piece(node, [], work);
  return withEntry(node, { ...rule, node: await steps(rule.node, work) });
}

/** A piece that is a list stands for all its items. */
async function items(node: Node, work: Work, chain: readonly string[] = []): Promise<Node> {
  if (node.kind !== 'list') return node;
  const all: Node[] = [];
  for (const item of node.items) {
    const whole = await piece(item, chain, work);
    if (whole.kind === 'list' && whole !== item) all.push(...whole.items);
    else all.push(whole);
  }
  return { ...node, items: all } satisfies ListNode;
}

async function withParts(node: MapNode, keys: readonly string[], work: Work): Promise<MapNode> {
  let whole = node;
  for (const key of keys) {
    const entry = node.entries.get(key);
    if (entry !== undefined) whole = withEntry(whole, { ...entry, node: await piece(entry.node, [], work) });
  }
  return whole;
}

/** The node itself where it names no piece. `chain`: the pieces that it stands in. */
async function piece(node: Node, chain: readonly string[], work: Work): Promise<Node> {
  const use = child(node, 'use');
  if (node.kind !== 'map' || use?.kind !== 'scalar' || typeof use.value !== 'string') return node;
  const found = await named(use, use.value, chain, work);
  if (found === undefined) {
    work.failed = true;
    return node;
  }
  return merged(node, use, found, work);
}

async function named(use: ScalarNode, text: string, chain: readonly string[], work: Work): Promise<Node | undefined> {
  const { report, folders, baseDir } = work.context;
  // One problem for too much, not one for each place that adds to it.
  if (work.left < 0) return undefined;
  if (text.includes('${{')) return refuse(use, '`use` takes no `${{ }}`', 'It is read before anything has a value.');
  const hash = text.indexOf('#');
  const path = hash < 0 ? text : text.slice(0, hash);
  const name = hash < 0 ? undefined : text.slice(hash + 1);
  if (path === '' || name === '')
    return refuse(use, '`use` is a path, and behind `#` the name of a piece in that file', 'use: ./partner.yaml#look');
  const full = resolvePath(folders.get(use.span.file) ?? baseDir, path);
  const shown = isAbsolute(path) ? path : join(dirname(use.span.file), path);
  const link = name === undefined ? shown : `${shown}#${name}`;
  if (chain.includes(link)) {
    const circle = [...chain.slice(chain.indexOf(link)), link];
    return refuse(use, `a piece is made of itself: ${circle.join(' → ')}`);
  }
  if (chain.length >= DEEPEST) return refuse(use, `more than ${DEEPEST} pieces within pieces`);
  const loading = work.documents.get(full) ?? load(use, path, full, shown, work.context);
  work.documents.set(full, loading);
  const root = await loading;
  const found = root === undefined || name === undefined ? root : pieceIn(root, name, use, hash, shown);
  if (found === undefined) return undefined;
  work.left -= size(found);
  if (work.left < 0) return refuse(use, `with its pieces the scenario has more than ${MOST_NODES} values`);
  const inner = [...chain, link];
  return found.kind === 'list' ? items(found, work, inner) : piece(found, inner, work);

  function refuse(at: ScalarNode, message: string, hint?: string): undefined {
    report.problem('use', message, at.span, hint);
  }

  function pieceIn(root: Node, key: string, at: ScalarNode, index: number, file: string): Node | undefined {
    const entry = root.kind === 'map' ? root.entries.get(key) : undefined;
    if (entry !== undefined) return entry.node;
    const place = { ...at.at(index + 1), length: key.length };
    const known = root.kind === 'map' ? [...root.entries.keys()] : [];
    const message = `${quoted(file)} has no piece ${quoted(key)}`;
    report.problem('use', message, place, suggestion(key, known) ?? 'Its pieces are a mapping of names to pieces.');
    return undefined;
  }
}

async function load(
  use: ScalarNode,
  path: string,
  full: string,
  shown: string,
  context: Context,
): Promise<Node | undefined> {
  const { report, sources, folders, used } = context;
  const text = await textOf(path, full, use.span, context);
  if (text === undefined) return undefined;
  used.add(full);
  folders.set(shown, dirname(full));
  sources.set(shown, text);
  return readDocument(text, shown, report, 'file of pieces');
}

/** Keys beside `use` stand before those of the piece, each as a whole. */
function merged(node: MapNode, use: ScalarNode, found: Node, work: Work): Node {
  const beside = [...node.entries.values()].filter(({ key }) => key !== 'use');
  const { report } = work.context;
  if (found.kind === 'scalar') {
    work.failed = true;
    report.problem('use', 'this piece is neither a mapping nor a list', found.span, `It is used in ${lineOf(use)}.`);
  } else if (found.kind === 'list' && beside.length > 0) {
    work.failed = true;
    const [first] = beside;
    report.problem('use', 'this piece is a list, so nothing beside `use` can change it', first?.keySpan ?? node.span);
  }
  if (found.kind !== 'map' || beside.length === 0) return found;
  const entries = new Map(found.entries);
  for (const entry of beside) entries.set(entry.key, entry);
  return { kind: 'map', entries, span: node.span };
}

function lineOf({ span: { file, line } }: Node): string {
  return `${file}:${line}`;
}

function withEntry(node: MapNode, entry: Entry): MapNode {
  return { ...node, entries: new Map(node.entries).set(entry.key, entry) };
}

function size(node: Node): number {
  if (node.kind === 'scalar') return 1;
  const inner = node.kind === 'list' ? node.items : [...node.entries.values()].map((entry) => entry.node);
  return inner.reduce((sum, one) => sum + size(one), 1);
}
