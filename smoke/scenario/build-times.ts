// Reads the times of a scenario or a hop, and checks that they make sense together.

import { parseDuration } from '../core/duration.ts';
import type { Context } from './build-context.ts';
import type { Poll, Times } from './model.ts';
import type { Node } from './node.ts';
import { child, textAt } from './plain.ts';
import { quoted } from './problems.ts';

const DEFAULT_TIMES: Times = { deadline: 60_000, grace: 60_000, settle: 2000, confirm: 2000, timeout: 10_000 };
const DEFAULT_POLL: Poll = { first: 100, factor: 1.5, max: 5000 };
const DEFAULT_LINGER = 86_400_000;
/** A timer cannot wait longer than 2^31 ms. */
const LONGEST = 24 * 86_400_000;
const LONGEST_LINGER = 366 * 86_400_000;
const SHORTEST_GAP = 10;

export function timesOf(root: Node): Times {
  const at = (key: keyof Times): number => durationAt(root, key) ?? DEFAULT_TIMES[key];
  return {
    deadline: at('deadline'),
    grace: at('grace'),
    settle: at('settle'),
    confirm: at('confirm'),
    timeout: at('timeout'),
  };
}

/** The keys of a scenario's watch that a destination may have of its own. */
export const ownTimes = ['deadline', 'grace', 'settle', 'confirm'] as const;

export function ownTimesAt(hop: Node): Partial<Omit<Times, 'timeout'>> {
  return Object.fromEntries(
    ownTimes.flatMap((key) => {
      const value = durationAt(hop, key);
      return value === undefined ? [] : [[key, value]];
    }),
  );
}

export function lingerOf(root: Node): number {
  return durationAt(root, 'linger') ?? DEFAULT_LINGER;
}

export function pollAt(node: Node, otherwise: Poll = DEFAULT_POLL): Poll {
  const poll = child(node, 'poll');
  if (poll === undefined) return otherwise;
  const factor = child(poll, 'factor');
  const first = durationAt(poll, 'first') ?? otherwise.first;
  return {
    first,
    factor: factor?.kind === 'scalar' && typeof factor.value === 'number' ? factor.value : otherwise.factor,
    max: durationAt(poll, 'max') ?? Math.max(first, otherwise.max),
  };
}

/** Milliseconds; undefined where nothing is written, or no duration. */
export function durationAt(node: Node, key: string): number | undefined {
  const text = textAt(node, key);
  return text === undefined ? undefined : parseDuration(text);
}

/** Durations that are none are reported with the shape; here only what a duration may be. */
export function checkTimes(root: Node, context: Context): void {
  const times = timesOf(root);
  checkWatch(root, times, context);
  limit(root, 'timeout', 1, LONGEST, context);
  limit(root, 'linger', 0, LONGEST_LINGER, context);
  checkPoll(root, context);
  const route = child(root, 'route');
  for (const hop of route?.kind === 'list' ? route.items : []) {
    checkWatch(hop, { ...times, ...ownTimesAt(hop) }, context);
    limit(hop, 'lag', 0, LONGEST, context);
    limit(hop, 'timeout', 1, LONGEST, context);
    checkPoll(hop, context);
  }
}

function checkWatch(node: Node, { deadline, grace }: Times, context: Context): void {
  limit(node, 'deadline', 1, LONGEST, context);
  limit(node, 'grace', 0, LONGEST, context);
  limit(node, 'settle', 0, deadline + grace, context, 'deadline and grace together');
  limit(node, 'confirm', 0, deadline + grace, context, 'deadline and grace together');
}

function checkPoll(node: Node, context: Context): void {
  const poll = child(node, 'poll');
  if (poll === undefined) return;
  limit(poll, 'first', SHORTEST_GAP, LONGEST, context);
  limit(poll, 'max', pollAt(node).first, LONGEST, context);
}

function limit(node: Node, key: string, least: number, most: number, { report }: Context, than?: string): void {
  const value = durationAt(node, key);
  const place = child(node, key)?.span;
  if (value === undefined || place === undefined) return;
  if (value < least) {
    report.problem(
      'bad-value',
      `${quoted(key)} is too short`,
      place,
      least === 1 ? 'It must be longer than nothing.' : `At least ${least}ms.`,
    );
  } else if (value > most) {
    report.problem('bad-value', `${quoted(key)} is longer than ${than ?? `${most / 86_400_000}d`}`, place);
  }
}
