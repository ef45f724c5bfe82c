// What a candidate holds, worked out once for all the markers and looks that are judged by it.

import { carriedIn, withoutCarried } from './carried.ts';
import type { Inflate } from './compressed.ts';
import type { Candidate, Marker, Picked, Split } from './look.ts';
import { type Bones, bonesOf } from './marker-damage.ts';
import { type Layer, type Plan, planFor, type Unfolded, unfold } from './unfold.ts';

export type Leaf = { path: string; text: string };

type Contents = {
  text: string;
  leaves: readonly Leaf[];
  /** Markers that only travel with it. */
  carried: readonly string[];
  selected: Map<string, Picked>;
  splits: Map<string, Split>;
  unfolded: Map<string, readonly Unfolded[]>;
  bones?: Bones;
};

// Remembering changes no answer: a candidate is what was read, and does not change.
const contents: WeakMap<Candidate, Contents> = new WeakMap();
const bones: WeakMap<Layer, Bones> = new WeakMap();
const plans: WeakMap<Marker, { plan: Plan; key: string }> = new WeakMap();

/** Leaves that are looked for in the text in vain before the rest is simply taken as not in it. */
const mostMisses = 64;

/** What only travels with it (baggage) stands in `carried`, and nowhere else. */
export function contentsOf(candidate: Candidate): Pick<Contents, 'text' | 'leaves' | 'carried'> {
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
  const { plan, key } = planOf(marker);
  const { unfolded, text, leaves } = known(candidate);
  return remembered(unfolded, key, () => {
    const hidden = leavesBeside(text, leaves);
    return [text, hidden].filter((one) => one !== '').map((one) => unfold(one, plan, inflate));
  });
}

function planOf(marker: Marker): { plan: Plan; key: string } {
  const known = plans.get(marker);
  if (known !== undefined) return known;
  const plan = planFor(marker.text);
  const made = { plan, key: JSON.stringify(plan) };
  plans.set(marker, made);
  return made;
}

export function bonesOfText(candidate: Candidate): Bones {
  const found = known(candidate);
  found.bones ??= bonesOf(found.text);
  return found.bones;
}

export function bonesIn(layer: Layer): Bones {
  const found = bones.get(layer) ?? bonesOf(layer.text);
  bones.set(layer, found);
  return found;
}

function known(candidate: Candidate): Contents {
  const found = contents.get(candidate);
  if (found !== undefined) return found;
  const text = candidate.text();
  const leaves = [...candidate.leaves()];
  const carried = carriedIn(text, leaves);
  const own = carried.length === 0 ? { text, leaves } : withoutCarried(text, leaves);
  const made = { ...own, carried, selected: new Map(), splits: new Map(), unfolded: new Map() };
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

export function remembered<V>(map: Map<string, V>, key: string, make: () => V): V {
  const found = map.get(key);
  if (found !== undefined) return found;
  const made = make();
  map.set(key, made);
  return made;
}
