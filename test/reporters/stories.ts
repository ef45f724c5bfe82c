// One story for each way a marker can end. The figures follow the failure that the product was made for.

import { absent, blind, cost, type Story, seen, stripped } from './events.ts';

type Ending =
  | 'arrived'
  | 'stripped'
  | 'lost'
  | 'unproven'
  | 'late'
  | 'duplicated'
  | 'refused'
  | 'interrupted'
  | 'hostile'
  | 'killed';

export const stories: Record<Ending, Story> = {
  arrived: {
    looks: [
      ['web', seen.web, 120],
      ['queue', seen.queue, 130],
      ['worker', seen.worker, 1_800],
      ['partner', seen.partner, 2_100],
    ],
    verdict: 'arrived',
    passes: true,
    headline: 'arrived: intact at partner after 2.1 s',
  },
  stripped: {
    looks: [
      ['web', seen.web, 120],
      ['queue', seen.queue, 130],
      ['worker', stripped.worker, 1_800],
      ['partner', stripped.partner, 2_100],
    ],
    verdict: 'altered',
    headline: 'altered: stripped at worker',
    took: 14_200,
    also: ['skewed'],
    facts: [
      'worker-2 runs 41ab00c, started 41 days ago; web runs 9f2c1e7, started 12 minutes ago.',
      'worker showed it stripped at +1.8 s (PUT /reservations/8841; no BookingNote): {"ref":"8841"}',
    ],
    trail: {
      lastSeen: { hop: 'queue', since: 130, what: 'payload intact' },
      suspects: [{ hop: 'worker', part: 'hop', why: 'it answered stripped' }],
      ruledOut: [
        { what: 'web', proof: 'queue had it intact' },
        { what: 'queue', proof: 'payload intact' },
        { what: 'delivery', proof: 'the record arrived at partner' },
      ],
      next: [
        'check worker-2 (runs 41ab00c): PUT /reservations/8841',
        'smoketrail trace smk-t4n2xw7f3kq9tz2m scenarios/booking-note.yaml',
      ],
    },
  },
  lost: {
    looks: [
      ['web', seen.web, 120],
      ['queue', absent('3 rows of jobs', false), 130],
      ['worker', absent('42 lines of worker.log'), 120_000],
      ['partner', absent('GET /reservations: 12 records'), 120_000],
    ],
    verdict: 'lost',
    headline: 'lost: last seen at web, not at worker',
    took: 120_400,
    facts: ['Last seen at web at +0.12 s (read back intact).'],
    trail: {
      lastSeen: { hop: 'web', since: 120, what: 'read back intact' },
      suspects: [
        { hop: 'web', part: 'handing-on', why: 'nothing was seen to leave it' },
        { hop: 'queue', part: 'hop', why: 'it keeps nothing' },
        { hop: 'worker', part: 'hop', why: 'it proved absent' },
      ],
      next: ['see what left web for queue: a look with `sees: out` there decides it'],
    },
  },
  unproven: {
    looks: [
      ['web', seen.web, 120],
      ['queue', seen.queue, 130],
      ['worker', blind('GET /logs answered 403', 'give the service account the role log-reader'), 500],
      ['partner', blind('the session expired: redirected to /login'), 119_000],
    ],
    verdict: 'unproven',
    passes: 'inconclusive',
    headline: 'unproven: partner could not show the record: the session expired',
    took: 120_500,
    trail: {
      lastSeen: { hop: 'queue', since: 130, what: 'payload intact' },
      blindSpots: [
        { hop: 'worker', why: 'GET /logs answered 403', hint: 'give the service account the role log-reader' },
        { hop: 'partner', why: 'the session expired: redirected to /login' },
      ],
    },
  },
  late: {
    looks: [
      ['web', seen.web, 120],
      ['queue', seen.queue, 130],
      ['worker', seen.worker, 60_900],
      ['partner', absent('GET /reservations: 12 records'), 60_000],
      ['partner', seen.partner, 61_400],
    ],
    verdict: 'late',
    headline: 'late: 1.4 s after the deadline of 60 s',
    took: 63_500,
    facts: ['partner showed it at +61 s, 1.4 s after the deadline of 60 s; at +60 s it was not there yet.'],
  },
  duplicated: {
    looks: [
      ['web', seen.web, 120],
      ['queue', seen.queue, 130],
      ['worker', seen.worker, 1_800],
      ['partner', { ...seen.partner, evidence: { ...seen.partner.evidence, copies: 2 } }, 2_100],
    ],
    verdict: 'duplicated',
    headline: 'duplicated: 2 records at partner',
    facts: ['partner has 2 records of it.'],
  },
  refused: {
    verdict: 'refused',
    headline: 'refused: POST /api/bookings → 422',
    took: 61,
    facts: ['The send was refused (POST /api/bookings → 422).'],
    send: {
      type: 'step.finished',
      scenario: '',
      phase: 'send',
      title: 'http POST /api/bookings',
      outcome: 'refused',
      summary: 'POST /api/bookings → 422',
      cost,
    },
    cleaned: { type: 'cleaned', scenario: '', state: 'nothing', detail: 'nothing was created' },
  },
  interrupted: {
    looks: [['web', seen.web, 120]],
    verdict: 'interrupted',
    passes: 'inconclusive',
    headline: 'interrupted: SIGINT',
    took: 900,
    facts: ['The watch was stopped after 0.9 s (SIGINT).'],
    cleaned: {
      type: 'cleaned',
      scenario: '',
      state: 'failed',
      detail: 'DELETE /api/bookings/8841 → 500; run smoketrail sweep',
    },
  },
  hostile: {
    looks: [
      [
        'web',
        {
          kind: 'stripped',
          detail: 'a\u202eb\u0000',
          evidence: { source: '\u001b]0;owned\u0007<b>&"]]>\u001b[2J', excerpt: '\ud800\u009b31m\n</failure>' },
        },
        120,
      ],
    ],
    verdict: 'altered',
    headline: 'altered: \u001b[31mstripped\u001b[0m at web',
    facts: ['web showed \u0008\u200b\ufeff\ufffe "x" & <y>'],
    trail: { suspects: [{ hop: 'web\r\u001b[A', part: 'hop', why: 'x' }], next: ['rm -rf \u2066/\u2069'] },
  },
  killed: { looks: [['web', seen.web, 120]] },
};
