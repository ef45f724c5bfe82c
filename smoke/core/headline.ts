// The one line that says what became of a marker.

import type { Ending } from './ending.ts';
import {
  arrivalIn,
  type Branch,
  copiesOf,
  destinationAnswer,
  destinationLooks,
  type KnownSend,
  latenessOf,
  sendWords,
  type VerdictName,
} from './outcome.ts';
import type { Trail } from './trail.ts';
import { damageOf, dateTime, emptyHanded, listed, moment, oneLine, seconds } from './wording.ts';

export function headlineOf(verdict: VerdictName, branch: Branch, trail: Trail): string {
  return oneLine(`${verdict}: ${sentence(verdict, branch, trail)}`, 240);
}

function sentence(verdict: VerdictName, branch: Branch, trail: Trail): string {
  const { watched, line } = branch;
  const name = line.destination.hop;
  switch (verdict) {
    case 'arrived':
      return arrival(branch);
    case 'skewed':
      return `${arrival(branch)}, but ${watched.findings.skews.find(({ kind }) => kind !== 'within')?.message ?? watched.findings.skews[0]?.message ?? 'the releases break the rule'}`;
    case 'late': {
      const lateness = latenessOf(branch);
      return `${seconds(lateness?.by ?? 0)} after the deadline of ${seconds(watched.times.deadline)}`;
    }
    case 'duplicated':
      return `${copiesOf(branch)} records at ${name}`;
    case 'altered':
      return alteration(branch, trail);
    case 'lost':
      return loss(trail, branch);
    case 'refused':
      return watched.send?.outcome === 'refused'
        ? sendWords(watched.send)
        : `${unknownSend(branch)} and no hop ever had the record`;
    case 'unproven': {
      if (branch.ending.kind === 'unclear') {
        return `${name} has the record by reference, and ${branch.ending.carrier.hop} could not show what it holds`;
      }
      const { kind, look } = destinationAnswer(branch) ?? {};
      const sent = watched.send?.outcome === 'unknown' ? `${unknownSend(branch)}, and ` : '';
      if (look?.kind === 'not-made')
        return `${sent}${name} was not looked at${kind === 'unread' ? '' : ' in the end'}: ${look.why}`;
      return `${sent}${name} could not show the record: ${emptyHanded(look)}`;
    }
    case 'interrupted':
      return watched.interrupted ?? 'stopped';
  }
}

function unknownSend({ watched }: Branch): string {
  return `the send's outcome was unknown (${oneLine(watched.send === undefined ? 'no answer' : sendWords(watched.send), 150)})`;
}

function arrival(branch: Branch): string {
  const { line, ending, watched } = branch;
  // Nobody knows how long a record took that somebody else sent.
  const after = watched.send === undefined ? '' : ` after ${seconds(arrivalIn(branch)?.since ?? 0)}`;
  const name = line.destination.hop;
  if (destinationAnswer(branch)?.kind !== 'reference') return `intact at ${name}${after}${doubts(branch)}`;
  const carrier = ending.kind === 'intact' ? ending.carrier : undefined;
  const held =
    carrier === undefined ? 'no hop shows the text' : `intact at ${carrier.hop}, the last hop that carries the text`;
  return `by reference at ${name}${after}; ${held}`;
}

/** What an arrival leaves open. None of it is proof against it, and all of it is worth a word. */
function doubts(branch: Branch): string {
  const { deadline, confirm } = branch.watched.times;
  // A trace has no clock to be late by.
  if (branch.watched.send === undefined) return '';
  const looks = destinationLooks(branch);
  const first = arrivalIn(branch);
  const late = latenessOf(branch);
  if (late !== undefined && late.proved === undefined)
    return `, past the deadline of ${seconds(deadline)}, though no look proved it absent by then`;
  if (first !== undefined && first.since <= deadline && first.since + (first.took ?? 0) > deadline)
    return `, as a look says that ended at ${moment(first.since + (first.took ?? 0))}, past the deadline`;
  const after = first === undefined ? [] : looks.slice(looks.indexOf(first) + 1);
  const told = after.some(({ look }) => look.kind !== 'blind' && look.kind !== 'not-made');
  return confirm > 0 && after.length > 0 && !told ? `; not confirmed: ${emptyHanded(after.at(-1)?.look)}` : '';
}

function alteration(branch: Branch, trail: Trail): string {
  const { ending, line } = branch;
  if (ending.kind === 'gone') return `gone from ${line.destination.hop} at ${moment(ending.since)}`;
  const bad = badHop(ending, branch);
  const answer = line.answers.get(bad);
  const what = answer === undefined ? 'changed' : damageOf(answer);
  const gone = destinationAnswer(branch)?.gone;
  const then = gone === undefined ? '' : `, gone at ${moment(gone)}`;
  const others = trail.suspects.some(({ hop }) => hop !== bad && hop !== line.destination.hop);
  if (!others) return `${what} at ${bad}${then}`;
  const from = trail.lastSeen?.hop;
  return from === undefined ? `${what} at or before ${bad}${then}` : `${what} between ${from} and ${bad}${then}`;
}

function badHop(ending: Ending, { line }: Branch): string {
  return (ending.kind === 'changed' ? line.hops[ending.firstBad]?.hop : undefined) ?? line.destination.hop;
}

function loss({ lastSeen, suspects, destination }: Trail, { watched, line }: Branch): string {
  if (watched.cleanedAt !== undefined)
    return `not found at ${destination}; it was cleaned up at ${dateTime(watched.cleanedAt)}`;
  if (lastSeen === undefined && watched.send === undefined) {
    const read = line.hops.filter(({ hop }) => line.answers.get(hop)?.kind === 'absent').map(({ hop }) => hop);
    const known = watched.knownSend;
    if (known !== undefined) return `not found at ${listed(read)}; ${ledgerWords(known)}`;
    return `not found at ${listed(read)}, and nothing shows that it was ever sent`;
  }
  if (lastSeen === undefined) return `never seen, at any hop up to ${destination}`;
  const last = suspects.at(-1)?.hop ?? destination;
  return last === lastSeen.hop ? `last seen at ${last}` : `last seen at ${lastSeen.hop}, not at ${last}`;
}

function ledgerWords({ at, outcome }: KnownSend): string {
  const when = dateTime(at);
  if (outcome === 'refused') return `the ledger has its send at ${when} as refused`;
  const doubt = outcome === 'unknown' ? ', and does not tell how the send ended' : '';
  return `the ledger has it as sent at ${when}${doubt}`;
}
