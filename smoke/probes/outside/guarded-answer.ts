// Checks what somebody else's plug-in gives back, where it enters: a reading or a sent that is none must name the
// plug-in, and not fail in the middle of the judging.

import { type Aside, type Cost, isEvidenceClass, type Reading } from '../../core/look.ts';
import type { Blind, Sent } from '../plugin.ts';
import { checkedCandidate, checkedCandidates } from './guarded-candidate.ts';
import {
  attachmentsIn,
  type Culprit,
  demandOf,
  type Given,
  isCount,
  isFault,
  objectOf,
  readBy,
} from './guarded-fault.ts';

/** @throws Blind that names the plug-in. */
export function checkedReading(culprit: Culprit, value: unknown): Reading {
  return readBy(culprit, () => readingIn(culprit, value));
}

/** @throws Blind that names the plug-in. */
export function checkedSent(culprit: Culprit, value: unknown): Sent {
  return readBy(culprit, () => sentIn(culprit, value));
}

function readingIn(culprit: Culprit, value: unknown): Reading {
  const given = objectOf(culprit, value, 'a reading');
  const demand = demandOf(culprit, 'a reading');
  const { candidates, whole, landmark, doubt, asPage, age, searched, retryAfter, asides, asksForPassword, attach } =
    given;
  const { unseen, unpicked, narrow, by, listing } = given;
  if (!Array.isArray(candidates)) throw demand('`candidates`, a list');
  if (typeof whole !== 'boolean') throw demand('`whole`, true or false');
  if (typeof searched !== 'string') throw demand('`searched`, a text');
  const cost = checkedCost(given['cost'], demand);
  return {
    candidates: checkedCandidates(culprit, candidates),
    whole,
    searched,
    ...(typeof landmark === 'boolean' && { landmark }),
    ...(typeof doubt === 'string' && { doubt }),
    ...(isUnseen(unseen) && { unseen }),
    ...(isUnseen(unpicked) && { unpicked }),
    ...(typeof narrow === 'string' && { narrow }),
    ...(isEvidenceClass(by) && { by }),
    ...(typeof listing === 'boolean' && { listing }),
    ...(typeof asPage === 'string' && { asPage }),
    ...(isCount(age) && { age }),
    ...(isCount(retryAfter) && { retryAfter }),
    ...(Array.isArray(asides) && { asides: asides.filter(isAside) }),
    ...(asksForPassword === true && { asksForPassword }),
    ...(typeof attach === 'function' && { attach: async () => (value as Reading).attach?.() ?? [] }),
    cost,
  };
}

function isUnseen(value: unknown): value is NonNullable<Reading['unseen']> {
  return isFault(value) && (value.kind === 'not-observable' || value.kind === 'gave-up');
}

function isAside(value: unknown): value is Aside {
  const { text, says, doubtful } = (value ?? {}) as Given;
  return typeof text === 'string' && typeof says === 'string' && typeof doubtful === 'boolean';
}

function sentIn(culprit: Culprit, value: unknown): Sent {
  const given = objectOf(culprit, value, 'the end of a step');
  const demand = demandOf(culprit, 'the end of a step');
  const { outcome, summary, fault, unauthorized, notNow, asksForPassword, created, answer } = given;
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
    ...(notNow === true && { notNow }),
    ...(asksForPassword === true && { asksForPassword }),
    ...(created === true && { created }),
    ...(answer !== undefined && { answer: checkedCandidate(culprit, answer) }),
    ...(attachments.length > 0 && { attachments }),
    cost: checkedCost(given['cost'], demand),
  };
}

function checkedCost(value: unknown, demand: (what: string) => Blind): Cost {
  const given = (typeof value === 'object' && value !== null ? value : {}) as Given;
  const { requests, bytes, ms, retries } = given;
  if (!isCount(requests) || !isCount(bytes) || !isCount(ms)) throw demand('`cost`: requests, bytes and ms, as numbers');
  return { requests, bytes, ms, ...(isCount(retries) && { retries }) };
}
