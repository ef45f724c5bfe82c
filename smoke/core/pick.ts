// Picks the record, or the copies of it, among what was read: `records`, then `where`, else what names the record.

import { damageIn } from './assess.ts';
import { byAlias } from './by-alias.ts';
import type { Inflate } from './compressed.ts';
import { bonesOfText, contentsOf, select, split, unfoldedOf } from './contents.ts';
import { findIn } from './find.ts';
import type { Candidate, Fault, Marker, Reading, Selection, Sought } from './look.ts';
import { markerDamage } from './marker-damage.ts';
import { holdersOf, mayHold } from './marker-index.ts';
import { isUnmistakable } from './mention.ts';

/** `cut`: the records that `records` cut out of what was read. `mentioned`: nothing but an alias somewhere in them tells that they are the record. */
export type Pick =
  | { kind: 'picked'; candidates: readonly Candidate[]; cut?: readonly Candidate[]; mentioned?: boolean }
  | { kind: 'fault'; fault: Fault };

type Cut = { kind: 'candidates'; candidates: readonly Candidate[] } | { kind: 'fault'; fault: Fault };

const cuts: WeakMap<readonly Candidate[], Map<string, Cut>> = new WeakMap();

/** An empty list where the record is not here. A selector that fits nothing that was read is a fault, never an absence. */
export function pick(reading: Reading, selection: Selection, sought: Sought, inflate: Inflate): Pick {
  const cut = selection.records === undefined ? whole(reading) : cutOnce(reading.candidates, selection.records);
  if (cut.kind === 'fault') return cut;
  const choice = pickFrom(cut.candidates, selection, sought, inflate);
  return selection.records === undefined || choice.kind === 'fault' ? choice : { ...choice, cut: cut.candidates };
}

function pickFrom(candidates: readonly Candidate[], selection: Selection, sought: Sought, inflate: Inflate): Pick {
  const where = Object.entries(selection.where ?? {});
  if (where.length > 0) return byWhere(candidates, where, selection.records !== undefined);
  const named = selection.records === undefined ? candidates.filter((one) => one.named === true) : [];
  if (named.length > 0) return { kind: 'picked', candidates: named };
  return byContent(candidates, selection.records !== undefined, sought, inflate);
}

function whole(reading: Reading): Cut {
  return { kind: 'candidates', candidates: reading.candidates };
}

function cutOnce(candidates: readonly Candidate[], records: string): Cut {
  const known = cuts.get(candidates) ?? new Map<string, Cut>();
  cuts.set(candidates, known);
  const cut = known.get(records) ?? cutBy(candidates, records);
  known.set(records, cut);
  return cut;
}

/** Among several candidates (log lines) some may be of another format; they hold no records. */
function cutBy(candidates: readonly Candidate[], records: string): Cut {
  const splits = candidates.map((candidate) => split(candidate, records));
  const misfit = splits.find((one) => !one.fits);
  if (misfit !== undefined && !misfit.fits && splits.every((one) => !one.fits))
    return misfitOf('records', records, misfit.why);
  return { kind: 'candidates', candidates: splits.flatMap((one) => (one.fits ? one.candidates : [])) };
}

/** Records are of one kind: a selector that finds nothing in any of them asks for what they do not have. Lines and rows are of many. */
function byWhere(
  candidates: readonly Candidate[],
  where: readonly (readonly [string, string])[],
  areRecords: boolean,
): Pick {
  for (const [selector] of where) {
    const looks = candidates.map((candidate) => select(candidate, selector));
    const misfit = looks.find((one) => !one.fits);
    if (misfit !== undefined && !misfit.fits && looks.every((one) => !one.fits)) {
      return misfitOf('where', selector, misfit.why);
    }
    if (areRecords && looks.length > 0 && looks.every((one) => !one.fits || one.values.length === 0)) {
      return misfitOf('where', selector, `no record has ${selector}`);
    }
  }
  const isOurs = (candidate: Candidate) =>
    where.every(([selector, wanted]) => {
      const found = select(candidate, selector);
      return found.fits && found.values.some((value) => value.trim() === wanted.trim());
    });
  return { kind: 'picked', candidates: candidates.filter(isOurs) };
}

function misfitOf(part: string, selector: string, why: string): { kind: 'fault'; fault: Fault } {
  const message = `\`${part}\` selector ${selector} does not fit what was read: ${why}`;
  return {
    kind: 'fault',
    fault: {
      kind: 'selector',
      message,
      hint: 'Check the selector, and `as:` where the answer is of another format than it says.',
    },
  };
}

/**
 * Records are what holds the marker, in any encoding or damage; where nothing does, what an unmistakable alias names.
 * Beside the marker, an alias alone makes no copy: it may merely mention the record. Damaged copies count beside a good
 * one only where `records` cut them.
 */
function byContent(candidates: readonly Candidate[], areRecords: boolean, sought: Sought, inflate: Inflate): Pick {
  const { marker } = sought;
  const literal = holdersOf(candidates, marker);
  if (literal.size > 0) {
    const isCopy = (one: Candidate) => literal.has(one) || (areRecords && isPlainlyDamaged(one, marker));
    return { kind: 'picked', candidates: candidates.filter(isCopy) };
  }
  const { possible, gaveUp } = mayHold(candidates, marker, inflate);
  const found: Found = possible ? byDecoding(candidates, areRecords, marker, inflate) : { holding: [], gaveUp };
  if (found.holding.length > 0) return { kind: 'picked', candidates: found.holding };
  const aliased = new Set(byAlias(candidates, [...sought.aliases.values()].filter(isUnmistakable), areRecords));
  const carries = (one: Candidate): boolean => contentsOf(one).carried.includes(marker.text);
  const named = candidates.filter((one) => aliased.has(one) || carries(one));
  if (named.length === 0 && found.gaveUp !== undefined) return gaveUpBy(found.gaveUp);
  return { kind: 'picked', candidates: named, mentioned: !areRecords };
}

type Found = { holding: readonly Candidate[]; gaveUp: string | undefined };

function byDecoding(candidates: readonly Candidate[], areRecords: boolean, marker: Marker, inflate: Inflate): Found {
  const unfolded = (candidate: Candidate) => unfoldedOf(candidate, marker, inflate);
  const encoded = new Set(
    candidates.filter((one) => unfolded(one).some((text) => findIn(text, marker.text).kind === 'found')),
  );
  const isDamaged = (one: Candidate) => unfolded(one).some((text) => damageIn(text, marker, true) !== undefined);
  const holding = candidates.filter(
    (one) => encoded.has(one) || ((areRecords || encoded.size === 0) && isDamaged(one)),
  );
  const gaveUp = candidates.flatMap(unfolded).find((text) => text.gaveUp !== undefined)?.gaveUp;
  return { holding, gaveUp };
}

/** Beside a good copy, a bad one is looked for only in plain sight. */
function isPlainlyDamaged(candidate: Candidate, marker: Marker): boolean {
  const { text } = contentsOf(candidate);
  return markerDamage(text, bonesOfText(candidate), marker, true) !== undefined;
}

function gaveUpBy(why: string): Pick {
  return { kind: 'fault', fault: { kind: 'gave-up', message: `The search for the marker gave up: ${why}.` } };
}
