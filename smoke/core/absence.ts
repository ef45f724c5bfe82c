// What it proves that the record was not among what was read.

import { hasField } from './by-alias.ts';
import { contentsOf, select } from './contents.ts';
import { doubtOf } from './failed.ts';
import type { Candidate, Look, Reading, Selection, Sought } from './look.ts';
import { moreThan } from './more.ts';
import { wasAsked } from './recognised.ts';

/** Of a page that may be another one than the one that was meant. */
const noLandmark = 'nothing shows that it is the right page: `expect` what it always has';

/** `cut`: what `records` cut out of the answer. */
export function absentFrom(
  reading: Reading,
  selection: Selection,
  sought: Sought,
  cut: readonly Candidate[] | undefined,
): Look {
  const { searched, whole, unseen, unpicked, candidates, narrow: hint } = reading;
  const isUnpicked = candidates.length > 0 && Object.keys(selection.where ?? {}).length > 0;
  if (unseen !== undefined) return { kind: 'blind', fault: isUnpicked ? (unpicked ?? unseen) : unseen };
  const closed = whole ? closedIn([...reading.candidates, ...(cut ?? [])], selection) : undefined;
  if (closed !== undefined)
    return { kind: 'blind', fault: { kind: 'not-observable', message: closed, ...(hint !== undefined && { hint }) } };
  if (whole && doubtOf(reading) === undefined && isElsewhere(reading, sought))
    return { kind: 'absent', searched, proves: false, ...elsewhere };
  const detail = whole
    ? (awaitedIn(reading, selection) ?? unnamedIn(reading, selection, sought, cut) ?? doubtIn(reading, selection, cut))
    : undefined;
  if (detail === undefined) return { kind: 'absent', searched, proves: whole };
  return { kind: 'absent', searched, proves: false, detail };
}

/** Why one that has not ended may yet be the record: what tells whether it is has not come. */
function awaitedIn({ candidates }: Reading, { records, where = {} }: Selection): string | undefined {
  const selectors = Object.entries(where);
  const may = (candidate: Candidate): boolean => {
    if (candidate.awaits === undefined) return false;
    if (records !== undefined) return candidate.awaits(records);
    const waits = ([selector]: readonly [string, string]): boolean => candidate.awaits?.(selector) === true;
    return selectors.some(waits) && selectors.every((one) => waits(one) || shows(candidate, one));
  };
  const found = candidates.find(may);
  return found === undefined ? undefined : `${found.source}: what tells whether it is the record may still come`;
}

function shows(candidate: Candidate, [selector, wanted]: readonly [string, string]): boolean {
  const found = select(candidate, selector);
  return found.fits && found.values.some((value) => value.trim() === wanted.trim());
}

/** Why one that may be the record cannot be looked into: the marker may stand where nobody sees it. */
function closedIn(candidates: readonly Candidate[], { where = {} }: Selection): string | undefined {
  const selectors = Object.entries(where);
  // What shows another value there is another record, whatever else it holds.
  const mayBeOurs = (candidate: Candidate): boolean =>
    selectors.every(([selector, wanted]) => {
      const found = select(candidate, selector);
      const values = found.fits ? found.values.map((value) => value.trim()).filter((value) => value !== '') : [];
      return values.length === 0 || values.includes(wanted.trim());
    });
  return candidates.find((one) => one.closed !== undefined && mayBeOurs(one))?.closed;
}

const elsewhere = {
  detail: 'the answer holds the marker, though not where this look picks the record: check its selectors',
  elsewhere: true,
  unasked: true,
} as const;

/**
 * The right answer holds the marker as it was asked for, and no more of the record. It may be all that a record shows
 * here, so nothing is proved; where the record showed more before, it is not there any more. Undefined where it may be
 * another answer, or a part of one.
 */
export function echoedBy(
  reading: Reading,
  selection: Selection,
  cut: readonly Candidate[] | undefined,
): Look | undefined {
  const { searched, whole, landmark } = reading;
  if (!whole || landmark !== true || doubtIn(reading, selection, cut) !== undefined) return undefined;
  const detail =
    'it shows the marker as it was asked for, and no more of the record: `field` or `where` says where one is';
  return { kind: 'absent', searched, proves: false, detail, elsewhere: true };
}

/** A selector with a typo in it misses the record. An answer that was asked for the marker may hold it for that alone. */
function isElsewhere({ candidates }: Reading, sought: Sought): boolean {
  const { text } = sought.marker;
  const [answer] = candidates;
  const isWhole = answer?.origin === 'page' || answer?.origin === 'data';
  return isWhole && candidates.length === 1 && !wasAsked(text, sought) && contentsOf(answer).text.includes(text);
}

/** Records that were asked for by an alias may be ours without the marker: only `where` tells. */
function unnamedIn(
  { candidates }: Reading,
  { where }: Selection,
  sought: Sought,
  cut: readonly Candidate[] = [],
): string | undefined {
  const isByAlias = candidates[0]?.named === true && !wasAsked(sought.marker.text, sought);
  if (where !== undefined || cut.length === 0 || !isByAlias) return undefined;
  const records = cut.length === 1 ? 'a record' : `${cut.length} records`;
  return `the answer holds ${records} without the marker, which may be ours: \`where\` says which is`;
}

/** An answer may say itself that it holds only some of the records, or be another than the one that was asked for. */
function doubtIn(reading: Reading, selection: Selection, cut: readonly Candidate[] | undefined): string | undefined {
  const [answer] = reading.candidates;
  const doubt = doubtOf(reading);
  if (doubt !== undefined) return doubt;
  if (reading.asPage !== undefined && readsJson(selection))
    return `${reading.asPage}, where this look reads JSON: perhaps of a gateway`;
  if (answer === undefined) return reading.landmark === false ? noLandmark : undefined;
  if (reading.candidates.length > 1) return undefined;
  const more = moreThan(answer, selection.records, cut);
  if (more !== undefined || reading.landmark === true || isTheRightOne(answer, selection, cut)) return more;
  return answer.origin === 'data'
    ? 'nothing in the answer shows that records would be in it: say where with `records`, or `expect` what it always has'
    : noLandmark;
}

function isTheRightOne(answer: Candidate, selection: Selection, cut: readonly Candidate[] | undefined): boolean {
  const { origin } = answer;
  if (origin === undefined || origin === 'output') return true;
  // The place of the records must be there for `records` to fit data; a page has no such places.
  if (origin === 'data')
    return cut !== undefined || contentsOf(answer).text.trimStart().startsWith('[') || isOther(answer, selection);
  return (cut ?? [answer]).some((one) => isOther(one, selection) || (cut !== undefined && hasField(one, selection)));
}

/** A record as `where` looks for it, but not ours. */
function isOther(candidate: Candidate, { where }: Selection): boolean {
  const selectors = Object.keys(where ?? {});
  if (selectors.length === 0) return false;
  return selectors.every((selector) => {
    const found = select(candidate, selector);
    return found.fits && found.values.some((value) => value.trim() !== '');
  });
}

function readsJson({ records, where = {}, field }: Selection): boolean {
  return [records, field, ...Object.keys(where)].some((selector) => selector?.trimStart().startsWith('$'));
}
