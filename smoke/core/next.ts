// What to check now, in the order in which it is likely to help; commands where possible.

import { misses } from './answer.ts';
import type { Ending, Line } from './ending.ts';
import type { Suspect } from './suspects.ts';
import { isUnobservable, oneLine, shellQuoted, sourceOf } from './wording.ts';

/** Names for the commands; both are quoted for a POSIX shell where they need it. */
export type CommandNames = {
  marker: string;
  file: string;
  /** What becomes of the record: it stays (the default), the run cleans it up, or this is a trace already. */
  fate?: 'stays' | 'cleaned' | 'traced';
  /** What steps were to keep and found nothing for: `booking ($.idd) of POST /book`. */
  unkept?: readonly string[];
};

export function nextSteps(
  { hops, answers }: Line,
  ending: Ending,
  suspects: readonly Suspect[],
  names: CommandNames,
): readonly string[] {
  if (ending.kind === 'intact') return [];
  if (ending.kind === 'refused') return [`check the send: ${oneLine(ending.summary)}`];
  const { unkept = [] } = names;
  const withheld = unkept.length > 0 && suspects.some(({ hop }) => answers.get(hop)?.look?.kind === 'not-made');
  const steps = withheld ? unkept.map((one) => `check the selector in keep: ${oneLine(one)}`) : [];
  for (const suspect of suspects) {
    const index = hops.findIndex(({ hop }) => hop === suspect.hop);
    const hop = hops[index];
    const answer = answers.get(suspect.hop);
    if (hop === undefined || answer === undefined) continue;
    const look = answer.kind === 'mixed' ? answer.worse : answer.look;
    // At a hop that nobody could ask there is nothing to check yet.
    if (withheld && look?.kind === 'not-made') continue;
    if (suspect.part === 'handing-on') {
      const to = hops[index + 1]?.hop;
      steps.push(
        hop.queue
          ? `see who took it from ${hop.hop}, and what became of it there: ${to ?? 'the hop after it'}`
          : hop.sees === 'out'
            ? `see what became of it after it left ${hop.hop}${to === undefined ? '' : ` for ${to}`}`
            : `see what left ${hop.hop}${to === undefined ? '' : ` for ${to}`}: a look with \`sees: out\` there decides it`,
      );
    } else if (isUnobservable(look)) {
      // What would make it observable stands among the blind spots; another look there shows no more.
    } else if (look?.kind === 'blind') {
      // Why it was blind, and what its hint says, stand among the blind spots already.
      steps.push(`see why ${hop.hop} cannot be seen: ${lookFor(hop.hop, names)}`);
    } else if (misses(look)) {
      steps.push(`check the selectors of this look: ${lookFor(hop.hop, names)}`);
    } else if (look !== undefined && 'evidence' in look) {
      steps.push(
        `check ${oneLine(look.evidence.instance ?? hop.hop)}${buildOf(look.evidence.release)}: ${sourceOf(hop, look)}`,
      );
    } else {
      // What was read, where it was: the title may still have names in it that only the look filled in.
      steps.push(`check ${hop.hop}: ${oneLine(look?.kind === 'absent' ? look.searched : hop.title)}`);
    }
  }
  if (ending.kind === 'unclear')
    steps.push(`let ${ending.carrier.hop} be seen: it is the last hop that carries the text`);
  return [...steps, ...commandsFor(names)];
}

/** Of a record that the run has cleaned up nothing is left to be seen, but the hop can be looked at all the same. */
function lookFor(hop: string, { marker, file, fate }: CommandNames): string {
  const look = `smoketrail look ${shellQuoted(file)} ${shellQuoted(hop)}`;
  return fate === 'cleaned' ? look : `${look} --marker ${shellQuoted(marker)}`;
}

/** A record that the run has cleaned up can no longer be traced, and a trace need not say how it was called. */
function commandsFor({ marker, file, fate }: CommandNames): readonly string[] {
  if (fate === 'traced') return [];
  return fate === 'cleaned'
    ? [`smoketrail run ${shellQuoted(file)} --no-cleanup   leaves the next record there to be looked at`]
    : [`smoketrail trace ${shellQuoted(marker)} ${shellQuoted(file)}`];
}

function buildOf(release: string | undefined): string {
  return release === undefined ? '' : ` (runs ${oneLine(release)})`;
}
