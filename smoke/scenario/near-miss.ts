// Why a selector found nothing: which names there are at the level where it went wrong, and which was probably meant.

import type { Candidate } from '../core/look.ts';
import { memberPath, memberStep } from '../core/member-path.ts';
import { nearest } from './did-you-mean.ts';

/** Records looked into for their names. */
const sample = 20;
const mostListed = 12;
/** Characters of one record; a larger one is not parsed a second time for a hint. */
const largest = 2 * 1024 * 1024;

/** A hint for a selector that selects nothing in any of these, or undefined where nothing can be told. */
export function nearMiss(selector: string, records: readonly Candidate[]): string | undefined {
  const some = records.slice(0, sample);
  if (selector.startsWith('$')) return jsonMiss(selector, some);
  if (/^(?:\/|header:|cookie:|url:)/.test(selector)) return undefined;
  const trees = some.flatMap(jsonOf);
  if (trees.length === 0) return elementMiss(selector, some);
  const names = namesIn(trees);
  const isRow = names.some((name) => some.some((record) => selects(record, name)));
  if (isRow && names.includes(selector)) return undefined;
  const path = pathOf(selector, trees, some);
  if (path !== undefined) return `did you mean ${path}?`;
  return isRow ? nameHint(selector, names, 'the record') : elementOrMember(selector, names, some);
}

function selects(record: Candidate, selector: string): boolean {
  const found = record.select(selector);
  return found.fits && found.values.length > 0;
}

/** A name that stands alone reads a column or an element: where a member has it, JSONPath is what reads it. */
function pathOf(name: string, trees: readonly unknown[], records: readonly Candidate[]): string | undefined {
  const outer = trees.map((tree) => memberPath(name, tree)).find((path) => path !== undefined);
  if (outer !== undefined) return outer;
  const step = memberStep(name);
  const deeper = leavesOf(records).find((path) => path.startsWith('$') && path.endsWith(step));
  return deeper?.replaceAll(/\[\d+\]/g, '[*]');
}

/** The body of a request may be markup, though what is known of the request is JSON. */
function elementOrMember(
  selector: string,
  names: readonly string[],
  records: readonly Candidate[],
): string | undefined {
  const isMarkup = leavesOf(records).some((path) => !path.startsWith('$'));
  return isMarkup ? elementMiss(selector, records) : nameHint(selector, names, '$', (name) => `$${memberStep(name)}`);
}

function leavesOf(records: readonly Candidate[]): string[] {
  return records.flatMap((record) => [...record.leaves()].slice(0, 1_000).map(({ path }) => path));
}

/** Follows the plain names of a JSONPath as far as they lead. */
function jsonMiss(selector: string, records: readonly Candidate[]): string | undefined {
  let here = records.flatMap(jsonOf);
  let path = '$';
  for (const step of stepsOf(selector)) {
    if (step.kind === 'every') {
      here = here.flatMap((value) => (isObject(value) || Array.isArray(value) ? Object.values(value) : []));
      path += '[*]';
      continue;
    }
    const names = namesIn(here);
    if (!names.includes(step.name)) return nameHint(step.name, names, path);
    here = here.flatMap((value) =>
      isObject(value) && Object.hasOwn(value, step.name) ? [opened(value[step.name])] : [],
    );
    path += /^[A-Za-z_]\w*$/.test(step.name) ? `.${step.name}` : `['${step.name}']`;
  }
  return undefined;
}

type Step = { kind: 'name'; name: string } | { kind: 'every' };

/** The leading steps that are plain names, indexes or wildcards; a filter or a `..` ends them. */
function stepsOf(selector: string): Step[] {
  const steps: Step[] = [];
  const pattern = /\.(?!\.)([\p{L}_][\p{L}\p{N}_]*|\*)|\[(?:'([^'\\]*)'|"([^"\\]*)"|(\*|-?\d+))\]/uy;
  pattern.lastIndex = 1;
  for (let match = pattern.exec(selector); match !== null; match = pattern.exec(selector)) {
    const [, dotted, single, double] = match;
    const name = dotted === '*' ? undefined : (dotted ?? single ?? double);
    steps.push(name === undefined ? { kind: 'every' } : { kind: 'name', name });
  }
  return steps;
}

/** Elements and attributes of the markup, by the last part of the selector. */
function elementMiss(selector: string, records: readonly Candidate[]): string | undefined {
  const elements = leavesOf(records).filter((path) => !path.startsWith('$'));
  const names = [...new Set(elements.flatMap((path) => path.match(/[\p{L}_][\p{L}\p{N}_-]*/gu) ?? []))];
  const last = /([\p{L}_][\p{L}\p{N}_-]*)[^\p{L}]*$/u.exec(selector.split('@')[0] ?? '')?.[1];
  if (last === undefined || names.length === 0 || names.includes(last)) return undefined;
  return nameHint(last, names, 'the document');
}

/** `shown`: how a name is written in a selector. */
function nameHint(
  wanted: string,
  names: readonly string[],
  at: string,
  shown: (name: string) => string = (name) => name,
): string | undefined {
  if (names.length === 0) return `${at} has no names of its own there`;
  const meant = nearest(wanted, names);
  const there = `${at} has ${names.slice(0, mostListed).join(', ')}${names.length > mostListed ? ' and more' : ''}`;
  return meant === undefined ? `${wanted} is not there; ${there}` : `did you mean ${shown(meant)}? ${there}`;
}

/** The JSON of an answer, a line or a row; nothing for other texts. */
function jsonOf(record: Candidate): unknown[] {
  const whole = record.select('$');
  const [text] = whole.fits ? whole.values : [];
  return text === undefined || text.length > largest ? [] : parsed(text);
}

/** JSON that was packed into a text is looked into as selectors do. */
function opened(value: unknown): unknown {
  if (typeof value !== 'string' || !/^\s*[[{]/.test(value) || value.length > largest) return value;
  return parsed(value)[0] ?? value;
}

function parsed(text: string): unknown[] {
  try {
    return [JSON.parse(text) as unknown];
  } catch {
    // No JSON, so it has no names.
    return [];
  }
}

function namesIn(values: readonly unknown[]): string[] {
  return [...new Set(values.flatMap((value) => (isObject(value) ? Object.keys(value) : [])))];
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
