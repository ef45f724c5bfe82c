// Whether an answer that only its request calls the record shows by itself that it is one.

import { hasField } from './by-alias.ts';
import { contentsOf, select } from './contents.ts';
import { essence } from './folding.ts';
import type { Candidate, Fault, Origin, Selection, Sought } from './look.ts';
import { isUnmistakable, mentions } from './mention.ts';

/** `landmark`: see `Reading`. `origin`: of the answer, where the candidate was cut out of one. */
export type Answered = {
  candidate: Candidate;
  selection: Selection;
  sought: Sought;
  landmark: boolean;
  origin?: Origin | undefined;
};

/**
 * Some servers answer a request for one record with 200 and an error page, an empty body or `{"error": …}`. What has
 * neither the field nor anything the record is known by may be such an answer: that is no record without the marker.
 * A page may have the field and be an error page all the same, and what was asked for is in many an error, too.
 */
export function whyUnrecognised({ candidate, selection, sought, landmark }: Answered): Fault | undefined {
  if (candidate.named !== true || isChosen(selection)) return undefined;
  if (candidate.isChosenBy?.(namesOf(sought), selection.field)) return undefined;
  const { origin } = candidate;
  const onPage = origin === 'page' || origin === 'shown';
  const field = hasField(candidate, selection);
  // The page that was meant may say that there is no such record, and then it has no field.
  if (field && (landmark || origin === undefined || origin === 'output')) return undefined;
  const isIn = (name: string): boolean => isValueIn(candidate, name);
  if (field && origin === 'data' && (hasText(candidate, selection) || namesOf(sought).some(isIn))) return undefined;
  // A row or a line is a record by itself: it repeats no question.
  const telling = origin === undefined ? namesOf(sought) : unasked(sought);
  if (telling.some((name) => shows(candidate, name))) return undefined;
  const lacks = field || selection.field === undefined ? 'nothing' : `neither ${selection.field} nor anything`;
  const beside = field ? ' beside the field' : '';
  // A request, a span, a line or a row answers nothing.
  const [has, otherwise] =
    origin === 'page' || origin === 'data'
      ? ['answered with', 'it may be another answer than the record']
      : ['has', 'it may not be the record'];
  const message = `${candidate.source} ${has} ${lacks} that the record is known by${beside}, so ${otherwise}`;
  const hint = onPage
    ? 'Expect what only the right page has, or say with `where` what the record shows of itself.'
    : 'Say with `where`, or `records` and `where`, what the record shows of itself.';
  return { kind: 'wrong-answer', message, hint };
}

/**
 * "Nothing found for smk-…" and `{"query": "smk-…"}` hold the marker and are no record. Where the request held the
 * marker, its answer must show more of what was sent, or of the record, than was asked for; and so must each record that
 * is cut out of it, but for data that has the marker for the whole of a value.
 */
export function whyEcho(
  kind: 'intact' | 'altered',
  { candidate, selection, sought, origin }: Answered,
): Fault | undefined {
  const isAnswer = origin !== undefined && origin !== 'shown';
  const { records, where, field } = selection;
  if (!isAnswer || where !== undefined || field !== undefined || !wasAsked(sought.marker.text, sought))
    return undefined;
  const isSaid = !onlyInQueries(candidate, sought.marker.text);
  if (isSaid && (showsSent(kind, candidate, sought) || unasked(sought).some((name) => shows(candidate, name))))
    return undefined;
  const isValue = ({ text }: { text: string }): boolean => text.trim() === sought.marker.text;
  if (records !== undefined && origin === 'data' && contentsOf(candidate).leaves.some(isValue)) return undefined;
  return {
    kind: 'wrong-answer',
    message: `${candidate.source} shows the marker as it was asked for and no more of the record, so it may only repeat the question`,
    hint: 'Add `field`, where the marker must be, or `where`, which says what the record shows of itself.',
  };
}

/** The scenario says itself what of the answer is the record. */
function isChosen({ records, where }: Selection): boolean {
  return records !== undefined || where !== undefined;
}

/** What was sent beside the marker, and not asked for: all of it, or with a damaged marker a part. */
function showsSent(kind: 'intact' | 'altered', candidate: Candidate, sought: Sought): boolean {
  const texts = sought.sent.filter(({ document, text }) => !document && !wasAsked(text, sought));
  const { text, leaves } = contentsOf(candidate);
  const held = [text, ...leaves.map((leaf) => leaf.text)].map(essence);
  const isHeld = (part: string): boolean => held.some((one) => one.includes(part));
  return texts.some(({ text }) => {
    const parts = text
      .split(sought.marker.text)
      .map(essence)
      .filter((part) => part.length >= shortest);
    return parts.length > 0 && (kind === 'intact' ? parts.every(isHeld) : parts.some(isHeld));
  });
}

/** Letters and digits: less of a text may stand anywhere. */
const shortest = 4;

/** The names that the record is known by and the question did not hold. */
function unasked(sought: Sought): readonly string[] {
  return namesOf(sought).filter((name) => !wasAsked(name, sought));
}

function namesOf({ marker, aliases }: Sought): readonly string[] {
  return [marker.text, ...aliases.values()].map((name) => name.trim()).filter((name) => name !== '');
}

/** The question held it, so an answer may only repeat it. */
export function wasAsked(name: string, { asked = [] }: Sought): boolean {
  return asked.some((text) => text.includes(name));
}

/** An alias that other things may be called, too (a number), must be the whole of a value. */
function shows(candidate: Candidate, name: string): boolean {
  const { text, leaves } = contentsOf(candidate);
  if (isValueIn(candidate, name)) return true;
  return isUnmistakable(name) && (mentions(text, name) || leaves.some((leaf) => mentions(leaf.text, name)));
}

/** The marker stands only in addresses that repeat the question (`/items/3?q=smk-…`), as those of a search do. */
export function onlyInQueries(candidate: Candidate, marker: string): boolean {
  const holding = contentsOf(candidate).leaves.filter(({ text }) => text.includes(marker));
  const isQuery = ({ text }: { text: string }): boolean => {
    const before = text.slice(0, text.indexOf(marker));
    return /[?&;][^\s=?&]*=[^\s&]*$/u.test(before.slice(-500));
  };
  return holding.length > 0 && holding.every(isQuery);
}

/** For the whole of a value. */
function isValueIn(candidate: Candidate, name: string): boolean {
  return contentsOf(candidate).leaves.some((leaf) => leaf.text.trim() === name);
}

/** The field holds a text, be it an empty one: in an error it is mostly null. */
function hasText(candidate: Candidate, { field = '' }: Selection): boolean {
  const picked = select(candidate, field);
  if (picked.fits && picked.values.some((value) => value.trim() !== '')) return true;
  return contentsOf(candidate).leaves.some(({ text }) => text === '');
}
