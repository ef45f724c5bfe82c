import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { LookAt } from '../../smoke/core/answer.ts';
import { judgeMarker, type Watched } from '../../smoke/core/verdict.ts';
import { absent, at, hop, intact, stripped, watched } from './watched.ts';

describe('several destinations', () => {
  const route = [
    hop('web'),
    hop('partner', { after: 'web', destination: true }),
    hop('mail', { after: 'web', destination: true }),
  ];
  it('have a verdict each, and the worst counts', () => {
    const it = judgeMarker(
      watched([at('web', 1, intact()), at('partner', 2, intact()), at('mail', 3, stripped())], { route }),
    );
    assert.deepEqual([it.verdict, it.trail.destination], ['altered', 'mail']);
    assert.deepEqual(
      it.destinations?.map(({ verdict }) => verdict),
      ['arrived', 'altered'],
    );
    assert.ok(it.facts.includes('At partner: arrived: intact at partner after 0 s.'));
  });
});

describe('destinations that are watched for different times', () => {
  const route = [
    hop('web'),
    hop('partner', { after: 'web', destination: true }),
    hop('mail', { after: 'web', destination: true, times: { deadline: 300_000 } }),
  ];
  const ofEach = (looks: readonly LookAt[], more: Partial<Watched> = {}): (readonly [string, string])[] =>
    (judgeMarker(watched(looks, { route, ...more })).destinations ?? []).map(
      ({ trail, verdict }) => [trail.destination, verdict] as const,
    );

  it('are each late or not by their own deadline', () => {
    const looks = ['partner', 'mail'].flatMap((name) => [
      at(name, 60_000, absent, 'deadline'),
      at(name, 90_000, intact()),
    ]);
    assert.deepEqual(ofEach([at('web', 1, intact()), ...looks]), [
      ['partner', 'late'],
      ['mail', 'arrived'],
    ]);
  });
  it('are each judged by what was seen until their own end', () => {
    const looks = [
      at('web', 120_000, absent, 'closing'),
      at('partner', 120_000, absent, 'closing'),
      at('web', 200_000, intact()),
      at('mail', 210_000, intact()),
    ];
    const it = judgeMarker(watched(looks, { route, ended: new Map([['partner', 120_100]]) }));
    const partner = it.destinations?.find(({ trail }) => trail.destination === 'partner');
    assert.deepEqual([it.verdict, partner?.verdict, partner?.trail.lastSeen], ['lost', 'lost', undefined]);
  });
  it('are not interrupted once their own watch was over', () => {
    const looks = [at('web', 1, intact()), at('partner', 2, intact()), at('partner', 2_100, intact(), 'confirm')];
    const stopped = { interrupted: 'SIGINT', ended: new Map([['partner', 2_200]]) };
    const it = judgeMarker(watched(looks, { route, ...stopped }));
    assert.deepEqual([it.verdict, it.passes], ['interrupted', 'inconclusive']);
    const partner = it.destinations?.find(({ trail }) => trail.destination === 'partner');
    assert.deepEqual([partner?.verdict, partner?.also], ['arrived', []]);
    assert.ok(it.facts.includes('At partner: arrived: intact at partner after 0 s.'));
  });
  it('count as arrived when the last of them has', () => {
    const it = judgeMarker(
      watched([at('web', 1, intact()), at('partner', 900, intact()), at('mail', 300, intact())], { route }),
    );
    assert.deepEqual(
      [it.headline, it.arrivedAfter],
      ['arrived: intact at partner after 0.9 s, the last of 2 destinations', 900],
    );
  });
});
