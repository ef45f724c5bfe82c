// Which candidates hold which markers: one pass over a reading serves a burst of thousands of markers.

import type { Inflate } from './compressed.ts';
import { bonesIn, contentsOf, remembered, unfoldedOf } from './contents.ts';
import { formsOf } from './find.ts';
import type { Candidate, Marker } from './look.ts';
import { headLength, leastPart } from './marker.ts';
import { lettersOf } from './marker-damage.ts';
import { layersOf, type Unfolded } from './unfold.ts';

/** The beginnings of markers in all that was read, and why a search gave up on some of it. */
type Parts = { found: ReadonlySet<string>; gaveUp?: string };

type Holders = ReadonlyMap<string, ReadonlySet<Candidate>>;

const parts: WeakMap<readonly Candidate[], Map<string, Parts>> = new WeakMap();
const holders: WeakMap<readonly Candidate[], Map<string, Holders>> = new WeakMap();

/** The candidates in whose text or leaves the marker stands literally. */
export function holdersOf(candidates: readonly Candidate[], marker: Marker): ReadonlySet<Candidate> {
  if (headLength(marker) < 2) return new Set(candidates.filter((one) => holds(one, marker.text)));
  const index = holders.get(candidates) ?? new Map<string, Holders>();
  holders.set(candidates, index);
  const byMarker = remembered(index, `${headOf(marker)} ${marker.text.length}`, () => indexed(candidates, marker));
  return byMarker.get(marker.text) ?? new Set();
}

/**
 * `possible` is false where neither the marker nor a part of it that would count is anywhere, in any encoding or damage:
 * then `gaveUp` tells whether everything was searched.
 */
export function mayHold(
  candidates: readonly Candidate[],
  marker: Marker,
  inflate: Inflate,
): { possible: boolean; gaveUp?: string } {
  const head = lettersOf(headOf(marker).toLowerCase());
  if (head.length < 2) return { possible: true };
  const part = lettersOf(marker.text.slice(0, leastPart(marker, true)).toLowerCase());
  const index = parts.get(candidates) ?? new Map<string, Parts>();
  parts.set(candidates, index);
  const { found, gaveUp } = remembered(index, `${headOf(marker)} ${part.length}`, () =>
    partsIn(
      candidates.flatMap((candidate) => unfoldedOf(candidate, marker, inflate)),
      head,
      part.length,
    ),
  );
  return { possible: found.has(part), ...(gaveUp === undefined ? {} : { gaveUp }) };
}

function partsIn(texts: readonly Unfolded[], head: string, length: number): Parts {
  const found = new Set<string>();
  for (const unfolded of texts) {
    for (const layer of layersOf(unfolded)) {
      const { letters } = bonesIn(layer);
      for (let at = letters.indexOf(head); at !== -1; at = letters.indexOf(head, at + 1)) {
        found.add(letters.slice(at, at + length));
      }
    }
  }
  const gaveUp = texts.find((text) => text.gaveUp !== undefined)?.gaveUp;
  return gaveUp === undefined ? { found } : { found, gaveUp };
}

function holds(candidate: Candidate, needle: string): boolean {
  const { text, leaves } = contentsOf(candidate);
  return formsOf(needle).some((form) => text.includes(form)) || leaves.some((leaf) => leaf.text.includes(needle));
}

/** Every text of the markers' prefix and length → the candidates it stands in: one pass serves a burst of thousands. */
function indexed(candidates: readonly Candidate[], marker: Marker): Holders {
  const head = headOf(marker);
  const found = new Map<string, Set<Candidate>>();
  for (const candidate of candidates) {
    const { text, leaves } = contentsOf(candidate);
    for (const one of [text, ...leaves.map((leaf) => leaf.text)]) {
      for (let at = one.indexOf(head); at !== -1; at = one.indexOf(head, at + 1)) {
        const token = one.slice(at, at + marker.text.length);
        const holding = found.get(token) ?? new Set();
        holding.add(candidate);
        found.set(token, holding);
      }
    }
  }
  return found;
}

function headOf(marker: Marker): string {
  return marker.text.slice(0, headLength(marker));
}
