// Why a selector found nothing: which names there are at the level where it went wrong, and which was probably meant.

import type { Candidate } from '../core/look.ts';
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
  const columns = namesIn(some.flatMap(jsonOf));
  return columns.length > 0 ? nameHint(selector, columns, 'the record') : elementMiss(selector, some);
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
  const leaves = records.flatMap((record) => [...record.leaves()].slice(0, 1_000));
  const names = [...new Set(leaves.flatMap(({ path }) => path.match(/[\p{L}_][\p{L}\p{N}_-]*/gu) ?? []))];
  const last = /([\p{L}_][\p{L}\p{N}_-]*)[^\p{L}]*$/u.exec(selector.split('@')[0] ?? '')?.[1];
  if (last === undefined || names.length === 0 || names.includes(last)) return undefined;
  return nameHint(last, names, 'the document');
}

function nameHint(wanted: string, names: readonly string[], at: string): string | undefined {
  if (names.length === 0) return `${at} has no names of its own there`;
  const meant = nearest(wanted, names);
  const there = `${at} has ${names.slice(0, mostListed).join(', ')}${names.length > mostListed ? ' and more' : ''}`;
  return meant === undefined ? `${wanted} is not there; ${there}` : `did you mean ${meant}? ${there}`;
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
