// Of a marker that arrived more than once: which hops are known to have had one record, and which may have had the other.

import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { countsOf } from '../../smoke/core/counts.ts';
import type { EvidenceClass, Look } from '../../smoke/core/look.ts';
import { judgeMarker } from '../../smoke/core/verdict.ts';
import { absent, at, bookingRoute, intact, stripped, watched } from './watched.ts';

const route = bookingRoute({ queue: { keeps: false, queue: true }, worker: { sees: 'out' } });
const twice = intact({ copies: 2 });

function based(look: Look, by: EvidenceClass): Look {
  return look.kind === 'not-made' ? look : { ...look, by };
}

describe('a hop before a destination with two records', () => {
  it('had one where it still shows one after that', () => {
    const { one, several } = countsOf(route, [
      at('web', 10, intact()),
      at('partner', 50, twice),
      at('web', 900, intact()),
    ]);
    assert.deepEqual([[...one], [...several]], [['web'], ['partner']]);
  });
  it('is not counted where it was looked at only before', () => {
    assert.deepEqual([...countsOf(route, [at('web', 10, intact()), at('partner', 50, twice)]).one], []);
  });
  it('is not counted where it keeps nothing, unless it is tapped', () => {
    const looks = (by: EvidenceClass) => [at('partner', 50, twice), at('queue', 900, based(intact(), by))];
    assert.deepEqual([...countsOf(route, looks('residue')).one], []);
    assert.deepEqual([...countsOf(route, looks('tap')).one], ['queue']);
  });
  it('is not counted by lines that may tell of one record', () => {
    const lines = intact({ copies: 2, retold: true });
    const { one, several } = countsOf(route, [at('partner', 50, twice), at('worker', 900, lines)]);
    assert.deepEqual([[...one], [...several]], [[], ['partner']]);
  });
});

describe('a record that a second job doubled or changed after the first was taken', () => {
  const seenOnce = [at('web', 10, intact()), at('queue', 20, based(intact(), 'residue'))];
  const end = [at('web', 900, intact(), 'closing'), at('queue', 910, absent, 'closing')];

  it('is not laid at the worker alone: the queue may have had both', () => {
    const { trail } = judgeMarker(
      watched([...seenOnce, at('worker', 40, twice), at('partner', 50, twice), ...end], { route }),
    );
    assert.deepEqual([trail.lastSeen?.hop, trail.suspects.map(({ hop }) => hop)], ['web', ['web', 'queue', 'worker']]);
    assert.ok(!trail.ruledOut.some(({ what }) => what === 'queue' || what === 'web'));
  });
  it('is not cleared at the queue by the intact one', () => {
    const mixed: Look = {
      ...twice,
      worse: { kind: 'stripped', evidence: { source: 'record 2', excerpt: '' } },
    } as Look;
    const { trail } = judgeMarker(
      watched([...seenOnce, at('worker', 40, mixed), at('partner', 50, mixed), ...end], { route }),
    );
    assert.deepEqual(
      trail.suspects.map(({ hop, why }) => [hop, why.startsWith('how many')]),
      [
        ['web', false],
        ['queue', true],
        ['worker', false],
      ],
    );
    assert.ok(!trail.ruledOut.some(({ what }) => what === 'queue'));
  });
  it('of one record that arrived changed, the queue that had it intact is cleared as ever', () => {
    const { trail } = judgeMarker(
      watched([...seenOnce, at('worker', 40, stripped()), at('partner', 50, stripped())], { route }),
    );
    assert.deepEqual([trail.lastSeen?.hop, trail.suspects.map(({ hop }) => hop)], ['queue', ['worker']]);
  });
});
