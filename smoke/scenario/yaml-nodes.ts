// Turns the library's nodes into ours: aliases followed within bounds, keys made safe, comments that eat text noticed.

import { type Alias, isAlias, isMap, isScalar, isSeq, type ParsedNode, type Scalar, type YAMLMap } from 'yaml';
import type { Entry, ListNode, MapNode, Node, ScalarNode, Span } from './node.ts';
import { quoted, type Report } from './problems.ts';
import type { At } from './tree.ts';

/** Nodes of a file with its aliases followed; a scenario has a few hundred. */
const MOST_NODES = 50_000;
export const DEEPEST = 64;
const FORBIDDEN_KEYS: ReadonlySet<string> = new Set(['__proto__', 'constructor', 'prototype']);

type Place = (from: number, to?: number) => Span;

/** Aliases are followed within bounds; `place` turns offsets of the text into a span. Undefined where they lead to too much. */
export function nodesOf(root: ParsedNode, text: string, place: Place, report: Report): Node | undefined {
  const anchors = new Map<string, { node: Node; size: number } | 'open'>();
  let nodes = 0;
  let tooMuch = false;

  /** `size` counts nodes with aliases followed, so that what is read later stays bounded. */
  function node(yaml: ParsedNode, depth: number): Node {
    const began = nodes;
    nodes += 1;
    if (isAlias(yaml)) return alias(yaml);
    const anchor = (yaml as { anchor?: string }).anchor;
    if (anchor !== undefined) anchors.set(anchor, 'open');
    const made =
      depth > DEEPEST
        ? tooDeep(yaml)
        : isMap(yaml)
          ? map(yaml as YAMLMap.Parsed, depth)
          : isSeq(yaml)
            ? list(yaml, depth)
            : scalar(yaml as Scalar.Parsed);
    if (anchor !== undefined) anchors.set(anchor, { node: made, size: nodes - began });
    return made;
  }

  function map(yaml: YAMLMap.Parsed, depth: number): MapNode {
    const entries = new Map<string, Entry>();
    for (const pair of yaml.items) {
      const key = isScalar(pair.key) ? String(pair.key.value ?? '') : '';
      const keySpan = place(pair.key.range[0], pair.key.range[1]);
      const before = entries.get(key);
      if (before !== undefined) {
        report.problem(
          'duplicate-key',
          `${quoted(key)} stands here a second time`,
          keySpan,
          `The first is in line ${before.keySpan.line}.`,
        );
        continue;
      }
      if (FORBIDDEN_KEYS.has(key)) {
        report.problem('forbidden-name', `${quoted(key)} cannot be a key`, keySpan);
        continue;
      }
      if (key.includes('${{')) {
        report.problem('bad-template', 'a key cannot hold `${{ }}`', keySpan, 'Only values can.');
        continue;
      }
      const inside = pair.value === null || isEmpty(pair.value) ? nothing(keySpan) : node(pair.value, depth + 1);
      entries.set(key, { key, keySpan, node: inside });
    }
    const [first] = entries.values();
    return { kind: 'map', entries, span: first && yaml.flow !== true ? first.keySpan : place(yaml.range[0]) };
  }

  function list(yaml: { items: ParsedNode[]; range: [number, number, number] }, depth: number): ListNode {
    return { kind: 'list', items: yaml.items.map((item) => node(item, depth + 1)), span: place(yaml.range[0]) };
  }

  function scalar(yaml: Scalar.Parsed): ScalarNode {
    const [from, to, end] = yaml.range;
    const value = scalarValue(yaml);
    const raw = text.slice(from, to);
    if (yaml.type === 'PLAIN') eaten(to, end);
    const at = (index: number): At => place(from + (typeof value === 'string' ? rawIndex(value, raw, index) : 0));
    return {
      kind: 'scalar',
      value,
      text: typeof value === 'string' ? value : (yaml.source ?? String(value)),
      span: place(from, to),
      at,
    };
  }

  /** ` #` begins a comment: a room number or a marker behind it is gone without a word. */
  function eaten(to: number, end: number): void {
    const behind = text.slice(to, end);
    const hash = behind.search(/#/);
    const comment = hash < 0 ? '' : (behind.slice(hash).split(/[\r\n]/, 1)[0] ?? '');
    if (behind.slice(0, hash).includes('\n') || !(/^#[^\s#!]/.test(comment) || comment.includes('${{'))) return;
    report.warning(
      'comment',
      `${quoted(comment)} is a comment in YAML, not part of the value`,
      place(to + hash, to + hash + comment.length),
      'Put quotes around the whole value.',
    );
  }

  function alias(yaml: Alias.Parsed): Node {
    const [from, to] = yaml.range;
    const found = anchors.get(yaml.source);
    const name = quoted(`*${yaml.source}`);
    if (found === undefined)
      report.problem(
        'alias',
        `${name} leads nowhere: no \`&\` before it has this name`,
        place(from, to),
        'Put quotes around a text that begins with `*`.',
      );
    else if (found === 'open') report.problem('alias', `${name} stands inside what it stands for`, place(from, to));
    else if (nodes + found.size > MOST_NODES) {
      if (!tooMuch)
        report.problem(
          'alias',
          `with its aliases followed, the file has more than ${MOST_NODES} values`,
          place(from, to),
          'Write less with `*`, or split the file.',
        );
      tooMuch = true;
    } else {
      nodes += found.size;
      return found.node;
    }
    return nothing(place(from, to));
  }

  function tooDeep(yaml: ParsedNode): ScalarNode {
    report.problem('yaml', `more than ${DEEPEST} levels of nesting`, place(yaml.range[0]));
    return nothing(place(yaml.range[0]));
  }

  const made = node(root, 0);
  return tooMuch ? undefined : made;
}

function nothing(span: Span): ScalarNode {
  return { kind: 'scalar', value: null, text: '', span, at: () => span };
}

function isEmpty(yaml: ParsedNode): boolean {
  return (
    isScalar(yaml) && yaml.value === null && yaml.source === '' && (yaml as { anchor?: string }).anchor === undefined
  );
}

/** Whole numbers beyond 2^53 keep their digits. */
function scalarValue(yaml: Scalar.Parsed): ScalarNode['value'] {
  const value: unknown = yaml.value;
  if (typeof value === 'bigint') return Number.isSafeInteger(Number(value)) ? Number(value) : value;
  if (value === null || typeof value === 'string' || typeof value === 'boolean' || typeof value === 'number')
    return value;
  return yaml.source;
}

/** Where the n-th character of a text stands in how it was written: exact where nothing is escaped before it on the way from its `${{`. */
function rawIndex(value: string, raw: string, index: number): number {
  if (raw.startsWith(value)) return index;
  const open = value.lastIndexOf('${{', index);
  if (open < 0) return 0;
  let count = 0;
  for (let at = value.indexOf('${{'); at >= 0 && at < open; at = value.indexOf('${{', at + 3)) count += 1;
  let found = raw.indexOf('${{');
  for (; count > 0 && found >= 0; count -= 1) found = raw.indexOf('${{', found + 3);
  if (found < 0) return 0;
  const ahead = value.slice(open, index);
  return raw.startsWith(ahead, found) ? found + index - open : found;
}
