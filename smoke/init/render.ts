// A draft as the text of a scenario file, written the way the examples are.

import { Document, type Pair, Scalar, type YAMLMap, type YAMLSeq } from 'yaml';
import { visibleLines } from '../core/escape.ts';
import type { Draft, Section } from './draft.ts';
import { isItems, isMapping, isNoted, isText, templateOf, type Value } from './value.ts';
import { wrapped } from './wrapped.ts';

/** Longest mapping or list that stands on one line. */
const oneLine = 84;
/** Longest line of a comment, without its `#` and the indentation of a hop. */
const longestRemark = 94;

/** `schema`: the path of a schema file for editors, relative to the scenario. */
export function renderDraft({ head, sections }: Draft, schema?: string): string {
  const document = new Document(new Map());
  const root = document.contents as unknown as YAMLMap;
  let pending: string[] = [];
  for (const section of sections) {
    if ('remark' in section) {
      pending.push(section.remark);
      continue;
    }
    const pair = document.createPair(section.key, undefined) as Pair<Scalar, unknown>;
    pair.value = nodeOf(section.value, document, 0);
    const above = [...pending, ...(section.above === undefined ? [] : [section.above])];
    if (above.length > 0) pair.key.commentBefore = comment(above.join('\n\n'));
    if (sectionStands(section)) pair.key.spaceBefore = true;
    root.items.push(pair);
    pending = [];
  }
  const text = document.toString({ lineWidth: 0, singleQuote: true, flowCollectionPadding: true, indentSeq: true });
  const top = [...(schema === undefined ? [] : [`# yaml-language-server: $schema=${schema}`]), commented(head)];
  const end = pending.map((remark) => `\n${commented(remark)}\n`).join('');
  return `${top.join('\n')}\n${text}${end}`;
}

function sectionStands(section: Section & { key: string }): boolean {
  return !['name', 'description', 'tags'].includes(section.key);
}

function nodeOf(value: Value, document: Document, depth: number): unknown {
  if (isNoted(value)) {
    const node = nodeOf(value.noted, document, depth) as Scalar;
    if (value.above !== undefined) node.commentBefore = comment(value.above);
    if (value.beside !== undefined) node.comment = comment(value.beside);
    return node;
  }
  if (isText(value)) return scalarOf(templateOf(value));
  if (typeof value === 'string') return scalarOf(templateOf(value));
  if (isItems(value)) {
    const list = document.createNode([]) as YAMLSeq;
    list.items = value.map((item) => {
      const node = nodeOf(item, document, depth + 1) as Scalar | YAMLMap;
      // A step or an action is `- name: { … }`, with the name outside of the braces.
      if (isMapping(item) && item.size === 1) (node as YAMLMap).flow = false;
      return node;
    });
    list.flow = fitsOneLine(value, depth);
    return list;
  }
  if (isMapping(value)) {
    const map = document.createNode(new Map()) as YAMLMap;
    for (const [key, item] of value) {
      const pair = document.createPair(key, undefined) as Pair<Scalar, unknown>;
      pair.value = nodeOf(isNoted(item) ? item.noted : item, document, depth + 1);
      if (isNoted(item) && item.above !== undefined) pair.key.commentBefore = comment(item.above);
      map.items.push(pair);
    }
    map.flow = fitsOneLine(value, depth);
    return map;
  }
  return document.createNode(value);
}

function scalarOf(text: string): Scalar {
  const scalar = new Scalar(text);
  // A block of lines cannot hold what has to be escaped.
  if (/[^\P{C}\n]/u.test(text) || /^\s|\s$/.test(text)) scalar.type = 'QUOTE_DOUBLE';
  return scalar;
}

/** Small ones deep in the file, as in `json: { room: 1 }`; nothing that holds a remark. */
function fitsOneLine(value: Value, depth: number): boolean {
  if (isItems(value) && value.length === 0) return true;
  if (depth < 2) return false;
  return widthOf(value, 0) <= oneLine && !holdsBlock(value);
}

function holdsBlock(value: Value): boolean {
  if (isNoted(value)) return true;
  // Steps and actions begin with `- name:`.
  if (isItems(value)) return value.some((item) => holdsBlock(item) || (isMapping(item) && item.size === 1));
  if (!isMapping(value)) return typeof value === 'string' && value.includes('\n');
  return value.has('look') || value.has('hop') || value.has('http') || [...value.values()].some(holdsBlock);
}

function widthOf(value: Value, depth: number): number {
  if (isNoted(value)) return Number.POSITIVE_INFINITY;
  // A mapping in a mapping in a mapping is easier to read on lines of its own.
  if (depth > 2) return Number.POSITIVE_INFINITY;
  if (isItems(value)) return value.reduce<number>((sum, item) => sum + widthOf(item, depth + 1) + 2, 4);
  if (isMapping(value))
    return [...value].reduce<number>((sum, [key, item]) => sum + key.length + widthOf(item, depth + 1) + 4, 4);
  return isText(value) || typeof value === 'string' ? templateOf(value).length + 2 : String(value).length;
}

/** Lines of the file that are nothing but comment. */
function commented(text: string): string {
  return comment(text)
    .split('\n')
    .map((line) => `#${line}`)
    .join('\n');
}

/** Each line with the space that stands behind `#`. A sketch begins with a space, and keeps its lines. */
function comment(text: string): string {
  return visibleLines(text)
    .split('\n')
    .flatMap((line) => (line.startsWith(' ') ? [line] : wrapped(line, longestRemark)))
    .map((line) => (line === '' ? '' : ` ${line}`))
    .join('\n');
}
