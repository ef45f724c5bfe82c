// Recorded runs that a reporter must be able to tell: each way a marker can end, nothing at all, a stream that was cut,
// texts that would steer a terminal.

import type { Body, RunEvent } from '../core/events.ts';
import type { Cost, Look } from '../core/look.ts';
import type { HopFact } from '../core/route.ts';
import type { VerdictName } from '../core/verdict.ts';

const cost: Cost = { requests: 1, bytes: 230, ms: 12 };
const began = Date.UTC(2026, 0, 5, 12);
const file = 'scenarios/booking-note.yaml';

type Ending = {
  verdict: VerdictName;
  passes: boolean | 'inconclusive';
  partner: Look;
  /** A text from outside, where one is shown. */
  words?: string;
};

const evidence = { source: 'reservation R-551', excerpt: 'Late & tired.', field: '$.BookingNote' };
const absent: Look = { kind: 'absent', searched: '12 records', proves: true };
const blind: Look = { kind: 'blind', fault: { kind: 'permission', message: 'GET /reservations answered 403' } };

/** Controls, marks that reorder a line, what ends an element or a block, a command of a pipeline, a lone half. */
const hostile = '\u001b[2J\u0007\u009b31m\u202e\u2066\u200b\ud800\u0000\r\n::error::x ##[x] ]]></a><b> ``` | # @x 100%';

const endings: readonly Ending[] = [
  { verdict: 'arrived', passes: true, partner: { kind: 'intact', evidence } },
  { verdict: 'skewed', passes: true, partner: { kind: 'intact', evidence } },
  { verdict: 'altered', passes: false, partner: { kind: 'altered', how: 'truncated', evidence } },
  { verdict: 'altered', passes: false, partner: { kind: 'stripped', evidence, detail: 'the field is empty' } },
  { verdict: 'duplicated', passes: false, partner: { kind: 'intact', evidence: { ...evidence, copies: 2 } } },
  { verdict: 'late', passes: false, partner: { kind: 'intact', evidence } },
  { verdict: 'lost', passes: false, partner: absent },
  { verdict: 'refused', passes: false, partner: { kind: 'not-made', why: 'nothing was sent' } },
  { verdict: 'unproven', passes: 'inconclusive', partner: blind },
  { verdict: 'interrupted', passes: 'inconclusive', partner: absent },
];

const odd: Look = {
  kind: 'stripped',
  detail: hostile,
  evidence: { source: hostile, excerpt: hostile, instance: hostile },
};

/** Name of what happened → the events of the run, frozen as a run hands them out. */
export const recordedRuns: Readonly<Record<string, readonly RunEvent[]>> = frozen({
  'every way to end': runOf(endings),
  'texts that steer a terminal': runOf([{ verdict: 'altered', passes: false, partner: odd, words: hostile }]),
  'a run of nothing': runOf([]),
  'a run that was killed': runOf(endings).slice(0, 7),
  'a stream without its beginning': runOf(endings).slice(5),
  'a reporter that failed, and a warning': stamped([
    started(0),
    { type: 'warning', message: hostile, hint: hostile },
    { type: 'reporter.failed', reporter: 'other', message: hostile },
    finished([]),
  ]),
});

/** Events of types that no reporter knows yet: they must be passed over. */
export const unknownEvents: readonly unknown[] = [
  { type: 'span', scenario: 'booking-note#1', more: { deep: [1, null, 'x'] } },
  { type: 'constructor', scenario: '__proto__' },
  { type: '__proto__' },
];

function runOf(all: readonly Ending[]): RunEvent[] {
  return stamped([
    started(all.length),
    ...all.flatMap((ending, index) => scenarioOf(ending, index + 1)),
    finished(all),
  ]);
}

function scenarioOf({ verdict, passes, partner, words = '' }: Ending, number: number): Body[] {
  const scenario = `booking-note#${number}`;
  const marker = `smk-t4n2xw7f3kq9tz${number % 10}m`;
  const web: Look = { kind: 'intact', evidence: { ...evidence, source: 'GET /api/bookings/8841', release: '9f2c1e7' } };
  const step = { scenario, phase: 'send', title: 'http POST /api/bookings' } as const;
  return [
    {
      type: 'scenario.started',
      scenario,
      name: 'booking-note',
      file,
      line: 1,
      tags: ['post-deploy'],
      marker,
      route: [hop('web'), { ...hop('partner'), after: 'web', destination: true }],
      times: { deadline: 60_000, grace: 60_000, confirm: 2_000, settle: 2_000 },
      host: 'ci-1',
    },
    { type: 'step.started', ...step },
    { type: 'clock.started', scenario },
    { type: 'step.finished', ...step, outcome: 'done', summary: `POST /api/bookings → 201 ${words}`, cost },
    { type: 'alias.learned', scenario, name: 'booking', value: `8841${words}`, by: step.title },
    {
      type: 'releases',
      scenario,
      hop: 'web',
      instances: [{ instance: 'web-1', commit: '9f2c1e7', source: 'GET /version' }],
    },
    { type: 'look', scenario, hop: 'web', look: web, since: 120, looks: 1, cost, why: 'first' },
    { type: 'look', scenario, hop: 'partner', look: partner, since: 2_100, looks: 7, cost, why: 'poll' },
    {
      type: 'verdict',
      scenario,
      marker,
      verdict,
      passes,
      headline: `${verdict}: as this story has it ${words}`.trim(),
      facts: [`partner told it so ${words}`.trim()],
      also: [],
      trail: {
        destination: 'partner',
        answers: [{ hop: 'web', kind: 'intact', look: web, since: 120 }],
        lastSeen: { hop: 'web', since: 120, what: 'read back intact' },
        suspects: passes === true ? [] : [{ hop: 'partner', part: 'hop', why: `it is the last hop ${words}` }],
        blindSpots: partner.kind === 'blind' ? [{ hop: 'partner', why: partner.fault.message }] : [],
        passedUnseen: [],
        ruledOut: [{ what: 'web', proof: 'read back intact' }],
        warnings: [],
        next: [`smoketrail trace ${marker} ${file} ${words}`.trim()],
      },
      took: 4_250,
    },
    { type: 'cleaned', scenario, state: 'clean', detail: `2 clean steps done ${words}`.trim() },
  ];
}

function hop(name: string): HopFact {
  const facts = { carries: 'content', keeps: true, sees: 'holds', probe: 'http', queue: false } as const;
  return { hop: name, ...facts, destination: false, title: `GET /${name}`, line: 20 };
}

function started(markers: number): Body {
  const scenarios = markers === 0 ? [] : [{ id: 'booking-note', name: 'booking-note', file, markers }];
  return { type: 'run.started', run: 'r-1', version: '0.1.0', command: 'run', contract: 1, scenarios };
}

function finished(all: readonly Ending[]): Body {
  const counts: Partial<Record<VerdictName, number>> = {};
  for (const { verdict } of all) counts[verdict] = (counts[verdict] ?? 0) + 1;
  const failed = all.some(({ passes }) => passes === false);
  return {
    type: 'run.finished',
    run: 'r-1',
    counts,
    exitCode: failed ? 1 : 0,
    why: failed ? 'failed' : 'all passed',
    took: 9_000,
  };
}

function stamped(bodies: readonly Body[]): RunEvent[] {
  return bodies.map((body, index) => {
    const ms = index * 50;
    return { seq: index + 1, ms, at: new Date(began + ms).toISOString(), ...body };
  });
}

function frozen<T>(value: T): T {
  if (typeof value !== 'object' || value === null) return value;
  for (const inner of Object.values(value)) frozen(inner);
  return Object.freeze(value);
}
