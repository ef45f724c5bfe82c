// Checks what somebody else's plug-in gives back, where it enters: a reading or a sent that is none must name the
// plug-in, and not fail in the middle of the judging.

import type { Aside, Candidate, Cost, Fault, FaultKind, Reading } from '../core/look.ts';
import { textOf } from '../core/text-of.ts';
import { Blind, type Sent } from './plugin.ts';

/** Whose answer it is, and how its words are made fit to be shown. */
export type Culprit = { name: string; mask(text: string): string };

type Given = Readonly<Record<string, unknown>>;

const longest = 500;

/** @throws Blind `wrong-answer` that names the plug-in. */
export function checkedReading(culprit: Culprit, value: unknown): Reading {
  const given = objectOf(culprit, value, 'a reading');
  const demand = demandOf(culprit, 'a reading');
  const { candidates, whole, searched, retryAfter, asides, asksForPassword, attach } = given;
  if (!Array.isArray(candidates)) throw demand('`candidates`, a list');
  if (typeof whole !== 'boolean') throw demand('`whole`, true or false');
  if (typeof searched !== 'string') throw demand('`searched`, a text');
  const cost = checkedCost(given['cost'], demand);
  return {
    candidates: candidates.map((one: unknown) => checkedCandidate(culprit, one)),
    whole,
    searched,
    ...(isCount(retryAfter) && { retryAfter }),
    ...(Array.isArray(asides) && { asides: asides.filter(isAside) }),
    ...(asksForPassword === true && { asksForPassword }),
    ...(typeof attach === 'function' && { attach: async () => (value as Reading).attach?.() ?? [] }),
    cost,
  };
}

function isAside(value: unknown): value is Aside {
  const { text, says, doubtful } = (value ?? {}) as Given;
  return typeof text === 'string' && typeof says === 'string' && typeof doubtful === 'boolean';
}

/** @throws Blind `wrong-answer` that names the plug-in. */
export function checkedSent(culprit: Culprit, value: unknown): Sent {
  const given = objectOf(culprit, value, 'the end of a step');
  const demand = demandOf(culprit, 'the end of a step');
  const { outcome, summary, fault, unauthorized, asksForPassword, answer } = given;
  const attachments = attachmentsIn(given['attachments']);
  if (outcome !== 'done' && outcome !== 'refused' && outcome !== 'unknown')
    throw demand('`outcome`: done, refused or unknown');
  if (typeof summary !== 'string') throw demand('`summary`, a text');
  if (fault !== undefined && !isFault(fault)) throw demand('`fault` with a known `kind` and a `message`');
  return {
    outcome,
    summary,
    ...(fault !== undefined && { fault }),
    ...(unauthorized === true && { unauthorized }),
    ...(asksForPassword === true && { asksForPassword }),
    ...(answer !== undefined && { answer: checkedCandidate(culprit, answer) }),
    ...(attachments.length > 0 && { attachments }),
    cost: checkedCost(given['cost'], demand),
  };
}

/** What it threw, as a Blind that names the plug-in; one that is a Blind already says enough. */
export function faultIn({ name, mask }: Culprit, thrown: unknown): Blind {
  if (thrown instanceof Blind && isFault(thrown.fault)) {
    const { kind, message, hint, attachments } = thrown.fault;
    const { retryAfter, unauthorized } = thrown;
    const more = { ...(hint !== undefined && { hint }), ...(isCount(retryAfter) && { retryAfter }) };
    return new Blind(kind, message, {
      ...more,
      unauthorized: unauthorized === true,
      attachments: attachmentsIn(attachments),
      cause: thrown,
    });
  }
  const said = mask(textOf(thrown)).slice(0, longest);
  return new Blind('error', `the plug-in ${name} failed: ${said}`, { cause: thrown });
}

const methods = ['text', 'leaves', 'select', 'split'] as const;

function checkedCandidate(culprit: Culprit, value: unknown): Candidate {
  const given = objectOf(culprit, value, 'a candidate');
  const demand = demandOf(culprit, 'a candidate');
  const { source, named, line, at, instance } = given;
  if (typeof source !== 'string') throw demand('`source`, a text');
  const missing = methods.find((method) => typeof given[method] !== 'function');
  if (missing !== undefined) throw demand(`\`${missing}\`, a function`);
  const inner = value as Candidate;
  const ask = <T>(work: () => T): T => {
    try {
      return work();
    } catch (error) {
      throw faultIn(culprit, error);
    }
  };
  return {
    source,
    ...(typeof named === 'boolean' && { named }),
    ...(typeof line === 'boolean' && { line }),
    ...(typeof at === 'string' && { at }),
    ...(typeof instance === 'string' && { instance }),
    text: () => {
      const text: unknown = ask(() => inner.text());
      if (typeof text !== 'string') throw demand('a text from `text()`');
      return text;
    },
    leaves: () => {
      const leaves = ask(() => [...inner.leaves()]);
      const fit = leaves.every((leaf) => typeof leaf?.path === 'string' && typeof leaf.text === 'string');
      if (!fit) throw demand('a `path` and a `text` for each of its `leaves()`');
      return leaves;
    },
    select: (selector) => {
      const picked: Given = objectOf(
        culprit,
        ask(() => inner.select(selector)),
        'a selection',
      );
      const { values } = picked;
      const fit = Array.isArray(values) && values.every((one) => typeof one === 'string');
      if (picked['fits'] === true && fit) return { fits: true, values };
      return misfit(picked, demand('`values`, a list of texts, from `select()`'));
    },
    split: (selector) => {
      const parts: Given = objectOf(
        culprit,
        ask(() => inner.split(selector)),
        'a split',
      );
      const { candidates } = parts;
      if (parts['fits'] !== true || !Array.isArray(candidates))
        return misfit(parts, demand('`candidates`, a list, from `split()`'));
      return { fits: true, candidates: candidates.map((one: unknown) => checkedCandidate(culprit, one)) };
    },
  };
}

function misfit({ fits, why }: Given, otherwise: Blind): { fits: false; why: string } {
  if (fits === false && typeof why === 'string') return { fits, why };
  throw otherwise;
}

function checkedCost(value: unknown, demand: (what: string) => Blind): Cost {
  const given = (typeof value === 'object' && value !== null ? value : {}) as Given;
  const { requests, bytes, ms, retries } = given;
  if (!isCount(requests) || !isCount(bytes) || !isCount(ms)) throw demand('`cost`: requests, bytes and ms, as numbers');
  return { requests, bytes, ms, ...(isCount(retries) && { retries }) };
}

/** No verdict hangs on them, so what is no path is left out. */
export function attachmentsIn(value: unknown): readonly string[] {
  return Array.isArray(value) ? value.filter((one) => typeof one === 'string') : [];
}

export function objectOf({ name }: Culprit, value: unknown, what: string): Given {
  if (typeof value === 'object' && value !== null) return value as Given;
  throw new Blind('wrong-answer', `the plug-in ${name} gave ${value === null ? 'null' : typeof value} for ${what}`);
}

export function demandOf({ name }: Culprit, what: string): (missing: string) => Blind {
  const hint = 'The types of the package smoketrail say what a plug-in gives back.';
  return (missing) => new Blind('wrong-answer', `the plug-in ${name} gave ${what} without ${missing}`, { hint });
}

function isCount(value: unknown): value is number {
  return typeof value === 'number' && Number.isFinite(value) && value >= 0;
}

const faultKinds = {
  refused: true,
  timeout: true,
  permission: true,
  'logged-out': true,
  busy: true,
  'wrong-answer': true,
  selector: true,
  'gave-up': true,
  'driver-missing': true,
  'not-observable': true,
  error: true,
} satisfies Record<FaultKind, true>;

function isFault(value: unknown): value is Fault {
  if (typeof value !== 'object' || value === null) return false;
  const { kind, message, hint } = value as Given;
  const known = typeof kind === 'string' && Object.hasOwn(faultKinds, kind);
  return known && typeof message === 'string' && (hint === undefined || typeof hint === 'string');
}
