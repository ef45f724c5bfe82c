// Looks with the `capture` plug-in: which requests passed since the moment before the send, and what their absence proves.

import type { Candidate, Reading } from '../../core/look.ts';
import { isPast } from '../past-send.ts';
import { Blind, type Host, type Probe, type ReadContext } from '../plugin.ts';
import { headersAside, passedCandidate } from './capture-candidate.ts';
import { matches } from './capture-filter.ts';
import { keptSource } from './capture-kept-source.ts';
import { addressIn, type CaptureOptions } from './capture-options.ts';
import { isOngoing } from './capture-outcome.ts';
import { latestOf, type Passed } from './capture-record.ts';
import { shown } from './capture-source.ts';
import type { View } from './capture-view.ts';

/** Every one makes masking slower; from then on those that stand in a body as well. */
const mostLearned = 1_000;

export async function openCapture(given: Partial<CaptureOptions>, host: Host): Promise<Probe<CaptureOptions>> {
  const address = addressOf(given, host);
  const where = shown(address);
  const opened = host.clock.wall();
  const source = await keptSource(address, given, host);
  const learned = new Set<string>();
  const made = new WeakMap<Passed, Map<string, Promise<Candidate>>>();

  /** Masked everywhere from now on: a partner may throw back what it was sent. */
  function learn({ secrets, request, response }: Passed): void {
    for (const secret of secrets) {
      if (learned.has(secret)) continue;
      const isRepeated = (): boolean =>
        [request.bytes, response?.bytes ?? request.bytes].some((bytes) => Buffer.from(bytes).includes(secret));
      if (learned.size >= mostLearned && !isRepeated()) continue;
      learned.add(secret);
      host.learn(secret, 'captured');
    }
  }

  function candidateOf(
    passed: Passed,
    { instance, method, path }: CaptureOptions,
    { as, named }: Pick<ReadContext, 'as' | 'named'>,
    now: Date,
  ): Promise<Candidate> {
    const shown = { as, named, instance, filter: { method, path }, now, mask: host.mask };
    // It says how long it has lasted.
    if (isOngoing(passed)) return passedCandidate(passed, shown);
    const all = made.get(passed) ?? new Map<string, Promise<Candidate>>();
    made.set(passed, all);
    const key = JSON.stringify([as, named, instance, method, path]);
    const known = all.get(key) ?? passedCandidate(passed, shown);
    all.set(key, known);
    return known;
  }

  return {
    async read(options, context) {
      const { since, signal } = context;
      const began = host.clock.now();
      const { view, before, gap } = await source.read(signal, isPast(since, opened));
      const earlier = (before?.passed ?? []).filter(({ at }) => Date.parse(at) >= since.getTime());
      const passed = latestOf(earlier, view.passed);
      for (const one of passed) learn(one);
      const fitting = passed.filter((one) => matches(one, options));
      const now = host.clock.wall();
      const candidates = await Promise.all(fitting.map((one) => candidateOf(one, options, context, now)));
      const from = isPast(since, opened) ? later(since, view.since) : later(opened, view.since);
      // Of all that came before, the oldest that is kept tells how far back that reaches.
      const isShort = before?.lost === true && before.passed.length === earlier.length;
      const unseen = whyUnseen({ view: { ...view, lost: view.lost || isShort }, since, gap, where, opened });
      const coming = view.pending > 0 ? `; ${view.pending} still coming in` : '';
      return {
        candidates,
        asides: fitting.flatMap((one) => headersAside(one, host, now)),
        whole: unseen === undefined && view.pending === 0,
        searched: `${counted(passed.length)} through ${where} since ${timeOf(from)}${filterTold(options, fitting.length)}${coming}`,
        ...(unseen && { unseen }),
        ...(options.path === undefined && { narrow: narrowed(options) }),
        cost: {
          requests: 1,
          bytes: fitting.reduce(
            (sum, { request, response }) => sum + request.bytes.length + (response?.bytes.length ?? 0),
            0,
          ),
          ms: host.clock.now() - began,
        },
      };
    },
    changed: (signal) => source.changed(signal),
    close: (hurry) => source.close(hurry),
  };
}

function addressOf({ listen }: Partial<CaptureOptions>, { env }: Host): NonNullable<ReturnType<typeof addressIn>> {
  const variable = env['SMOKETRAIL_CAPTURE_PORT'];
  const address = addressIn(listen ?? variable ?? '');
  if (address !== undefined) return address;
  const hint = 'The partner URL of the worker must point there before the send: `listen: 127.0.0.1:4190`.';
  if (listen === undefined && variable !== undefined && variable !== '')
    throw new Blind('error', 'SMOKETRAIL_CAPTURE_PORT is no port', { hint });
  throw new Blind('error', 'it has no port to listen on: neither `listen` nor SMOKETRAIL_CAPTURE_PORT names one', {
    hint,
  });
}

type Unseen = { view: View; since: Date; gap: Date | undefined; where: string; opened: Date };

const always = '`smoketrail capture` runs between runs as well, and is followed.';

/** Why the record may have gone out without a chance to see it here. */
function whyUnseen({ view, since, gap, where, opened }: Unseen): Reading['unseen'] {
  const from = `${where} since ${timeOf(view.since)}`;
  if (view.unread !== undefined && Date.parse(view.unread.at) >= since.getTime()) {
    const message = `what came to ${where} at ${timeOf(new Date(view.unread.at))} could not be read: ${view.unread.why}`;
    const hint = 'Does the partner URL of the worker begin with http://, and does it speak HTTP/1.1 there?';
    return { kind: 'not-observable', message, hint };
  }
  if (view.count === 0) {
    const message = `not one request has come through ${from}`;
    return {
      kind: 'not-observable',
      message,
      hint: 'Does the partner URL of the worker point here?',
      quiet: 'whether the partner URL of the worker points here is told by the first request',
    };
  }
  if (gap !== undefined && since < gap) {
    const message = `the capture on ${where} was away until ${timeOf(gap)}, and what passed meanwhile was not seen`;
    return { kind: 'gave-up', message, hint: always };
  }
  if (isPast(since, later(opened, view.since)) && since < view.since)
    return {
      kind: 'gave-up',
      message: `it has listened on ${from} only: what passed before was not seen`,
      hint: view.followed === true ? 'That capture has what passes from then on: a later send is seen.' : always,
    };
  if (!view.lost) return undefined;
  const message = `more has come through ${from} than is kept, and the oldest requests are gone`;
  return { kind: 'gave-up', message, hint: 'Keep more with `total`, or less of each body with `limit`.' };
}

function narrowed({ method }: CaptureOptions): string {
  const names = method === undefined ? '`path` (and `method`)' : '`path`';
  return `Name the requests that the record goes out with, with ${names}: others, as uploads of pictures, then do not count.`;
}

function counted(count: number): string {
  return `${count} request${count === 1 ? '' : 's'}`;
}

function filterTold({ method, path }: CaptureOptions, fitting: number): string {
  if (method === undefined && path === undefined) return '';
  const what = [method?.toUpperCase(), path].filter((one) => one !== undefined).join(' ');
  return `, ${fitting} of ${what}`;
}

function timeOf(date: Date): string {
  return `${date.toISOString().slice(11, 19)} UTC`;
}

function later(one: Date, other: Date): Date {
  return one > other ? one : other;
}
