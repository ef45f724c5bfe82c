// Lists records of earlier runs at the systems themselves, for a sweep that has no ledger. Only a record that holds one
// whole marker of the scenario, old enough, is ever taken for ours.

import { excerptOf } from '../core/excerpt.ts';
import type { Candidate } from '../core/look.ts';
import { markersIn, markerTime } from '../core/marker.ts';
import { holderOf, onlyQuotes } from '../core/quoted.ts';
import type { Scenario, Step } from '../scenario/model.ts';
import type { Cleaned } from './cleaned.ts';
import { beginJourney, type Journey } from './journey.ts';
import { isSeveral, learn } from './learn.ts';
import { maskedText } from './masked-texts.ts';
import { shortPauses } from './pauses.ts';
import { sendingsOf } from './sendings.ts';
import type { Shared } from './shared.ts';
import { sweepRecord } from './sweep.ts';
import { tellPause } from './tell.ts';

/** A record, as the scenario would follow it. `age` in ms; `text`: the one that holds the marker, masked. */
export type Leftover = { scenario: Scenario; journey: Journey; age: number; where: string; text: string };

export type Listing = {
  leftovers: readonly Leftover[];
  /** Records that were listed and are left alone, by the reason. */
  others: Readonly<Record<'unmarked' | 'young' | 'several' | 'quoting', number>>;
  /** Steps that could not list, or not tell which value is a record's, in words. */
  failures: readonly string[];
};

export async function listLeftovers(
  scenario: Scenario,
  olderThan: number,
  shared: Shared,
  signal: AbortSignal,
): Promise<Listing> {
  const leftovers: Leftover[] = [];
  const others = { unmarked: 0, young: 0, several: 0, quoting: 0 };
  const failures: string[] = [];
  const nobody = { text: '', fixed: 0, prefix: '' };
  const asking = beginJourney(scenario.name, scenario, shared.run, shared.ports, { marker: nobody });
  asking.pauses = shortPauses(shared.ports.clock, (until) => tellPause(asking, until, shared.ports));
  try {
    for (const step of scenario.leftovers) {
      const listed = await recordsOf(step, asking, shared, signal);
      if (typeof listed === 'string') failures.push(listed);
      else {
        const ambiguous = new Set<string>();
        for (const record of listed) await sort(record, step, ambiguous);
        if (ambiguous.size > 0) failures.push(ambiguousWords(step, ambiguous));
      }
    }
  } finally {
    asking.over.abort();
  }
  return { leftovers, others, failures };

  async function sort(record: Candidate, step: Step, ambiguous: Set<string>): Promise<void> {
    const { ports } = shared;
    const now = ports.clock.wall().getTime();
    const [marker, second] = markersIn(
      [record.text(), ...[...record.leaves()].map(({ text }) => text)].join('\n'),
      scenario.marker,
    );
    const minted = marker === undefined ? undefined : markerTime(marker);
    if (marker === undefined || minted === undefined) others.unmarked += 1;
    else if (second !== undefined) others.several += 1;
    else if (now - minted < olderThan) others.young += 1;
    else if (Object.values(step.keep).some((keep) => isSeveral(keep, record))) ambiguous.add(marker.text);
    else {
      const known = { marker, now: new Date(minted), since: new Date(minted), sentBefore: [] };
      const journey = beginJourney(marker.text, scenario, shared.run, ports, known);
      const sendings = sendingsOf(journey);
      if (sendings !== undefined && onlyQuotes(record, marker, sendings)) {
        others.quoting += 1;
        return;
      }
      await learn(journey, step.keep, record, step.title, ports, true);
      leftovers.push({
        scenario,
        journey,
        age: now - minted,
        where: maskedText(record.source, ports.mask),
        text: excerptOf(holderOf(record, marker), [marker.text], ports.mask),
      });
    }
  }
}

/** One of several values may be somebody else's, and what it names would be deleted. */
function ambiguousWords({ title, keep }: Step, markers: ReadonlySet<string>): string {
  const selectors = Object.entries(keep).map(([name, { from }]) => `${name} (${from})`);
  const left = `${[...markers].join(', ')} ${markers.size === 1 ? 'is' : 'are'} left alone`;
  return `${title}: ${left}: keep selects several different values in one record for ${selectors.join(', ')}; let records or keep select one`;
}

/** The records of a step's answer, or why there are none to be had. */
async function recordsOf(
  step: Step,
  asking: Journey,
  { stepper }: Shared,
  signal: AbortSignal,
): Promise<readonly Candidate[] | string> {
  const { records = '', ...whole } = step;
  const { outcome, summary, answer } = await stepper.run({ ...whole, keep: {} }, 'leftovers', asking, signal);
  if (outcome !== 'done' || answer === undefined) return summary;
  const split = answer.split(records);
  return split.fits ? split.candidates : `${step.title}: ${split.why}`;
}

/** Nobody knows how far it came, so whatever find knows of the marker is cleaned with it. */
export async function cleanLeftover({ journey }: Leftover, shared: Shared, signal: AbortSignal): Promise<Cleaned> {
  const facts = {
    arrived: false,
    reached: [],
    doubtful: true,
    withheld: new Set<string>(),
    lingersUntil: 0,
    outsideLedger: true as const,
  };
  return sweepRecord(journey, facts, shared, signal);
}
