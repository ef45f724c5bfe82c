// Checks the candidates that somebody else's plug-in gives back, and all that they answer later.

import type { Beside, Candidate, Origin, Picked, Split } from '../../core/look.ts';
import { Blind } from '../plugin.ts';
import { type Culprit, demandOf, type Given, objectOf, readBy } from './guarded-fault.ts';

/** As many as a selector may cut an answer into. To check and judge more would hold up everything else for seconds. */
const mostCandidates = 100_000;
/** More than any document holds that the built-in formats read. */
const mostLeaves = 1_000_000;

const origins = ['page', 'data', 'shown', 'output'] as const satisfies readonly Origin[];
const methods = ['text', 'leaves', 'select', 'split'] as const;

/** @throws Blind `gave-up` where there are too many: what was left out might be the record. */
export function checkedCandidates(culprit: Culprit, given: readonly unknown[]): readonly Candidate[] {
  if (given.length > mostCandidates) throw tooMany(culprit, `${mostCandidates} candidates`);
  return Array.from(given, (one) => checkedCandidate(culprit, one));
}

export function checkedCandidate(culprit: Culprit, value: unknown): Candidate {
  const given = objectOf(culprit, value, 'a candidate');
  const demand = demandOf(culprit, 'a candidate');
  const { source, named, origin, line, closed, at, instance } = given;
  if (typeof source !== 'string') throw demand('`source`, a text');
  const missing = methods.find((method) => typeof given[method] !== 'function');
  if (missing !== undefined) throw demand(`\`${missing}\`, a function`);
  const inner = value as Candidate;
  return {
    source,
    ...(typeof named === 'boolean' && { named }),
    ...(isOrigin(origin) && { origin }),
    ...(typeof line === 'boolean' && { line }),
    ...(typeof closed === 'string' && { closed }),
    ...(typeof at === 'string' && { at }),
    ...(typeof instance === 'string' && { instance }),
    text: () => readBy(culprit, () => textIn(inner.text(), demand)),
    leaves: () => readBy(culprit, () => leavesIn(culprit, inner.leaves(), demand)),
    select: (selector) => readBy(culprit, () => pickedIn(culprit, inner.select(selector), demand)),
    split: (selector) => readBy(culprit, () => splitIn(culprit, inner.split(selector), demand)),
    ...(typeof inner.around === 'function' && {
      around: (records) => readBy(culprit, () => besideIn(culprit, inner.around?.(records) ?? [], demand)),
    }),
  };
}

function isOrigin(value: unknown): value is Origin {
  return origins.some((one) => one === value);
}

type Demand = (missing: string) => Blind;

function textIn(text: unknown, demand: Demand): string {
  if (typeof text !== 'string') throw demand('a text from `text()`');
  return text;
}

function leavesIn(culprit: Culprit, given: Iterable<unknown>, demand: Demand): { path: string; text: string }[] {
  const leaves: { path: string; text: string }[] = [];
  for (const leaf of given) {
    const { path, text } = (leaf ?? {}) as Given;
    if (typeof path !== 'string' || typeof text !== 'string')
      throw demand('a `path` and a `text` for each of its `leaves()`');
    if (leaves.length === mostLeaves) throw tooMany(culprit, `${mostLeaves} leaves`);
    leaves.push({ path, text });
  }
  return leaves;
}

function besideIn(culprit: Culprit, given: Iterable<unknown>, demand: Demand): Beside[] {
  const all: Beside[] = [];
  for (const one of given) {
    const { path, text, list, given: length, within } = (one ?? {}) as Given;
    if (!Array.isArray(path) || !path.every((name) => typeof name === 'string') || typeof text !== 'string')
      throw demand('a `path` of texts and a `text` for each of what is `around()` its records');
    if (all.length === mostLeaves) throw tooMany(culprit, `${mostLeaves} values around its records`);
    all.push({
      path,
      text,
      list: list === true,
      ...(typeof length === 'number' && { given: length }),
      ...(Array.isArray(within) && within.every(isObject) && { within: within.map(objectAround) }),
    });
  }
  return all;
}

function isObject(value: unknown): value is Given {
  return typeof value === 'object' && value !== null && typeof (value as Given)['name'] === 'string';
}

function objectAround({ name, list }: Given): { name: string; list: boolean } {
  return { name: String(name), list: list === true };
}

function pickedIn(culprit: Culprit, value: unknown, demand: Demand): Picked {
  const picked = objectOf(culprit, value, 'a selection');
  const { values } = picked;
  if (picked['fits'] === true && Array.isArray(values) && values.every((one) => typeof one === 'string'))
    return { fits: true, values: [...values] };
  return misfit(picked, demand('`values`, a list of texts, from `select()`'));
}

function splitIn(culprit: Culprit, value: unknown, demand: Demand): Split {
  const parts = objectOf(culprit, value, 'a split');
  const { candidates } = parts;
  if (parts['fits'] !== true || !Array.isArray(candidates))
    return misfit(parts, demand('`candidates`, a list, from `split()`'));
  return { fits: true, candidates: checkedCandidates(culprit, candidates) };
}

function misfit({ fits, why }: Given, otherwise: Blind): { fits: false; why: string } {
  if (fits === false && typeof why === 'string') return { fits, why };
  throw otherwise;
}

function tooMany({ name }: Culprit, most: string): Blind {
  const hint = 'Read a smaller part: what is older than the send cannot be ours.';
  return new Blind('gave-up', `the plug-in ${name} gave more than ${most}`, { hint });
}
