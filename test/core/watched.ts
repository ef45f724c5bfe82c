// Short names for the routes and looks that the tests of the core are made of.

import type { LookAt } from '../../smoke/core/answer.ts';
import type { Evidence, Look } from '../../smoke/core/look.ts';
import type { HopFact } from '../../smoke/core/route.ts';
import type { Watched } from '../../smoke/core/verdict.ts';

export function hop(name: string, more: Partial<HopFact> = {}): HopFact {
  return {
    hop: name,
    carries: 'content',
    keeps: true,
    sees: 'holds',
    probe: 'http',
    queue: false,
    destination: false,
    title: `GET /${name}`,
    line: 1,
    ...more,
  };
}

/** web → queue → worker → partner, as in a booking system. */
export function bookingRoute(more: Readonly<Record<string, Partial<HopFact>>> = {}): readonly HopFact[] {
  return [
    hop('web', more['web']),
    hop('queue', { keeps: false, queue: true, ...more['queue'] }),
    hop('worker', { sees: 'out', ...more['worker'] }),
    hop('partner', { destination: true, ...more['partner'] }),
  ];
}

export function evidence(more: Partial<Evidence> = {}): Evidence {
  return { source: 'GET /it', excerpt: '', ...more };
}

export const intact = (more?: Partial<Evidence>): Look => ({ kind: 'intact', evidence: evidence(more) });
export const reference = (more?: Partial<Evidence>): Look => ({ kind: 'reference', evidence: evidence(more) });
export const stripped = (more?: Partial<Evidence>): Look => ({ kind: 'stripped', evidence: evidence(more) });
export const truncated = (more?: Partial<Evidence>): Look => ({
  kind: 'altered',
  how: 'truncated',
  evidence: evidence(more),
});
export const absent: Look = { kind: 'absent', searched: 'all of it', proves: true };
export const unsure: Look = { kind: 'absent', searched: 'the last 100', proves: false };
export const blind: Look = { kind: 'blind', fault: { kind: 'timeout', message: 'no answer in 10 s' } };
export const withheld: Look = { kind: 'not-made', why: "the host's budget is spent" };

export function at(name: string, since: number, look: Look, why: LookAt['why'] = 'poll'): LookAt {
  return { hop: name, look, since, why };
}

/** A watch of the booking route: deadline 60 s, grace 60 s, the send done. */
export function watched(looks: readonly LookAt[], more: Partial<Watched> = {}): Watched {
  return {
    scenario: 'booking-note',
    marker: 'smk-t4n2xw7f3kq9tz2m',
    file: 'scenarios/booking-note.yaml',
    route: bookingRoute(),
    looks,
    send: { outcome: 'done', summary: 'POST /api/bookings → 201' },
    times: { deadline: 60_000, grace: 60_000, confirm: 2_000, settle: 2_000 },
    copies: new Map(),
    releases: [],
    findings: { skews: [], broken: false, warnings: [] },
    took: 14_200,
    ...more,
  };
}
