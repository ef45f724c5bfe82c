import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { LookAt } from '../../smoke/core/answer.ts';
import { handledBy } from '../../smoke/core/handled.ts';
import type { ReleaseFindings } from '../../smoke/core/release.ts';
import { checkReleases } from '../../smoke/core/release.ts';
import { type Judgement, judgeMarker, type Watched } from '../../smoke/core/verdict.ts';
import {
  absent,
  at,
  blind,
  bookingRoute,
  evidence,
  intact,
  reference,
  stripped,
  truncated,
  unsure,
  watched,
} from './watched.ts';

const upstream = [at('web', 10, intact()), at('queue', 20, intact()), at('worker', 30, intact())];
const broken: ReleaseFindings = {
  skews: [{ kind: 'between', hops: ['web', 'worker'], message: 'worker runs b; web runs a' }],
  broken: true,
  warnings: [],
};

function judged(partner: readonly LookAt[], more: Partial<Watched> = {}): Judgement {
  return judgeMarker(watched([...upstream, ...partner], more));
}
const outcome = ({ verdict, passes, also }: Judgement): readonly unknown[] => [verdict, passes, also];

describe('with a sighting at the destination', () => {
  it('arrived: intact by the deadline', () => {
    const it = judged([
      at('partner', 100, absent),
      at('partner', 2_100, intact()),
      at('partner', 4_100, intact(), 'confirm'),
    ]);
    assert.deepEqual(outcome(it), ['arrived', true, []]);
    assert.deepEqual([it.headline, it.arrivedAfter], ['arrived: intact at partner after 2.1 s', 2_100]);
    assert.deepEqual([it.facts, it.trail.suspects], [[], []]);
  });
  it('arrived: a blind confirming look revokes nothing', () => {
    assert.equal(judged([at('partner', 100, intact()), at('partner', 2_100, blind, 'confirm')]).verdict, 'arrived');
  });
  it('arrived: the look that began at the deadline counts as in time', () => {
    const it = judged([at('partner', 59_000, absent), at('partner', 60_004, intact(), 'deadline')]);
    assert.deepEqual([it.verdict, it.facts], ['arrived', []]);
  });
  it('late: absent at the deadline, intact within grace, and by how much', () => {
    const it = judged([at('partner', 60_001, absent, 'deadline'), at('partner', 63_200, intact())]);
    assert.deepEqual(outcome(it), ['late', false, []]);
    assert.equal(it.headline, 'late: 3.2 s after the deadline of 60 s');
    assert.match(it.facts[0] ?? '', /3\.2 s after the deadline of 60 s; at \+60 s it was not there yet/);
  });
  it('arrived, and says so: intact after the deadline when nothing proved it absent', () => {
    const it = judged([
      at('partner', 59_000, absent),
      at('partner', 60_001, blind, 'deadline'),
      at('partner', 63_000, intact()),
    ]);
    assert.deepEqual(outcome(it), ['arrived', true, []]);
    assert.match(it.facts[0] ?? '', /no look from the deadline on had proved it absent/);
  });
  it('altered: it settled stripped, altered or mixed', () => {
    assert.equal(judged([at('partner', 100, truncated())]).headline, 'altered: truncated at partner');
    const mixed = judged([at('partner', 100, intact()), at('partner', 900, stripped())]);
    assert.deepEqual([mixed.verdict, mixed.headline], ['altered', 'altered: both intact and stripped at partner']);
  });
  it('altered: it had the record and lost it', () => {
    const it = judged([
      at('partner', 100, intact()),
      at('partner', 4_100, absent),
      at('partner', 6_000, absent, 'closing'),
    ]);
    assert.deepEqual([it.verdict, it.headline], ['altered', 'altered: gone from partner at +4.1 s']);
    assert.equal(
      judged([at('partner', 100, stripped()), at('partner', 4_100, absent)]).headline,
      'altered: stripped at partner, gone at +4.1 s',
    );
  });
  it('altered, also late: the changes count before the lateness', () => {
    const it = judged([
      at('partner', 60_001, absent, 'deadline'),
      at('partner', 61_000, intact()),
      at('partner', 62_000, stripped()),
    ]);
    assert.deepEqual(outcome(it), ['altered', false, ['late']]);
  });
  it('duplicated: several records, whatever each holds', () => {
    const worse = { kind: 'stripped', evidence: evidence() } as const;
    const it = judged([at('partner', 100, { kind: 'intact', evidence: evidence({ copies: 2 }), worse })]);
    assert.deepEqual(outcome(it), ['duplicated', false, ['altered']]);
    assert.equal(it.headline, 'duplicated: 2 records at partner');
  });
  it('not duplicated where copies are normal, or where a later look shows one', () => {
    const two = at('partner', 100, intact({ copies: 2 }));
    assert.equal(judged([two], { copies: new Map([['partner', 'any']]) }).verdict, 'arrived');
    const it = judged([two, at('partner', 200, intact())]);
    assert.deepEqual([it.verdict, it.facts], ['arrived', ['partner had more than one record of it for a while.']]);
  });
  it('skewed: it arrived, but the releases broke the rule', () => {
    const it = judged([at('partner', 100, intact())], { findings: broken });
    assert.deepEqual(outcome(it), ['skewed', false, []]);
    assert.match(it.headline, /^skewed: intact at partner after 0\.1 s, but worker runs b; web runs a$/);
    assert.equal(judged([at('partner', 100, intact())], { findings: { ...broken, warnOnly: true } }).passes, true);
  });
  it('altered, also skewed', () => {
    assert.deepEqual(outcome(judged([at('partner', 100, stripped())], { findings: broken })), [
      'altered',
      false,
      ['skewed'],
    ]);
  });
  it('keeps a refused send and an interruption beside a verdict that holds', () => {
    const refused = { send: { outcome: 'refused', summary: 'POST / → 422' } } as const;
    // Nobody watches after a refusal, so one sighting in passing is no arrival.
    assert.deepEqual(outcome(judged([at('partner', 100, intact())], refused)), ['refused', false, []]);
    const looks = [at('partner', 100, intact()), at('partner', 2_100, intact(), 'confirm')];
    assert.deepEqual(outcome(judged(looks, refused)), ['arrived', true, ['refused']]);
    assert.deepEqual(outcome(judged(looks, { interrupted: 'SIGINT' })), ['arrived', true, ['interrupted']]);
  });
  it('interrupted, when it was stopped before it could settle or be confirmed', () => {
    const stopped = { interrupted: 'SIGTERM' };
    assert.equal(judged([at('partner', 100, intact())], stopped).verdict, 'interrupted');
    assert.equal(judged([at('partner', 100, stripped())], stopped).verdict, 'interrupted');
    const settled = [
      at('partner', 100, stripped()),
      at('partner', 1_000, stripped()),
      at('partner', 2_100, stripped()),
    ];
    assert.deepEqual(outcome(judged(settled, stopped)), ['altered', false, ['interrupted']]);
  });
});

describe('without a sighting at the destination', () => {
  it('lost: its closing look proved absent', () => {
    const it = judged([at('partner', 100, absent), at('partner', 120_000, absent, 'closing')]);
    assert.deepEqual(outcome(it), ['lost', false, []]);
    assert.equal(it.headline, 'lost: last seen at worker, not at partner');
  });
  it('unproven: its closing look was blind, or proved nothing, or no look was made', () => {
    for (const closing of [blind, unsure]) {
      const it = judged([at('partner', 100, absent), at('partner', 120_000, closing, 'closing')]);
      assert.deepEqual(outcome(it), ['unproven', 'inconclusive', []]);
    }
    assert.equal(judged([]).verdict, 'unproven');
  });
  it('refused: the send failed for certain', () => {
    const step = { title: 'POST /api/bookings', number: 1, of: 1, address: 'http://web', hop: 'web' };
    const send = { outcome: 'refused', summary: 'POST /api/bookings → 422', step } as const;
    const it = judgeMarker(watched([at('partner', 100, absent)], { send }));
    // Nothing was watched to an end, so nothing is claimed to be lost as well.
    assert.deepEqual(outcome(it), ['refused', false, []]);
    assert.equal(it.headline, 'refused: POST /api/bookings → 422');
    assert.deepEqual(
      it.trail.suspects.map(({ hop }) => hop),
      ['web'],
    );
    assert.deepEqual(it.trail.blindSpots, []);
  });
  it('refused at a later step: that step is named, and no hop that nobody asked is suspected', () => {
    const step = { title: 'confirm', number: 2, of: 2, address: 'http://desk:8080' };
    const send = { outcome: 'refused', summary: 'POST /bookings/7/confirm → 422', step } as const;
    const it = judgeMarker(watched([], { send }));
    assert.equal(it.headline, 'refused: step 2 of 2, confirm: POST /bookings/7/confirm → 422');
    assert.deepEqual(it.trail.suspects, []);
    assert.deepEqual(it.facts, ['It asked http://desk:8080, where no hop of the route is looked at.']);
    assert.deepEqual(it.trail.next, ['check the send: step 2 of 2, confirm: POST /bookings/7/confirm → 422']);
    const asked = judgeMarker(watched([], { send: { ...send, step: { ...step, hop: 'worker' } } }));
    assert.deepEqual(
      asked.trail.suspects.map(({ hop, why }) => [hop, why]),
      [['worker', 'it refused the send: step 2 of 2, confirm: POST /bookings/7/confirm → 422']],
    );
  });
  it('refused: its outcome was unknown and the first keeping hop proved absent to the end', () => {
    const send = { outcome: 'unknown', summary: 'POST /api/bookings: no answer in 10 s' } as const;
    const never = [at('web', 120_000, absent, 'closing'), at('partner', 120_000, absent, 'closing')];
    assert.deepEqual(outcome(judgeMarker(watched(never, { send }))), ['refused', false, ['lost']]);
    const unseen = [at('web', 120_000, blind, 'closing'), at('partner', 120_000, absent, 'closing')];
    assert.equal(judgeMarker(watched(unseen, { send })).verdict, 'lost');
    const passed = [...never, at('worker', 50_000, intact())];
    assert.equal(judgeMarker(watched(passed, { send })).verdict, 'lost');
  });
  it('interrupted: neither lost nor unproven is claimed', () => {
    const it = judged([at('partner', 100, absent)], { interrupted: 'SIGINT' });
    assert.deepEqual(outcome(it), ['interrupted', 'inconclusive', []]);
    assert.equal(it.headline, 'interrupted: SIGINT');
  });
});

describe('a destination that could show the content and only mentions the record', () => {
  it('has not shown that it arrived, whatever the hop before it held', () => {
    const looks = [at('web', 10, intact()), at('worker', 30, intact()), at('partner', 100, reference())];
    assert.equal(judgeMarker(watched(looks)).verdict, 'unproven');
  });
});

describe('a destination that carries only a reference', () => {
  const route = bookingRoute({ partner: { carries: 'reference' } });
  const byReference = at('partner', 100, reference());
  it('arrives if the last hop that carries content is intact, and the headline says so', () => {
    const it = judged([byReference], { route });
    assert.equal(it.verdict, 'arrived');
    assert.equal(
      it.headline,
      'arrived: by reference at partner after 0.1 s; intact at worker, the last hop that carries the text',
    );
  });
  it('is altered if that hop shows a change, and unproven if it shows nothing', () => {
    const looks = upstream.slice(0, 2);
    assert.equal(
      judgeMarker(watched([...looks, at('worker', 30, stripped()), byReference], { route })).verdict,
      'altered',
    );
    assert.equal(judgeMarker(watched([...looks, at('worker', 30, blind), byReference], { route })).verdict, 'unproven');
  });
});

describe('the failure it was made for', () => {
  const looks = [
    at('web', 120, intact({ source: 'GET /api/bookings/8841', release: '9f2c1e7' })),
    at('queue', 130, intact({ source: 'job 5530' })),
    at(
      'worker',
      1_800,
      stripped({ source: 'worker.log:7', instance: 'worker-2', release: '41ab00c', startedAt: '2026-01-01T00:00:00Z' }),
    ),
    at('partner', 2_100, stripped({ source: 'reservation R-551', excerpt: 'BookingNote: ""' })),
  ];
  const releases = [
    { hop: 'web', instances: [{ commit: '9f2c1e7', source: '/version', startedAt: '2026-02-10T23:48:00Z' }] },
    {
      hop: 'worker',
      instances: ['41ab00c', '41ab00c', '9f2c1e7', '41ab00c'].map((commit, index) => ({
        instance: `worker-${index + 1}`,
        commit,
        source: 'worker.log',
      })),
    },
  ];
  const rule = { same: ['web', 'worker'], onUnknown: 'warn', onSkew: 'fail' } as const;
  const findings = checkReleases(rule, releases, handledBy(looks));
  const it_ = judgeMarker(watched(looks, { releases, findings, at: '2026-02-11T00:00:00Z' }));

  it('is one headline', () => {
    assert.deepEqual([it_.headline, it_.verdict, it_.also], ['altered: stripped at worker', 'altered', ['skewed']]);
  });
  it('names the worker and its build beside the other', () => {
    assert.equal(
      it_.facts[0],
      'worker-2 runs 41ab00c, started 41 days ago; worker runs 41ab00c on 3 of 4 instances and 9f2c1e7 on 1; web runs 9f2c1e7.',
    );
  });
  it('says where it was last seen, whom to suspect and what is ruled out', () => {
    const { lastSeen, suspects, ruledOut } = it_.trail;
    assert.deepEqual([lastSeen?.hop, suspects.map(({ hop: name }) => name)], ['queue', ['worker']]);
    assert.deepEqual(ruledOut, [
      { what: 'web', proof: 'queue had it intact' },
      { what: 'queue', proof: 'payload intact' },
      { what: 'delivery', proof: 'the record arrived at partner' },
      { what: 'lateness', proof: 'it was there at +2.1 s' },
    ]);
  });
  it('names the build without a rule too, and breaks no verdict by it', () => {
    const free = checkReleases(undefined, releases, handledBy(looks));
    const it = judgeMarker(watched(looks, { releases, findings: free }));
    assert.deepEqual([it.verdict, it.also], ['altered', []]);
    assert.match(it.facts[0] ?? '', /^worker-2 runs 41ab00c, started 2026-01-01T00:00:00Z; .*; web runs 9f2c1e7/);
  });
});

describe('facts', () => {
  it('say that the outcome of the send was unknown', () => {
    const send = { outcome: 'unknown', summary: 'POST /api/bookings → 500' } as const;
    const it = judged([at('partner', 100, intact())], { send });
    assert.deepEqual(
      [it.verdict, it.facts],
      ['arrived', ['The outcome of the send was unknown (POST /api/bookings → 500); the trace decides.']],
    );
  });
  it('stay on one line and short, whatever a system said', () => {
    const hostile = stripped({ source: `a\u001b[2J\n${'x'.repeat(100_000)}`, excerpt: '\r\n\u0000'.repeat(50_000) });
    const it = judged([at('partner', 100, hostile)]);
    for (const text of [it.headline, ...it.facts, ...it.trail.next, ...it.trail.suspects.map(({ why }) => why)]) {
      assert.doesNotMatch(text, /[\u0000-\u001f]/);
      assert.ok(text.length < 1_000);
    }
  });
});
