// Makes the events of hand-made runs, stamped as the dispatch stamps them.

import type { Body, RunEvent } from '../../smoke/core/events.ts';
import type { Cost, Evidence, Look } from '../../smoke/core/look.ts';
import type { Instance } from '../../smoke/core/release.ts';
import type { HopFact } from '../../smoke/core/route.ts';
import type { Answer, Trail } from '../../smoke/core/trail.ts';
import type { VerdictName } from '../../smoke/core/verdict.ts';

export type Told = readonly [ms: number, body: Body];

const began = Date.UTC(2026, 0, 5, 12);

/** Stamps bodies as the dispatch does. */
export function stamped(told: readonly Told[]): RunEvent[] {
  return told.map(([ms, body], index) => ({ seq: index + 1, ms, at: new Date(began + ms).toISOString(), ...body }));
}

export const marker = 'smk-t4n2xw7f3kq9tz2m';
export const file = 'scenarios/booking-note.yaml';
const stale = '41ab00c';
const fresh = '9f2c1e7';
export const cost: Cost = { requests: 1, bytes: 230, ms: 12 };

export const route: readonly HopFact[] = [
  hopFact('web', { title: 'GET /api/bookings/8841 hostMessage' }),
  hopFact('queue', { after: 'web', keeps: false, queue: true, probe: 'sql', title: 'jobs in queue.db' }),
  hopFact('worker', { after: 'queue', sees: 'out', probe: 'log', title: 'worker.log' }),
  hopFact('partner', { after: 'worker', destination: true, title: 'GET /reservations BookingNote' }),
];

export function hopFact(hop: string, more: Partial<HopFact> = {}): HopFact {
  const facts = {
    carries: 'content',
    keeps: true,
    sees: 'holds',
    probe: 'http',
    queue: false,
    destination: false,
  } as const;
  return { hop, ...facts, title: hop, line: 20, ...more };
}

type Intact = Look & { kind: 'intact' };
type Stripped = Look & { kind: 'stripped' };

export const seen: Record<'web' | 'queue' | 'worker' | 'partner', Intact> = {
  web: intact('GET /api/bookings/8841', { field: '$.hostMessage', excerpt: `Arriving late. ${marker}` }),
  queue: intact('job 5530 on partner-push', { excerpt: `"hostMessage":"Arriving late. ${marker}"` }),
  worker: intact('worker.log:120', {
    field: '$.payload.BookingNote',
    excerpt: marker,
    instance: 'worker-4',
    release: fresh,
  }),
  partner: intact('reservation R-551', { field: '$.BookingNote', excerpt: `Arriving late. ${marker}` }),
};

export const stripped: Record<'worker' | 'partner', Stripped> = {
  worker: strippedLook('PUT /reservations/8841', 'no BookingNote', {
    excerpt: '{"ref":"8841"}',
    instance: 'worker-2',
    release: stale,
  }),
  partner: strippedLook('reservation R-551', 'BookingNote is empty', {
    excerpt: '{"BookingNote":""}',
    field: '$.BookingNote',
  }),
};

function intact(source: string, evidence: Partial<Evidence>): Intact {
  return { kind: 'intact', evidence: { source, excerpt: '', ...evidence } };
}

function strippedLook(source: string, detail: string, evidence: Partial<Evidence>): Stripped {
  return { kind: 'stripped', detail, evidence: { source, excerpt: '', ...evidence } };
}

export function absent(searched: string, proves = true): Look {
  return { kind: 'absent', searched, proves };
}

export function blind(message: string, hint?: string): Look {
  return { kind: 'blind', fault: { kind: 'permission', message, ...(hint !== undefined && { hint }) } };
}

export const instances: readonly Instance[] = [1, 2, 3, 4].map((number) => ({
  instance: `worker-${number}`,
  commit: number === 4 ? fresh : stale,
  source: 'worker.log',
}));

export type Story = {
  id?: string;
  name?: string;
  looks?: readonly (readonly [hop: string, look: Look, since: number])[];
  verdict?: VerdictName;
  passes?: boolean | 'inconclusive';
  headline?: string;
  facts?: readonly string[];
  also?: readonly VerdictName[];
  trail?: Partial<Trail>;
  took?: number;
  cleaned?: (Body & { type: 'cleaned' }) | undefined;
  send?: (Body & { type: 'step.finished' }) | undefined;
  extra?: readonly Told[];
};

/** One scenario from start to cleaned. The clock starts 100 ms after `from`. */
export function scenarioEvents(story: Story, from = 10): Told[] {
  const id = story.id ?? 'booking-note';
  const clock = from + 100;
  const took = story.took ?? 4_250;
  const looks = story.looks ?? [];
  const send: Body & { type: 'step.finished' } = story.send ?? {
    type: 'step.finished',
    scenario: id,
    phase: 'send',
    title: 'http POST /api/bookings',
    outcome: 'done',
    summary: 'POST /api/bookings → 201',
    cost,
  };
  const told: Told[] = [
    [
      from,
      {
        type: 'scenario.started',
        scenario: id,
        name: story.name ?? 'booking-note',
        file,
        line: 1,
        tags: ['post-deploy'],
        marker,
        route,
        times: { deadline: 60_000, grace: 60_000, confirm: 2_000, settle: 2_000 },
        host: 'ci-1',
      },
    ],
    [from + 90, { type: 'step.started', scenario: id, phase: 'send', title: 'http POST /api/bookings' }],
    [clock, { type: 'clock.started', scenario: id }],
    [clock + 60, { ...send, scenario: id }],
    [
      clock + 61,
      { type: 'alias.learned', scenario: id, name: 'booking', value: '8841', by: 'http POST /api/bookings' },
    ],
    [
      clock + 70,
      {
        type: 'releases',
        scenario: id,
        hop: 'web',
        instances: [1, 2].map((n) => ({ instance: `web-${n}`, commit: fresh, source: 'GET /version' })),
      },
    ],
    [clock + 80, { type: 'releases', scenario: id, hop: 'worker', instances }],
    ...looks.map(
      ([hop, look, since], index): Told => [
        clock + since + 15,
        { type: 'look', scenario: id, hop, look, since, looks: index + 1, cost, why: 'poll' },
      ],
    ),
    ...(story.extra ?? []),
  ];
  told.sort(([a], [b]) => a - b);
  if (story.verdict === undefined) return told;
  const trail: Trail = {
    destination: 'partner',
    answers: answersFrom(looks),
    suspects: [],
    blindSpots: [],
    passedUnseen: [],
    ruledOut: [],
    warnings: [],
    next: [],
    ...story.trail,
  };
  told.push([
    clock + took,
    {
      type: 'verdict',
      scenario: id,
      marker,
      verdict: story.verdict,
      passes: story.passes ?? false,
      headline: story.headline ?? story.verdict,
      facts: story.facts ?? [],
      also: story.also ?? [],
      trail,
      took,
    },
  ]);
  const cleaned: Body & { type: 'cleaned' } = story.cleaned ?? {
    type: 'cleaned',
    scenario: id,
    state: 'clean',
    detail: '2 clean steps done, and the destination lacks the marker',
  };
  told.push([clock + took + 200, { ...cleaned, scenario: id }]);
  return told;
}

function answersFrom(looks: readonly (readonly [string, Look, number])[]): Answer[] {
  return route.map(({ hop }): Answer => {
    const last = looks.findLast(([at]) => at === hop);
    if (last === undefined) return { hop, kind: 'unread' };
    const [, look, since] = last;
    const unproved = look.kind === 'absent' && !look.proves;
    return { hop, kind: look.kind === 'not-made' ? 'unread' : unproved ? 'blind' : look.kind, look, since };
  });
}

/** A whole run of these scenarios, one after the other unless they say otherwise. */
export function runEvents(
  stories: readonly Story[],
  exit: { code: number; why: string } = { code: 1, why: 'a scenario failed' },
): RunEvent[] {
  const markers = stories.length;
  const told: Told[] = [
    [
      0,
      {
        type: 'run.started',
        run: 'r-2026-01-05',
        version: '0.1.0',
        command: 'run',
        contract: 1,
        scenarios: [{ id: 'booking-note', name: 'booking-note', file, markers }],
      },
    ],
  ];
  let from = 10;
  const counts: Partial<Record<VerdictName, number>> = {};
  for (const story of stories) {
    const events = scenarioEvents(story, from);
    told.push(...events);
    from = (told.at(-1)?.[0] ?? from) + 5;
    if (story.verdict !== undefined) counts[story.verdict] = (counts[story.verdict] ?? 0) + 1;
  }
  told.push([
    from,
    { type: 'run.finished', run: 'r-2026-01-05', counts, exitCode: exit.code, why: exit.why, took: from },
  ]);
  return stamped(told);
}
