// Reading × selection × sought → look: the one place where what was read becomes a statement about the marker.

import { absentFrom, echoedBy } from './absence.ts';
import { saysTheSame } from './answer.ts';
import { besideRecords } from './asides.ts';
import { hasField, isFreeText } from './by-alias.ts';
import { doubtOn } from './failed.ts';
import { type Copy, judgeRecord, type Tools } from './judge-record.ts';
import type { Candidate, Evidence, Fault, Look, Reading, Selection, Sought } from './look.ts';
import { pick } from './pick.ts';
import { type Answered, whyEcho, whyUnrecognised } from './recognised.ts';

/** `picked`: the records the look is about, for `keep` and for showing. */
export type Judged = { look: Look; picked: readonly Candidate[] };

/** Judges a reading. Remembers what it worked out for the candidates, so judging many markers on one reading is cheap. */
export function judge(reading: Reading, selection: Selection, sought: Sought, tools: Tools): Judged {
  const choice = pick(reading, selection, sought, tools.inflate);
  if (choice.kind === 'fault') return { look: { kind: 'blind', fault: choice.fault }, picked: [] };
  const picked = choice.candidates;
  if (picked.length === 0)
    return { look: besideRecords(absentFrom(reading, selection, sought, choice.cut), reading, sought), picked };
  const mentioned = choice.mentioned === true;
  const landmark = reading.landmark === true;
  const origin = reading.candidates.length === 1 ? reading.candidates[0]?.origin : undefined;
  const judged = picked.map((candidate) => {
    const answer = { candidate, selection, sought, landmark, origin };
    const copy = believed(judgeRecord(candidate, selection, sought, tools), answer, doubtOn(candidate, reading));
    return mentioned ? asMention(copy, candidate, selection) : copy;
  });
  const echo = judged.every(isEcho) ? echoedBy(reading, selection, choice.cut) : undefined;
  if (echo !== undefined) return { look: besideRecords(echo, reading, sought), picked: [] };
  // Mentions are no records, however many there are.
  const records = judged.filter((copy, index) =>
    mentioned ? copy.kind !== 'reference' : !isPassedOver(copy, picked[index]),
  ).length;
  const copies = judged.map((copy) => counted(copy, records, isRetold(picked, selection)));
  const look = whileOngoing(lookOf(copies, selection.events === true), picked);
  return { look: besideRecords(look, reading, sought), picked };
}

/** A copy in an answer that may be another than the record is none. */
function believed(copy: Copy, answer: Answered, doubt: string | undefined): Copy {
  if (copy.kind === 'blind') return copy;
  const { kind } = copy;
  const { closed, source } = answer.candidate;
  const { field } = answer.selection;
  // Of what ends in the middle, or is not all there, a cut text and one in another place show nothing either.
  const isDoubtful = kind === 'stripped' || (kind === 'altered' && (copy.how === 'truncated' || copy.how === 'moved'));
  if (isDoubtful && field !== undefined && answer.candidate.awaits?.(field))
    return { kind: 'blind', fault: { kind: 'not-observable', message: `${source}: ${field} may still come` } };
  if (isDoubtful && closed !== undefined) return { kind: 'blind', fault: { kind: 'not-observable', message: closed } };
  // A field with another text in it is no field that failed to come.
  if (kind === 'stripped' && doubt !== undefined && (copy.holds === undefined || answer.selection.field === undefined))
    return { kind: 'blind', fault: { kind: 'wrong-answer', message: `${answer.candidate.source}: ${doubt}` } };
  if (kind === 'intact' || kind === 'altered') {
    const fault = whyEcho(kind, answer);
    return fault === undefined ? copy : { kind: 'blind', fault, echo: true };
  }
  const fault = whyUnrecognised(answer);
  return fault === undefined ? copy : { kind: 'blind', fault };
}

/** It was chosen among what passed, and nothing shows that it is the record (a request that only read it). */
function isPassedOver(copy: Copy, candidate: Candidate | undefined): boolean {
  return copy.kind === 'blind' && copy.fault.kind === 'wrong-answer' && candidate?.isChosenBy !== undefined;
}

function isEcho(copy: Copy): boolean {
  return copy.kind === 'blind' && copy.echo === true;
}

type Seen = Exclude<Copy, { kind: 'blind' }>;

/**
 * A copy that is as sent, with a worse one beside it; else the last, unless one could not be judged. A worse
 * copy of a state is one that came after the good one; of events, each happened, whatever came after it.
 */
function lookOf(copies: readonly Copy[], events: boolean): Look {
  const seen = copies.filter((copy): copy is Seen => copy.kind !== 'blind');
  const good = goodIn(seen);
  const found = furthest(seen, seen[good]);
  if (found !== undefined && (found.kind === 'intact' || found.kind === 'reference')) {
    const worse = seen.slice(events ? 0 : good + 1).findLast(isWorse);
    return worse === undefined ? found : { ...found, worse: worseOf(worse) };
  }
  const last = furthest(seen, seen.findLast(isWorse) ?? seen.at(-1));
  const fault = faultOf(copies, last === undefined);
  if (fault !== undefined) return { kind: 'blind', fault };
  return last ?? { kind: 'blind', fault: { kind: 'error', message: 'No record could be judged.' } };
}

/** Of the copies that say the same as this one, one that got through: whoever sent it may have tried again. */
function furthest(seen: readonly Seen[], one: Seen | undefined): Seen | undefined {
  if (one === undefined || gotThrough(one)) return one;
  const same = seen.filter((other) => saysTheSame(other, one));
  return same.findLast(gotThrough) ?? same.findLast(({ evidence }) => evidence.ongoing) ?? one;
}

function gotThrough({ evidence }: Seen): boolean {
  return evidence.ongoing !== true && evidence.failed !== true;
}

/** Where any copy has not ended, a later look will tell more. */
function whileOngoing(look: Look, picked: readonly Candidate[]): Look {
  if (!('evidence' in look) || !picked.some((one) => one.ongoing)) return look;
  return { ...look, evidence: { ...look.evidence, ongoing: true } };
}

/** A mention is a sighting only where no copy shows what became of the text. */
function goodIn(seen: readonly Seen[]): number {
  const intact = seen.findIndex(({ kind }) => kind === 'intact');
  return intact >= 0 || seen.some(isWorse) ? intact : seen.findIndex(({ kind }) => kind === 'reference');
}

function isWorse({ kind }: Seen): boolean {
  return kind === 'stripped' || kind === 'altered';
}

/** Free text that only mentions an alias tells that the record was there, not that it should have held the sent text. */
function asMention(copy: Copy, candidate: Candidate, selection: Selection): Copy {
  if (copy.kind !== 'stripped' || !isFreeText(candidate) || hasField(candidate, selection)) return copy;
  return { kind: 'reference', evidence: copy.evidence };
}

/** A copy that nobody could look into, or whose search gave up, may be the good one. One whose field does not fit says nothing where others do. */
function faultOf(copies: readonly Copy[], nothingSeen: boolean): Fault | undefined {
  const faults = copies.flatMap((copy) => (copy.kind === 'blind' ? [copy.fault] : []));
  const mayBeGood = ({ kind }: Fault): boolean => kind === 'gave-up' || kind === 'not-observable';
  return faults.find(mayBeGood) ?? (nothingSeen ? faults[0] : undefined);
}

function worseOf(copy: Seen): {
  kind: 'stripped' | 'altered';
  how?: Extract<Copy, { kind: 'altered' }>['how'];
  evidence: Evidence;
} {
  if (copy.kind === 'altered') return { kind: 'altered', how: copy.how, evidence: copy.evidence };
  return { kind: 'stripped', evidence: copy.evidence };
}

function counted(copy: Copy, records: number, retold: boolean): Copy {
  if (copy.kind === 'blind') return copy;
  const evidence = {
    ...copy.evidence,
    ...(records > 1 && { copies: records }),
    ...(retold && { retold: true as const }),
  };
  return { ...copy, evidence };
}

/** Two lines may tell of one job: that it came, and that it was done. Of what was picked as going in or out, each is one. */
function isRetold(picked: readonly Candidate[], { events, where, field }: Selection): boolean {
  const isPicked = events === true && (where !== undefined || field !== undefined);
  return !isPicked && picked.some(({ line }) => line === true);
}
