// Nodes → trees: texts with `${{ }}` become templates, and named files are read.

import { resolve as resolvePath } from 'node:path';
import type { Context } from './build-context.ts';
import { foreignBraces } from './foreign-braces.ts';
import type { MapNode, Node, ScalarNode } from './node.ts';
import { parseTemplate } from './parse-template.ts';
import { child, textAt } from './plain.ts';
import { quoted, visible } from './problems.ts';
import { fileCallsIn } from './references.ts';
import { positionIn } from './text-position.ts';
import { type At, isList, isTemplate, TEMPLATE, type Tree } from './tree.ts';

type Escape = 'url' | 'xml' | undefined;

/** Bodies are read whole into memory. */
const LARGEST_FILE = 1_000_000;

export function treeOf(node: Node, context: Context, escapeFor?: Escape): Tree {
  if (node.kind === 'list') return node.items.map((item) => treeOf(item, context, escapeFor));
  if (node.kind === 'map') {
    return Object.fromEntries(
      [...node.entries.values()].map(({ key, node: inner }) => [key, treeOf(inner, context, escapeFor)]),
    );
  }
  if (typeof node.value !== 'string') return node.value;
  return textTree(node.value, node.span, node.at, context, escapeFor);
}

/** A value that is compared as text: numbers keep their digits as written. */
export function textTreeOf(node: ScalarNode, context: Context): Tree {
  return typeof node.value === 'string' ? treeOf(node, context) : node.text;
}

/** A text in which no template may stand. */
export function literalAt(node: Node | undefined, key: string, context: Context): string | undefined {
  const text = textAt(node, key);
  const found = child(node, key);
  if (text?.includes('${{') && found !== undefined) {
    context.report.problem('bad-template', `${quoted(key)} takes no \`\${{ }}\``, found.span);
    return undefined;
  }
  return text;
}

/** The text of `{ file: ./body.xml }`, in which templates are escaped for XML; or undefined where the node is nothing of the kind. */
export async function fileBody(node: Node, context: Context): Promise<Tree | undefined> {
  if (!isFileBody(node)) return undefined;
  const path = literalAt(node, 'file', context);
  const place = child(node, 'file')?.span ?? node.span;
  const content = path === undefined ? undefined : await contentOf(path, place, context);
  if (path === undefined || content === undefined) return '';
  const at = positionIn(content, resolvePath(folderOf(place, context), path));
  return textTree(content, at(0), at, context, 'xml');
}

function isFileBody(node: Node): node is MapNode {
  return node.kind === 'map' && node.entries.size === 1 && textAt(node, 'file') !== undefined;
}

/** Reads what `file('…')` calls name. */
export async function readFileCalls(context: Context): Promise<void> {
  for (const call of context.files) {
    call.content = await contentOf(call.path, call.place, context);
  }
}

/** Text in which templates stand as they were written, for titles. */
export function sourceOf(tree: Tree): unknown {
  if (typeof tree !== 'object' || tree === null) return tree;
  if (isTemplate(tree)) return tree.source;
  if (isList(tree)) return tree.map(sourceOf);
  return Object.fromEntries(Object.entries(tree).map(([key, inner]) => [key, sourceOf(inner)]));
}

function textTree(text: string, place: At, at: (index: number) => At, context: Context, escapeFor: Escape): Tree {
  const { file, line, column } = place;
  const parsed = parseTemplate(text, { file, line, column }, (index) => here(at(index)), escapeFor);
  if (!parsed.ok) {
    context.report.problem('bad-template', parsed.message, here(at(parsed.index)), parsed.hint);
    return standIn(text, place);
  }
  context.files.push(...fileCallsIn(parsed.tree));
  return hasForeign(text, at, context) ? standIn(text, place) : parsed.tree;
}

/** Stands for a value of any type, so that one mistake is not also a wrong type. */
function standIn(source: string, place: At): Tree {
  return { [TEMPLATE]: true, source, place, parts: [{ kind: 'literal', value: '' }] };
}

/** Tells of names of ours in the braces of others; true where that is a problem. */
function hasForeign(text: string, at: (index: number) => At, { report }: Context): boolean {
  let wrong = false;
  for (const { index, written, meant, sure } of foreignBraces(text)) {
    const place = { ...here(at(index)), length: written.length };
    wrong ||= sure;
    if (sure)
      report.problem('bad-template', `${quoted(written)} would stay as it is`, place, `Write ${quoted(meant)}.`);
    else
      report.warning(
        'bad-template',
        `${quoted(written)} stays as it is`,
        place,
        `Where the value is meant, write ${quoted(meant)}.`,
      );
  }
  return wrong;
}

function here({ file, line, column }: At): At {
  return { file, line, column };
}

/** The folder of the file that something stands in. */
export function folderOf({ file }: At, { folders, baseDir }: Context): string {
  return folders.get(file) ?? baseDir;
}

async function contentOf(path: string, place: At, context: Context): Promise<string | undefined> {
  const full = resolvePath(folderOf(place, context), path);
  const known = context.sources.get(full);
  if (known !== undefined) return known;
  const content = await textOf(path, full, place, context);
  if (content !== undefined) context.sources.set(full, content);
  return content;
}

/** Reads a file that another one names as `path` at that place; undefined where the report says why it cannot be read. */
export async function textOf(
  path: string,
  full: string,
  place: At,
  { tools, report }: Context,
): Promise<string | undefined> {
  try {
    const content = await tools.readFile(full);
    if (content.length > LARGEST_FILE) {
      report.problem('too-large', `${quoted(path)} is larger than 1 MB`, place);
      return undefined;
    }
    return content;
  } catch (error) {
    const reason = reasonOf(error);
    report.problem(
      'file',
      `${quoted(path)} cannot be read: ${reason}`,
      place,
      'Paths start from the folder of the file they are written in.',
    );
    return undefined;
  }
}

function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return 'an unknown error';
  const { code } = error as { code?: unknown };
  if (code === 'ENOENT') return 'there is no such file';
  if (code === 'EISDIR') return 'it is a folder';
  if (code === 'ELOOP') return 'it is a link that leads to itself';
  if (code === 'EACCES') return 'permission denied';
  return visible(error.message);
}
