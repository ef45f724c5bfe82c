// Answers as candidates, and what the tests ask of them.

import assert from 'node:assert/strict';
import type { Candidate } from '../../smoke/core/look.ts';
import { Blind } from '../../smoke/probes/plugin.ts';
import { documentCandidate } from '../../smoke/select/document.ts';

export const json = (text: string): Promise<Candidate> => documentCandidate({ text, format: 'json', source: 'GET /x' });
export const xml = (text: string): Promise<Candidate> => documentCandidate({ text, format: 'xml', source: 'GET /x' });
export const html = (text: string): Promise<Candidate> => documentCandidate({ text, format: 'html', source: 'GET /x' });

export function values(candidate: Candidate, selector: string): readonly string[] {
  const picked = candidate.select(selector);
  assert.ok(picked.fits, picked.fits ? '' : picked.why);
  return picked.values;
}

export function records(candidate: Candidate, selector: string): readonly Candidate[] {
  const split = candidate.split(selector);
  assert.ok(split.fits, split.fits ? '' : split.why);
  return split.candidates;
}

export function misfit(candidate: Candidate, selector: string): string {
  const picked = candidate.select(selector);
  assert.equal(picked.fits, false, `${selector} fits`);
  return picked.fits ? '' : picked.why;
}

export async function blind(promise: Promise<unknown>): Promise<string> {
  const error = await promise.then(
    () => undefined,
    (thrown: unknown) => thrown,
  );
  assert.ok(error instanceof Blind, 'nothing blind was thrown');
  return error.fault.kind;
}
