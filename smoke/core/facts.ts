// The sentences under a headline, the most telling first.

import { changed, sighted } from './answer.ts';
import { buildFacts } from './build-facts.ts';
import { countsOf } from './counts.ts';
import type { Look } from './look.ts';
import {
  type Branch,
  copiesOf,
  destinationAnswer,
  destinationLooks,
  latenessOf,
  sendWords,
  type VerdictName,
} from './outcome.ts';
import type { Trail } from './trail.ts';
import { damageOf, dateTime, listed, moment, oneLine, seconds, sourceOf } from './wording.ts';

export function factsOf(verdict: VerdictName, branch: Branch, trail: Trail): readonly string[] {
  const { watched } = branch;
  const suspected = [...new Set(trail.suspects.toReversed().map(({ hop }) => hop))];
  const builds = buildFacts(watched, suspected);
  const facts = [
    ...ofTrace(verdict, branch, trail),
    ...builds,
    ...readings(branch),
    ...whereabouts(branch, trail),
    ...copies(branch),
    ...lateness(branch),
    ...sending(verdict, branch),
    ...interruption(verdict, branch),
    ...releases(branch, suspected, builds.length > 0),
    ...watched.findings.warnings.map((warning) => `${oneLine(warning, 300)}.`),
    ...trail.warnings.map(({ message }) => `${message}.`),
  ];
  return facts.filter((fact, index) => !isSaid(fact, facts.slice(0, index)));
}

/** What somebody else sent: when, and whether at all, only the systems can tell. */
function ofTrace(verdict: VerdictName, { watched, line, ending }: Branch, trail: Trail): readonly string[] {
  if (watched.send !== undefined || ending.kind !== 'never-seen') return [];
  // The headline of a lost one says it.
  if (watched.cleanedAt !== undefined && verdict === 'lost') return [];
  if (watched.cleanedAt !== undefined)
    return [`It was cleaned up at ${dateTime(watched.cleanedAt)}: what is gone now may have been removed then.`];
  if (trail.lastSeen === undefined) {
    const wasRead = [...line.answers.values()].some(({ kind }) => kind === 'absent');
    if (!wasRead || watched.knownSend?.outcome === 'refused') return [];
    return watched.knownSend === undefined
      ? ['It may be mistyped, cleaned up already, or older than what was searched.']
      : ['It may have been removed since, or be older than what was searched.'];
  }
  const last = line.hops.find(({ hop }) => hop === trail.lastSeen?.hop);
  if (last === undefined || last.keeps) return [];
  return [`${last.hop} still had it, so it may be on its way: with --deadline 60s the trace keeps looking.`];
}

/** Every part of the sentence stands in an earlier one already. */
function isSaid(fact: string, before: readonly string[]): boolean {
  const parts = fact.replace(/\.$/, '').split('; ');
  return parts.every((part) => before.some((other) => other.includes(part)));
}

/** What was read where the record was not as sent, in the order of the route. */
function readings({ line }: Branch): readonly string[] {
  return line.hops.flatMap((hop) => {
    const answer = line.answers.get(hop.hop);
    if (answer === undefined || !changed(answer)) return [];
    const look = answer.kind === 'mixed' ? answer.worse : answer.look;
    const since = (answer.kind === 'mixed' ? answer.worseSince : answer.since) ?? 0;
    const detail = look !== undefined && 'detail' in look && look.detail ? `; ${oneLine(look.detail)}` : '';
    const shown = excerptOf(look);
    return [`${hop.hop} showed it ${damageOf(answer)} at ${moment(since)} (${sourceOf(hop, look)}${detail})${shown}`];
  });
}

/** The text as it was found. Of a field that is empty or missing there is none worth a line. */
function excerptOf(look: Look | undefined): string {
  if (look === undefined || !('evidence' in look)) return '';
  const { excerpt, field } = look.evidence;
  const empty = look.kind === 'stripped' && field !== undefined;
  return excerpt === '' || empty ? '' : `: ${oneLine(excerpt, 120)}`;
}

function whereabouts(branch: Branch, trail: Trail): readonly string[] {
  const { line } = branch;
  const gone = destinationAnswer(branch)?.gone;
  const facts: string[] = [];
  if (gone !== undefined)
    facts.push(`${line.destination.hop} had the record, and no longer had it at ${moment(gone)}.`);
  if (branch.ending.kind === 'never-seen' && trail.lastSeen !== undefined) {
    facts.push(`Last seen at ${trail.lastSeen.hop} at ${moment(trail.lastSeen.since)} (${trail.lastSeen.what}).`);
  }
  if (trail.passedUnseen.length > 0) {
    facts.push(`It passed ${listed(trail.passedUnseen)} unseen, which keeps nothing.`);
  }
  return facts;
}

function copies(branch: Branch): readonly string[] {
  const { line, watched } = branch;
  const count = copiesOf(branch);
  const { several } = countsOf(line.hops, watched.looks);
  const first = line.hops.find(({ hop }) => several.has(hop))?.hop;
  const name = line.destination.hop;
  if (count > 1) {
    const before = first !== undefined && first !== name ? `; ${first} is the first hop that shows more than one` : '';
    return [`${name} has ${count} records of it${before}.`];
  }
  return several.has(name) ? [`${name} had more than one record of it for a while.`] : [];
}

function lateness(branch: Branch): readonly string[] {
  const late = latenessOf(branch);
  if (late === undefined) return [];
  const { deadline } = branch.watched.times;
  const name = branch.line.destination.hop;
  const waited = longestWay(branch);
  const seen = `${name} showed it at ${moment(late.first.since)}, ${seconds(late.by)} after the deadline of ${seconds(deadline)}`;
  if (late.proved !== undefined) return [`${seen}; at ${moment(late.proved.since)} it was not there yet.`, ...waited];
  return [
    `${seen}, but no look from the deadline on had proved it absent, so it may have been there in time.`,
    ...waited,
  ];
}

/** Between which two hops most of the time passed, as far as the looks can tell. */
function longestWay({ line }: Branch): readonly string[] {
  const seen = line.hops.flatMap((hop) => {
    const answer = line.answers.get(hop.hop);
    return sighted(answer) && answer?.since !== undefined ? [{ hop: hop.hop, since: answer.since }] : [];
  });
  const ways = seen.slice(1).map((to, index) => ({ from: seen[index], to }));
  const [longest] = ways.toSorted((a, b) => b.to.since - (b.from?.since ?? 0) - (a.to.since - (a.from?.since ?? 0)));
  if (longest?.from === undefined) return [];
  const { from, to } = longest;
  return [`Most of the time passed between ${from.hop} (${moment(from.since)}) and ${to.hop} (${moment(to.since)}).`];
}

function sending(verdict: VerdictName, branch: Branch): readonly string[] {
  const { send } = branch.watched;
  if (send === undefined || send.outcome === 'done') return [];
  const summary = oneLine(sendWords(send), 300);
  const why = send.fault === undefined ? '' : oneLine(send.fault.message, 300);
  const fault = why === '' || summary.includes(why) ? '' : `: ${why}`;
  // The headline leads with it.
  if (verdict === 'refused' && fault === '') return elsewhere(send);
  if (send.outcome === 'unknown')
    return [`The outcome of the send was unknown (${summary}${fault}); the trace decides.`];
  const yet =
    verdict === 'refused' || branch.ending.kind === 'never-seen' ? '' : ', yet the record was seen at the destination';
  return [`The send was refused (${summary}${fault})${yet}.`, ...elsewhere(send)];
}

/** Of a system that no hop stands for, the address is all that names it. */
function elsewhere({ outcome, step }: NonNullable<Branch['watched']['send']>): readonly string[] {
  if (outcome !== 'refused' || step?.address === undefined || step.hop !== undefined) return [];
  return [`It asked ${oneLine(step.address)}, where no hop of the route is looked at.`];
}

function interruption(verdict: VerdictName, branch: Branch): readonly string[] {
  const { interrupted, took, send, fate } = branch.watched;
  // Of what was never sent there was nothing to watch.
  if (interrupted === undefined || (send === undefined && fate !== 'traced')) return [];
  const shown = destinationLooks(branch).some(({ look }) => 'evidence' in look);
  const early =
    verdict === 'interrupted' && shown
      ? `; ${branch.line.destination.hop} had been seen, but not for long enough to judge`
      : '';
  return [`The watch was stopped after ${seconds(took)} (${oneLine(interrupted)})${early}.`];
}

/** Skews that break the rule, and without a rule those that touch a suspect. What the build facts said is not repeated. */
function releases({ watched: { findings } }: Branch, suspected: readonly string[], said: boolean): readonly string[] {
  return findings.skews
    .filter(
      ({ kind, hops }) =>
        findings.broken || (kind !== 'unknown' && !said && hops.some((hop) => suspected.includes(hop))),
    )
    .map(({ message }) => `${message}.`);
}
