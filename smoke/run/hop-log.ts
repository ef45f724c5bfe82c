// What has been seen at one hop so far, and the events that tell it.

import type { LookAt } from '../core/answer.ts';
import type { Cost, Evidence, Look } from '../core/look.ts';
import type { Hop } from '../scenario/model.ts';
import type { Moments } from './frames.ts';
import type { Glance } from './looker.ts';
import type { Ports } from './ports.ts';

export type Why = LookAt['why'];

export type HopLog = {
  readonly hop: string;
  readonly looks: LookAt[];
  /** The last outcome that says something about the record (not blind, not withheld), and when it became so. */
  readonly state: { look?: Look; changedAt: number };
  /** The last reading, to be judged again when an alias is learned. */
  latest?: Glance;
  /** Milliseconds the source last asked to be left alone (Retry-After). */
  retryAfter?: number | undefined;
  note(glance: Glance, why: Why): LookAt;
};

export function createHopLog(hop: string, scenario: string, clockStart: number, ports: Ports): HopLog {
  const looks: LookAt[] = [];
  const state: { look?: Look; changedAt: number } = { changedAt: clockStart };
  let total: Cost = { requests: 0, bytes: 0, ms: 0 };
  let told: string | undefined;

  const log: HopLog = { hop, looks, state, note };
  return log;

  function note(glance: Glance, why: Why): LookAt {
    const { look, cost } = glance;
    const at: LookAt = { hop, look, since: Math.floor(glance.began - clockStart), why, took: Math.round(cost.ms) };
    looks.push(at);
    total = sum(total, cost);
    if (glance.fresh !== undefined) log.latest = glance;
    log.retryAfter = glance.retryAfter;
    const outcome = outcomeOf(look);
    if (tells(look) && (state.look === undefined || outcomeOf(state.look) !== outcome)) {
      state.changedAt = ports.clock.now();
    }
    if (tells(look)) state.look = look;
    // That an alias is not known yet is the beginning of every look, and no news.
    const waits = look.kind === 'not-made' && why !== 'closing';
    if (waits) return at;
    if (outcome !== told || why === 'closing' || why === 'deadline' || why === 'confirm') {
      told = outcome;
      ports.emit({ type: 'look', scenario, hop, look, since: at.since, looks: looks.length, cost: total, why });
    }
    return at;
  }
}

/** What a look that begins now (ms after the clock started) is made for. */
export function whyAt({ looks }: Pick<HopLog, 'looks'>, { deadlines, end }: Moments, now: number): Why {
  if (looks.length === 0) return 'first';
  if (now >= end) return 'closing';
  const due = deadlines.findLast((deadline) => now >= deadline);
  return due !== undefined && !looks.some(({ since }) => since >= due) ? 'deadline' : 'poll';
}

/** The record was seen here, whatever had become of it. */
export function sighted(look: Look | undefined): boolean {
  return look !== undefined && ['intact', 'reference', 'stripped', 'altered'].includes(look.kind);
}

/**
 * The record was seen here as it should be. A hop that carries the content is not done with a line that only mentions the
 * record: the one with the content may follow.
 */
export function goodAt(look: Look | undefined, { carries }: Pick<Hop, 'carries'>): boolean {
  return look?.kind === 'intact' || (look?.kind === 'reference' && carries === 'reference');
}

/** The record was seen here, so that what became of it can be told. */
export function toldAt(look: Look | undefined, hop: Pick<Hop, 'carries'>): boolean {
  return goodAt(look, hop) || look?.kind === 'stripped' || look?.kind === 'altered';
}

/** Good, one copy, and nothing worse beside it. */
export function arrivedIn(look: Look | undefined, hop: Pick<Hop, 'carries' | 'copies'>): boolean {
  if (!goodAt(look, hop) || (look?.kind !== 'intact' && look?.kind !== 'reference')) return false;
  return look.worse === undefined && (hop.copies === 'any' || (look.evidence.copies ?? 1) === 1);
}

/** Says something about the record for certain: not blind, not withheld, not an absence that proves nothing. */
export function tells(look: Look): boolean {
  return look.kind === 'absent' ? look.proves : look.kind !== 'blind' && look.kind !== 'not-made';
}

/** Two looks with the same outcome need not be told apart on screen. */
function outcomeOf(look: Look): string {
  switch (look.kind) {
    case 'intact':
    case 'reference':
      return `${look.kind} ${shown(look)} ${look.worse?.kind ?? ''}`;
    case 'altered':
      return `altered ${look.how} ${shown(look)}`;
    case 'stripped':
      return `stripped ${shown(look)}`;
    case 'absent':
      return `absent ${look.proves}`;
    case 'blind':
      return `blind ${look.fault.kind} ${look.fault.message}`;
    case 'not-made':
      return `not-made ${look.why}`;
  }
}

function shown({ evidence: { copies = 1, ongoing, failed } }: { evidence: Evidence }): string {
  return [copies, ongoing && 'ongoing', failed && 'failed'].join(' ');
}

function sum(a: Cost, b: Cost): Cost {
  const retries = (a.retries ?? 0) + (b.retries ?? 0);
  const cost: Cost = { requests: a.requests + b.requests, bytes: a.bytes + b.bytes, ms: a.ms + b.ms };
  return retries > 0 ? { ...cost, retries } : cost;
}
