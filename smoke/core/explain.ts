// What a selection did to a reading, step by step: what `records` cut, what `where` picked, what `field` selected.

import { select, split } from './contents.ts';
import type { Candidate, Reading, Selection } from './look.ts';

/** The values a selector found in one record, or why it does not fit it. */
export type Shown = { source: string; selector: string; values: readonly string[]; why?: string };

export type Explained = {
  /** Things that were read: answers, lines, rows. */
  candidates: number;
  records?: { selector: string; cut: number; why?: string };
  where?: {
    wanted: Readonly<Record<string, string>>;
    of: number;
    count: number;
    /** The first few of them. */
    picked: readonly string[];
    /** The first few that were not picked, and what they show where they should show it. */
    others: readonly Shown[];
  };
  /** Without `where`: the records that hold the marker or an alias, or that the request named. */
  picked: readonly string[];
  field?: readonly Shown[];
  /** What was read, what was chosen from, and what was chosen. */
  read: readonly Candidate[];
  from: readonly Candidate[];
  chosen: readonly Candidate[];
};

const fewOthers = 5;
const fewPicked = 5;

export function explain({ candidates }: Reading, selection: Selection, picked: readonly Candidate[]): Explained {
  const { records, where, field } = selection;
  const cut = records === undefined ? { all: candidates } : cutBy(candidates, records);
  const shown = picked.slice(0, fewPicked);
  return {
    candidates: candidates.length,
    ...(records !== undefined && {
      records: { selector: records, cut: cut.all.length, ...(cut.why !== undefined && { why: cut.why }) },
    }),
    ...(where !== undefined && {
      where: {
        wanted: where,
        of: cut.all.length,
        count: picked.length,
        picked: shown.map(({ source }) => source),
        others: othersOf(cut.all, picked, Object.keys(where)),
      },
    }),
    picked: shown.map(({ source }) => source),
    ...(field !== undefined && { field: shown.map((one) => shownIn(one, field)) }),
    read: candidates,
    from: cut.all,
    chosen: picked,
  };
}

/** Those first that show anything at all there: among lines of many kinds most do not. */
function othersOf(all: readonly Candidate[], picked: readonly Candidate[], selectors: readonly string[]): Shown[] {
  const chosen = new Set(picked);
  const others = all.filter((one) => !chosen.has(one));
  const telling = others.filter((one) => selectors.some((selector) => shownIn(one, selector).values.length > 0));
  const few = (telling.length > 0 ? telling : others).slice(0, fewOthers);
  return few.flatMap((one) => selectors.map((selector) => shownIn(one, selector)));
}

function cutBy(candidates: readonly Candidate[], selector: string): { all: readonly Candidate[]; why?: string } {
  const splits = candidates.map((one) => split(one, selector));
  const all = splits.flatMap((one) => (one.fits ? one.candidates : []));
  const misfit = splits.find((one) => !one.fits);
  return misfit === undefined || misfit.fits || splits.some((one) => one.fits) ? { all } : { all, why: misfit.why };
}

function shownIn(record: Candidate, selector: string): Shown {
  const found = select(record, selector);
  const { source } = record;
  return found.fits ? { source, selector, values: found.values } : { source, selector, values: [], why: found.why };
}
