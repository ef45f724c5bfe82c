// Whether an answer that came as a success says itself that it failed: then what it lacks proves nothing.

import { select } from './contents.ts';
import type { Candidate, Reading } from './look.ts';

/** What says nothing where an error would stand. */
const none = /^(?:|0|null|false|none|ok|no error|success|\[\s*\]|\{\s*\})$/i;
/** Codes of one's own begin beyond these (20000 is a success in many an API). */
const errorStatus = /^[45]\d\d$/;
const failed = /^(?:error|fail|failed|failure)$/i;
const problem = /^\s*application\/problem\+/i;
/** Characters: a longer text is left out, since half a secret would not be masked. */
const longestShown = 200;

type Sign = { selector: string; says(text: string): boolean };

const isFalse = (text: string): boolean => text === 'false';
const isTrue = (text: string): boolean => text === 'true';
const isError = (text: string): boolean => !none.test(text.trim());

const signs: readonly Sign[] = [
  { selector: '$.errors', says: isError },
  { selector: '$.error', says: isError },
  { selector: '$.ok', says: isFalse },
  { selector: '$.success', says: isFalse },
  { selector: '$.timed_out', says: isTrue },
  { selector: '$._shards.failed', says: (text) => Number(text) > 0 },
  { selector: '$.status', says: (text) => failed.test(text) || errorStatus.test(text) },
  { selector: '$.statusCode', says: (text) => errorStatus.test(text) },
  { selector: '$.code', says: (text) => errorStatus.test(text) },
];

/** Where an error says in words what is wrong. */
const words = ['$.errors[*].message', '$.error.message', '$.message', '$.errors[*]', '$.error', '$.title'];

/** Why nothing that the answer lacks proves anything, whatever it was asked for. Undefined where it may. */
export function doubtOf(reading: Reading): string | undefined {
  const [answer] = reading.candidates;
  return reading.doubt ?? (answer === undefined || reading.candidates.length > 1 ? undefined : failureIn(answer));
}

/** The same of a record in it. Where the answer itself is the record, its fields are its own unless it has an envelope. */
export function doubtOn(record: Candidate, reading: Reading): string | undefined {
  const isBare = reading.candidates.includes(record) && valuesOf(record, '$.data').length === 0;
  return isBare ? reading.doubt : doubtOf(reading);
}

/** XML says what is wrong where its records are looked for. A line and a row are records by themselves. */
function failureIn(answer: Candidate): string | undefined {
  if (answer.origin !== 'data' && answer.origin !== 'output') return undefined;
  const isProblem = valuesOf(answer, 'header:Content-Type').some((type) => problem.test(type));
  const sign = signs.find(({ selector, says }) => valuesOf(answer, selector).some(says));
  if (!isProblem && sign === undefined) return undefined;
  const told = words.flatMap((selector) => valuesOf(answer, selector)).filter(isError);
  const shown = told.find((text) => text.length <= longestShown) ?? sign?.selector;
  return shown === undefined ? 'the answer is an error' : `the answer is an error: ${shown}`;
}

function valuesOf(answer: Candidate, selector: string): readonly string[] {
  const picked = select(answer, selector);
  return picked.fits ? picked.values : [];
}
