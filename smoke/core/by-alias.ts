// What may be the record by its alias alone, where nothing that was read holds the marker.

import { contentsOf, select } from './contents.ts';
import type { Candidate, Selection } from './look.ts';
import { mentions } from './mention.ts';

/** The candidates that mention an alias; of records, each that alone has the alias for the whole of a value: what several share (a hotel, a host) names none. */
export function byAlias(
  candidates: readonly Candidate[],
  aliases: readonly string[],
  areRecords: boolean,
): readonly Candidate[] {
  if (aliases.length === 0) return [];
  if (!areRecords) return candidates.filter((one) => aliases.some((alias) => mentions(contentsOf(one).text, alias)));
  const named = new Set<Candidate>();
  for (const alias of aliases) {
    const wanted = alias.trim();
    const having = candidates.filter((one) => contentsOf(one).leaves.some((leaf) => leaf.text.trim() === wanted));
    const [only] = having;
    if (only !== undefined && having.length === 1) named.add(only);
  }
  return candidates.filter((one) => named.has(one));
}

/** A line of a log, or other free text: an event or a page of many, where a name alone does not tell that the sent text belongs there. */
export function isFreeText(candidate: Candidate): boolean {
  if (candidate.line === true) return true;
  const { text, leaves } = contentsOf(candidate);
  return leaves.length === 1 && leaves[0]?.text === text;
}

/** The field that the scenario names is here, so the text would belong here too. */
export function hasField(candidate: Candidate, { field }: Selection): boolean {
  const picked = field === undefined ? undefined : select(candidate, field);
  return picked?.fits === true && picked.values.length > 0;
}
