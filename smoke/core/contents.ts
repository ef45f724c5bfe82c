// What a reading holds, worked out once for all the markers and looks that are judged by it.

import type { Inflate } from './compressed.ts';
import { formsOf } from './find.ts';
import type { Candidate, Marker, Picked, Split } from './look.ts';
import { leastPart } from './marker.ts';
import { type Bones, bonesOf, lettersOf } from './marker-damage.ts';
import { type Layer, layersOf, planFor, type Unfolded, unfold } from './unfold.ts';

export type Leaf = { path: string; text: string };

type Contents = {
  text: string;
  leaves: readonly Leaf[];
  selected: Map<string, Picked>;
  splits: Map<string, Split>;
  unfolded: Map<string, readonly Unfolded[]>;
};

// Remembering changes no answer: a candidate is what was read, and does not change.
const contents: WeakMap<Candidate, Contents> = new WeakMap();
const bones: WeakMap<Layer, Bones> = new WeakMap();
const parts: WeakMap<readonly Candidate[], Map<string, ReadonlySet<string>>> = new WeakMap();
const holders: WeakMap<readonly Candidate[], Map<string, ReadonlyMap<string, ReadonlySet<Candidate>>>> = new WeakMap();

/** Leaves that are looked for in the text in vain before the rest is simply taken as not in it. */
const mostMisses = 64;

export function contentsOf(candidate: Candidate): { text: string; leaves: readonly Leaf[] } {
  return known(candidate);
}

export function select(candidate: Candidate, selector: string): Picked {
  const { selected } = known(candidate);
  return remembered(selected, selector, () => candidate.select(selector));
}

export function split(candidate: Candidate, selector: string): Split {
  const { splits } = known(candidate);
  return remembered(splits, selector, () => candidate.split(selector));
}

/** The candidate's text, and those of its leaves that were decoded and so are not in it, ready for the exhaustive search. */
export function unfoldedOf(candidate: Candidate, marker: Marker, inflate: Inflate): readonly Unfolded[] {
  const plan = planFor(marker.text);
  const { unfolded, text, leaves } = known(candidate);
  return remembered(unfolded, JSON.stringify(plan), () => {
    const hidden = leavesBeside(text, leaves);
    return [text, hidden].filter((one) => one !== '').map((one) => unfold(one, plan, inflate));
  });
}

export function bonesIn(layer: Layer): Bones {
  const found = bones.get(layer) ?? bonesOf(layer.text);
  bones.set(layer, found);
  return found;
}

/** The candidates in whose text or leaves the marker stands literally. */
export function holdersOf(candidates: readonly Candidate[], marker: Marker): ReadonlySet<Candidate> {
  if (marker.fixed === 0 || marker.prefix.length < 2)
    return new Set(candidates.filter((one) => holds(one, marker.text)));
  const index = holders.get(candidates) ?? new Map<string, ReadonlyMap<string, ReadonlySet<Candidate>>>();
  holders.set(candidates, index);
  const byMarker = remembered(index, `${marker.prefix} ${marker.text.length}`, () => indexed(candidates, marker));
  return byMarker.get(marker.text) ?? new Set();
}

/** False where neither the marker nor a part of it that would count is anywhere, in any encoding or damage. */
export function mayHold(candidates: readonly Candidate[], marker: Marker, inflate: Inflate): boolean {
  const head = lettersOf(marker.prefix.toLowerCase());
  if (marker.fixed === 0 || head.length < 2) return true;
  const part = lettersOf(marker.text.slice(0, leastPart(marker, true)).toLowerCase());
  const index = parts.get(candidates) ?? new Map<string, ReadonlySet<string>>();
  parts.set(candidates, index);
  const key = `${marker.prefix} ${marker.text.length}`;
  return remembered(index, key, () => partsIn(candidates, marker, inflate, head, part.length)).has(part);
}

function partsIn(
  candidates: readonly Candidate[],
  marker: Marker,
  inflate: Inflate,
  head: string,
  length: number,
): ReadonlySet<string> {
  const found = new Set<string>();
  for (const candidate of candidates) {
    for (const unfolded of unfoldedOf(candidate, marker, inflate)) {
      for (const layer of layersOf(unfolded)) {
        const { letters } = bonesIn(layer);
        for (let at = letters.indexOf(head); at !== -1; at = letters.indexOf(head, at + 1)) {
          found.add(letters.slice(at, at + length));
        }
      }
    }
  }
  return found;
}

function holds(candidate: Candidate, needle: string): boolean {
  const { text, leaves } = known(candidate);
  return formsOf(needle).some((form) => text.includes(form)) || leaves.some((leaf) => leaf.text.includes(needle));
}

/** Every text of the markers' prefix and length → the candidates it stands in: one pass serves a burst of thousands. */
function indexed(candidates: readonly Candidate[], marker: Marker): ReadonlyMap<string, ReadonlySet<Candidate>> {
  const found = new Map<string, Set<Candidate>>();
  for (const candidate of candidates) {
    const { text, leaves } = known(candidate);
    for (const one of [text, ...leaves.map((leaf) => leaf.text)]) {
      for (let at = one.indexOf(marker.prefix); at !== -1; at = one.indexOf(marker.prefix, at + 1)) {
        const token = one.slice(at, at + marker.text.length);
        const holding = found.get(token) ?? new Set();
        holding.add(candidate);
        found.set(token, holding);
      }
    }
  }
  return found;
}

function known(candidate: Candidate): Contents {
  const found = contents.get(candidate);
  if (found !== undefined) return found;
  const leaves = [...candidate.leaves()];
  const made = { text: candidate.text(), leaves, selected: new Map(), splits: new Map(), unfolded: new Map() };
  contents.set(candidate, made);
  return made;
}

function leavesBeside(text: string, leaves: readonly Leaf[]): string {
  const hidden: string[] = [];
  let from = 0;
  for (const leaf of leaves) {
    // Leaves mostly come in the order of the text, so searching on from the last one keeps this linear.
    const at = hidden.length > mostMisses ? -1 : text.indexOf(leaf.text, from);
    if (at === -1) hidden.push(leaf.text);
    else from = at;
  }
  return hidden.join('\0');
}

function remembered<V>(map: Map<string, V>, key: string, make: () => V): V {
  const found = map.get(key);
  if (found !== undefined) return found;
  const made = make();
  map.set(key, made);
  return made;
}
