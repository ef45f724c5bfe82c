import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { answersOf, type LookAt } from '../../smoke/core/answer.ts';
import type { Look } from '../../smoke/core/look.ts';
import type { HopFact } from '../../smoke/core/route.ts';
import { type Trail, trailOf } from '../../smoke/core/trail.ts';
import {
  absent,
  at,
  blind,
  bookingRoute,
  intact,
  reference,
  stripped,
  truncated,
  unsure,
  withheld,
} from './watched.ts';

const names = { marker: 'smk-1', file: 'a b.yaml' };

function trail(looks: readonly LookAt[], more: Readonly<Record<string, Partial<HopFact>>> = {}): Trail {
  const route = bookingRoute(more);
  return trailOf(route, 'partner', answersOf(route, looks), names);
}
const suspects = (of: Trail): readonly string[] =>
  of.suspects.map(({ hop, part }) => (part === 'hop' ? hop : `${hop} handing on`));
const ruledOut = (of: Trail): readonly string[] => of.ruledOut.map(({ what }) => what);

describe('a marker that arrived changed', () => {
  it('was lost at the first hop that shows the change, when what the queue held was intact', () => {
    const it = trail([
      at('web', 1, intact()),
      at('queue', 2, intact()),
      at('worker', 3, stripped()),
      at('partner', 4, stripped()),
    ]);
    assert.deepEqual(it.lastSeen, { hop: 'queue', since: 2, what: 'payload intact' });
    assert.deepEqual(suspects(it), ['worker']);
    assert.deepEqual(ruledOut(it), ['web', 'queue', 'delivery']);
  });
  it('makes the handing on and every hop in between a suspect', () => {
    const it = trail([
      at('web', 1, intact()),
      at('queue', 2, absent),
      at('worker', 3, blind),
      at('partner', 4, truncated()),
    ]);
    assert.equal(it.lastSeen?.hop, 'web');
    assert.deepEqual(suspects(it), ['web handing on', 'queue', 'worker', 'partner']);
    assert.deepEqual(it.passedUnseen, ['queue']);
    assert.deepEqual(
      it.blindSpots.map(({ hop }) => hop),
      ['worker'],
    );
    assert.deepEqual(ruledOut(it), ['delivery']);
  });
  it('suspects the destination alone when what went out of the worker was intact', () => {
    const it = trail([at('web', 1, intact()), at('worker', 3, intact()), at('partner', 4, stripped())]);
    assert.deepEqual([it.lastSeen?.hop, suspects(it)], ['worker', ['partner']]);
    assert.deepEqual(ruledOut(it), ['web', 'queue', 'worker', 'delivery']);
  });
  it('keeps suspecting a hop of which only what came in was seen', () => {
    const it = trail([at('worker', 3, intact()), at('partner', 4, stripped())], { worker: { sees: 'in' } });
    assert.deepEqual(suspects(it), ['worker', 'partner']);
    assert.ok(!ruledOut(it).includes('worker'));
  });
  it('begins its suspects at the first hop when nothing was intact', () => {
    const it = trail([at('web', 1, blind), at('worker', 3, stripped()), at('partner', 4, stripped())]);
    assert.equal(it.lastSeen, undefined);
    assert.deepEqual(suspects(it), ['web', 'queue', 'worker']);
  });
  it('takes a mixed hop for a suspect, with last seen before it', () => {
    const it = trail([
      at('web', 1, intact()),
      at('worker', 3, intact()),
      at('worker', 4, stripped()),
      at('partner', 4, stripped()),
    ]);
    assert.deepEqual([it.lastSeen?.hop, suspects(it)], ['web', ['web handing on', 'queue', 'worker']]);
  });
  it('never takes a reference hop for last seen or for a suspect', () => {
    const it = trail(
      [at('web', 1, intact()), at('queue', 2, reference()), at('worker', 3, blind), at('partner', 4, stripped())],
      {
        queue: { carries: 'reference' },
      },
    );
    assert.deepEqual([it.lastSeen?.hop, suspects(it)], ['web', ['web handing on', 'worker', 'partner']]);
  });
  it('only warns of a hop that showed a change before a later intact one', () => {
    const it = trail([at('web', 1, stripped()), at('worker', 3, intact()), at('partner', 4, stripped())]);
    assert.deepEqual([it.lastSeen?.hop, suspects(it)], ['worker', ['partner']]);
    assert.match(it.warnings[0]?.message ?? '', /check this look's `field`/);
  });
  it('leaves a hop that carries content and only mentions the record a suspect', () => {
    const it = trail([at('queue', 2, intact()), at('worker', 3, reference()), at('partner', 4, stripped())]);
    assert.deepEqual([it.lastSeen?.hop, suspects(it)], ['queue', ['worker', 'partner']]);
    assert.match(it.suspects[0]?.why ?? '', /only mentions the record/);
  });
  it('finds the change at the content hop where the destination carries only a reference', () => {
    const it = trail(
      [at('web', 1, intact()), at('queue', 1, intact()), at('worker', 3, stripped()), at('partner', 4, reference())],
      {
        partner: { carries: 'reference' },
      },
    );
    assert.deepEqual([it.lastSeen?.hop, suspects(it)], ['queue', ['worker']]);
  });
});

describe('a record that never came', () => {
  it('suspects the handing on of where it was last seen, up to the first hop that proved absent', () => {
    const it = trail([
      at('web', 1, intact()),
      at('queue', 2, absent),
      at('worker', 3, absent),
      at('partner', 4, absent),
    ]);
    assert.equal(it.lastSeen?.hop, 'web');
    assert.deepEqual(suspects(it), ['web handing on', 'queue', 'worker']);
    assert.deepEqual([it.passedUnseen, ruledOut(it)], [[], []]);
  });
  it('takes any sighting for last seen, a reference and a stripped record too', () => {
    const it = trail([
      at('web', 1, intact()),
      at('queue', 2, reference()),
      at('worker', 3, stripped()),
      at('partner', 4, absent),
    ]);
    assert.deepEqual([it.lastSeen?.hop, suspects(it)], ['worker', ['worker handing on', 'partner']]);
  });
  it('suspects nobody before a hop whose answer holds the marker where its look does not read', () => {
    const mislooked: Extract<Look, { kind: 'absent' }> = {
      kind: 'absent',
      searched: 'all of it',
      proves: false,
      elsewhere: true,
      unasked: true,
    };
    const seen = [at('web', 1, intact()), at('worker', 3, blind)];
    const it = trail([...seen, at('partner', 4, mislooked)]);
    assert.deepEqual([it.lastSeen?.hop, suspects(it)], ['web', ['partner']]);
    assert.equal(it.next[0], "check the selectors of this look: smoketrail look 'a b.yaml' partner --marker smk-1");
    // One that only repeats the question, or that stands behind a hop that never had the record, clears nobody.
    const { unasked: _, ...echo } = mislooked;
    assert.deepEqual(suspects(trail([...seen, at('partner', 4, echo)])), [
      'web handing on',
      'queue',
      'worker',
      'partner',
    ]);
    const early = trail([at('web', 1, intact()), at('worker', 3, absent), at('partner', 4, mislooked)]);
    assert.deepEqual(suspects(early), ['web handing on', 'queue', 'worker']);
    const onTheWay = trail([at('web', 1, intact()), at('worker', 3, mislooked), at('partner', 4, absent)]);
    assert.deepEqual(suspects(onTheWay), ['worker', 'partner']);
  });
  it('suspects a queue that had it of losing the job', () => {
    const it = trail([
      at('web', 1, intact()),
      at('queue', 2, intact()),
      at('worker', 3, blind),
      at('partner', 4, absent),
    ]);
    assert.deepEqual(suspects(it), ['queue handing on', 'worker', 'partner']);
    assert.deepEqual(ruledOut(it), ['web']);
  });
  it('suspects all from the first hop on when nobody saw it', () => {
    assert.deepEqual(suspects(trail([at('web', 1, unsure), at('partner', 4, absent)])), [
      'web',
      'queue',
      'worker',
      'partner',
    ]);
  });
});

describe('a trail', () => {
  it('suspects the destination that had the record and lost it', () => {
    const it = trail([at('worker', 1, intact()), at('partner', 2, intact()), at('partner', 4_100, absent)]);
    assert.deepEqual([it.lastSeen?.hop, suspects(it)], ['partner', ['partner']]);
    assert.match(it.suspects[0]?.why ?? '', /gone at \+4\.1 s/);
    assert.deepEqual(ruledOut(it), ['web', 'queue', 'worker']);
  });
  it('keeps the hop that made the change when the changed record is lost afterwards', () => {
    const it = trail([
      at('queue', 1, intact()),
      at('worker', 1, stripped()),
      at('partner', 2, stripped()),
      at('partner', 4, absent),
    ]);
    assert.deepEqual([it.lastSeen?.hop, suspects(it)], ['queue', ['worker', 'partner']]);
  });
  it('has no suspect when the marker arrived', () => {
    const it = trail([
      at('web', 1, absent),
      at('queue', 1, unsure),
      at('worker', 2, withheld),
      at('partner', 2, intact()),
    ]);
    assert.deepEqual([suspects(it), it.next, it.passedUnseen], [[], [], ['queue']]);
    assert.match(it.warnings[0]?.message ?? '', /check this look's `where`/);
    assert.deepEqual(it.blindSpots, [{ hop: 'worker', why: "the look was not made: the host's budget is spent" }]);
  });
  it('says what to do next, as a command that a shell can take', () => {
    const it = trail([at('web', 1, intact()), at('partner', 4, stripped({ instance: 'p-1', release: 'abc1234' }))]);
    assert.equal(it.next.at(-1), "smoketrail trace smk-1 'a b.yaml'");
    assert.ok(it.next.some((step) => step.includes('p-1 (runs abc1234)')));
  });
  it('refuses a destination that the route does not have', () => {
    assert.throws(() => trailOf(bookingRoute(), 'nowhere', new Map(), names), RangeError);
  });
});

describe('a hop at which the route branches', () => {
  const worker = { after: 'queue', sees: 'out' } as const;
  const route = [...bookingRoute({ worker }), { ...bookingRoute()[3], hop: 'mail', after: 'worker' } as HopFact];
  const to = (destination: string, looks: readonly LookAt[]): Trail =>
    trailOf(route, destination, answersOf(route, looks), names);
  const before = [at('web', 1, intact()), at('queue', 2, intact())];

  it('is suspected for its handing on, since what was seen going out may have gone to another', () => {
    const it = to('mail', [...before, at('worker', 3, intact()), at('mail', 9, absent, 'closing')]);
    assert.deepEqual([it.lastSeen?.hop, suspects(it)], ['worker', ['worker handing on', 'mail']]);
    assert.match(it.suspects[0]?.why ?? '', /may have gone another way/);
    assert.deepEqual(ruledOut(it), ['web', 'queue']);
  });
  it('is cleared on no line by what arrived on another', () => {
    const looks = [...before, at('worker', 3, blind), at('partner', 4, stripped()), at('mail', 4, intact())];
    assert.deepEqual(suspects(to('partner', looks)), ['worker', 'partner']);
    assert.deepEqual(suspects(to('mail', looks)), []);
  });
  it('clears nothing behind it by showing a change that may be another line’s', () => {
    const looks = [...before, at('worker', 3, stripped()), at('mail', 4, stripped()), at('partner', 4, intact())];
    assert.deepEqual(suspects(to('mail', looks)), ['worker', 'mail']);
    assert.deepEqual(to('partner', looks).warnings, []);
  });
});
