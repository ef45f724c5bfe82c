// Which hops may have lost or changed the record, and after which hop it was last seen as it should be.

import { type Answer, misses, sighted } from './answer.ts';
import { type Ending, isUncounted, type Line, mayBeAnothers, misread, showsIntact, wentOutIntact } from './ending.ts';
import { foreignIn } from './foreign.ts';
import type { HopFact } from './route.ts';
import { damage, damageOf, emptyHanded, moment, oneLine, sourceOf } from './wording.ts';

/** `handing-on`: what the hop did with the record after it was seen there as it should be. */
export type Suspect = { hop: string; part: 'hop' | 'handing-on'; why: string };

/** Index of the hop that last saw the record, -1 where none did. */
export function lastSeenIn(line: Line, ending: Ending): number {
  const { hops, destination, answers } = line;
  if (ending.kind === 'changed') {
    return hops.findLastIndex((hop, index) => index < ending.firstBad && showsIntact(line, hop));
  }
  if (ending.kind === 'doubled') return ending.single;
  if (ending.kind === 'refused') return -1;
  if (ending.kind === 'never-seen')
    return hops.findLastIndex(({ hop }) => {
      const answer = answers.get(hop);
      // Another run's record there is no sighting of ours.
      return sighted(answer) && foreignIn(hop, answer?.look) === undefined;
    });
  return hops.indexOf(destination);
}

export function suspectsIn(line: Line, ending: Ending, lastSeen: number): readonly Suspect[] {
  if (ending.kind === 'intact' || ending.kind === 'unclear') return [];
  if (ending.kind === 'refused')
    return line.hops
      .filter(({ hop }) => hop === ending.hop)
      .map(({ hop }) => ({ hop, part: 'hop', why: `it refused the send: ${oneLine(ending.summary)}` }));
  if (ending.kind === 'gone') return [lostHere(line.destination, ending.since)];
  const end = endOf(line, ending, lastSeen);
  const reached = ending.kind === 'never-seen' ? reachedUnseen(line, lastSeen, end) : undefined;
  const from = reached ?? lastSeen + 1;
  const between = line.hops
    .slice(from, end + 1)
    .filter((hop, offset) => ending.kind !== 'changed' || mayHaveChanged(line, hop, from + offset, end))
    .map(
      (hop): Suspect => ({
        hop: hop.hop,
        part: 'hop',
        why:
          ending.kind === 'doubled' && hop === line.hops[end]
            ? 'it shows more than one record'
            : whyOf(line, hop, ending),
      }),
    );
  const suspects = [...(reached === undefined ? lastSeenItself(line, ending, lastSeen) : []), ...between];
  // A changed record that was then lost: the destination answers for the loss, whoever made the change.
  const gone = line.answers.get(line.destination.hop)?.gone;
  if (gone === undefined || suspects.some(({ hop }) => hop === line.destination.hop)) return suspects;
  return [...suspects, lostHere(line.destination, gone)];
}

/** The last hop whose answer holds the marker where its look does not read: all before it handed the record on. */
function reachedUnseen({ hops, answers }: Line, lastSeen: number, end: number): number | undefined {
  const index = hops.findLastIndex(({ hop }, at) => at > lastSeen && at <= end && misses(answers.get(hop)?.look));
  return index < 0 ? undefined : index;
}

function endOf(line: Line, ending: Ending, lastSeen: number): number {
  if (ending.kind === 'changed') return ending.firstBad;
  return ending.kind === 'doubled' ? ending.double : firstProvedAbsent(line, lastSeen);
}

/** A hop that carries a reference could not have shown the change; one misread before an intact hop did not make it. */
function mayHaveChanged(line: Line, hop: HopFact, index: number, end: number): boolean {
  return index === end || (hop.carries === 'content' && !misread(line, index));
}

/** The first hop after last seen that keeps records and proved the record absent; else the destination. */
function firstProvedAbsent({ hops, answers }: Line, lastSeen: number): number {
  const index = hops.findIndex((hop, at) => at > lastSeen && hop.keeps && answers.get(hop.hop)?.kind === 'absent');
  return index < 0 ? hops.length - 1 : index;
}

/**
 * The hop that last saw the record is suspected for what it did afterwards. A queue hands on what it holds byte for byte,
 * so it changes nothing; it may still lose a job.
 */
function lastSeenItself(line: Line, ending: Ending, lastSeen: number): readonly Suspect[] {
  const { hops, answers } = line;
  const hop = hops[lastSeen];
  const answer = hop && answers.get(hop.hop);
  if (hop === undefined || answer === undefined) return [];
  if (hop.sees === 'in') {
    return [{ hop: hop.hop, part: 'hop', why: 'only what came in was seen, not what it did with it' }];
  }
  if (wentOutIntact(line, hop, answer)) return [];
  if (hop.queue && ending.kind !== 'never-seen') return [];
  const had =
    { changed: 'it held the record intact', doubled: 'it held one record' }[ending.kind as string] ??
    'the record was last seen here';
  const unseen = mayBeAnothers(line, hop)
    ? 'what went out of it may have gone another way'
    : 'nothing shows what went out of it';
  return [{ hop: hop.hop, part: 'handing-on', why: `${had}; ${unseen}` }];
}

function lostHere(destination: HopFact, since: number): Suspect {
  return { hop: destination.hop, part: 'hop', why: `showed the record, which was gone at ${moment(since)}` };
}

function whyOf(line: Line, hop: HopFact, ending: Ending): string {
  const answer = line.answers.get(hop.hop);
  const source = sourceOf(hop, answer?.kind === 'mixed' ? answer.worse : answer?.look);
  switch (answer?.kind) {
    case 'intact':
    case 'reference':
      if (ending.kind === 'doubled' || isUncounted(line, hop))
        return `how many records it had cannot be told (${source})`;
      return `it only mentions the record (${source})`;
    case 'stripped':
      return `the record is here without the marker (${source})`;
    case 'altered':
      return `the marker is here but ${damage(answer.look)}${detailOf(answer)} (${source})`;
    case 'mixed':
      return `it showed the record ${damageOf(answer)} (${source})`;
    case 'missed':
      return 'it did not show the record, which a later hop had';
    case 'blind':
      return `could not be looked at: ${emptyHanded(answer.look)}`;
    case 'absent':
      return `the record is not here: ${emptyHanded(answer.look)}`;
    default:
      return emptyHanded(answer?.look);
  }
}

function detailOf({ look }: Answer): string {
  return look?.kind === 'altered' && look.detail ? `, ${oneLine(look.detail)}` : '';
}
