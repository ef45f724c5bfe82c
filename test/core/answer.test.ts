import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { answerOf, answersOf } from '../../smoke/core/answer.ts';
import {
  absent,
  at,
  blind,
  bookingRoute,
  evidence,
  hop,
  intact,
  reference,
  stripped,
  truncated,
  unsure,
  withheld,
} from './watched.ts';

const web = hop('web');
const partner = hop('partner', { destination: true });

describe('a hop answers', () => {
  it('intact if it ever was, whatever it missed later', () => {
    const looks = [at('web', 0, absent), at('web', 100, intact()), at('web', 900, absent, 'closing')];
    assert.deepEqual(answerOf(web, looks, []), { hop: 'web', kind: 'intact', look: intact(), since: 100 });
  });
  it('with what its latest sighting shows, from the moment of the first', () => {
    const waiting = evidence({ source: 'job 7 (waiting)' });
    const done = evidence({ source: 'job 7 (completed)' });
    const looks = [
      at('web', 100, { kind: 'intact', evidence: waiting }),
      at('web', 300, { kind: 'intact', evidence: done }, 'closing'),
    ];
    const answer = answerOf(web, [...looks, at('web', 400, absent)], []);
    assert.deepEqual([answer.since, answer.look], [100, { kind: 'intact', evidence: done }]);
  });
  it('with the look that tells the end of what it saw, from the moment it saw it', () => {
    const answered = evidence({ source: 'PUT /r → 201' });
    const looks = [
      at('web', 100, { kind: 'intact', evidence: evidence({ ongoing: true }) }),
      at('web', 300, { kind: 'intact', evidence: answered }),
    ];
    const answer = answerOf(web, looks, []);
    assert.deepEqual([answer.since, answer.look], [100, { kind: 'intact', evidence: answered }]);
    assert.equal(answerOf(web, looks.slice(0, 1), []).kind, 'intact');
  });
  it('with a later look where what it saw first did not get through, or had not ended', () => {
    const seen = (since: number, source: string, more: { ongoing?: true; failed?: true } = {}) =>
      at('web', since, { kind: 'intact', evidence: evidence({ source, ...more }) });
    const looks = [
      seen(100, 'no answer yet', { ongoing: true }),
      seen(200, '200, still coming', { ongoing: true }),
      seen(300, 'broken off', { failed: true }),
      seen(400, '201'),
    ];
    const told = [1, 2, 3, 4].map((count) => {
      const { look } = answerOf(web, looks.slice(0, count), []);
      return look !== undefined && 'evidence' in look ? look.evidence.source : look?.kind;
    });
    assert.deepEqual(told, ['no answer yet', '200, still coming', 'broken off', '201']);
  });
  it('intact when it was stripped before: the partner filled the note in later', () => {
    assert.equal(answerOf(web, [at('web', 0, stripped()), at('web', 100, intact())], []).kind, 'intact');
  });
  it('reference where only an alias is carried', () => {
    assert.equal(answerOf(web, [at('web', 0, reference()), at('web', 9, blind)], []).kind, 'reference');
  });
  it('mixed when a later reading is stripped', () => {
    const answer = answerOf(web, [at('web', 100, intact()), at('web', 300, stripped(), 'closing')], []);
    assert.deepEqual([answer.kind, answer.since, answer.worse, answer.worseSince], ['mixed', 100, stripped(), 300]);
  });
  it('mixed since the first of the readings that show a worse copy without a break', () => {
    const worse = { kind: 'intact', evidence: evidence(), worse: { kind: 'stripped', evidence: evidence() } } as const;
    const looks = [
      at('web', 0, intact()),
      at('web', 10, worse),
      at('web', 20, intact()),
      at('web', 30, worse),
      at('web', 90, worse, 'closing'),
    ];
    assert.equal(answerOf(web, looks, []).worseSince, 30);
  });
  it('mixed when the same reading holds a worse copy', () => {
    const look = {
      kind: 'intact',
      evidence: evidence(),
      worse: { kind: 'altered', how: 'moved', evidence: evidence() },
    } as const;
    const answer = answerOf(web, [at('web', 100, look)], []);
    assert.deepEqual([answer.kind, answer.worse], ['mixed', { kind: 'altered', how: 'moved', evidence: evidence() }]);
  });
  it('its latest altered or stripped look where it never was intact', () => {
    const looks = [at('web', 0, truncated()), at('web', 5, stripped()), at('web', 9, absent, 'closing')];
    assert.deepEqual(answerOf(web, looks, []), { hop: 'web', kind: 'stripped', look: stripped(), since: 5 });
  });
  it('absent only if its closing look proved it', () => {
    assert.equal(answerOf(web, [at('web', 0, blind), at('web', 9, absent, 'closing')], []).kind, 'absent');
    assert.equal(answerOf(web, [at('web', 0, absent), at('web', 9, unsure, 'closing')], []).kind, 'blind');
    assert.equal(answerOf(web, [at('web', 0, absent), at('web', 9, blind, 'closing')], []).kind, 'blind');
    assert.equal(answerOf(web, [at('web', 0, absent, 'closing'), at('web', 9, blind)], []).kind, 'absent');
    assert.equal(answerOf(web, [at('web', 0, blind), at('web', 9, absent)], []).kind, 'absent');
  });
  it('blind, not absent, when its closing look was withheld', () => {
    assert.equal(answerOf(web, [at('web', 0, absent), at('web', 9, withheld, 'closing')], []).kind, 'blind');
  });
  it('the same with and without a withheld poll', () => {
    const looks = [at('web', 0, absent), at('web', 9, withheld)];
    assert.equal(answerOf(web, looks, []).kind, 'absent');
  });
  it('unread when nothing was made, with what withheld it', () => {
    assert.deepEqual(answerOf(web, [at('web', 0, withheld)], []), {
      hop: 'web',
      kind: 'unread',
      look: withheld,
      since: 0,
    });
    assert.deepEqual(answerOf(web, [], []), { hop: 'web', kind: 'unread' });
  });
  it('blind, with a hint, where the scenario has no look for it', () => {
    const { probe: _, ...unlooked } = web;
    const answer = answerOf(unlooked, [], []);
    assert.equal(answer.kind, 'blind');
    assert.ok(answer.look?.kind === 'blind' && answer.look.fault.hint?.includes('log'));
  });
});

describe('a destination', () => {
  it('is gone when it showed the record and then proved it absent', () => {
    const looks = [at('partner', 1, stripped()), at('partner', 2, absent), at('partner', 3, absent, 'closing')];
    assert.deepEqual([answerOf(partner, looks, []).kind, answerOf(partner, looks, []).gone], ['stripped', 2]);
  });
  it('is not gone when it is blind or unsure afterwards, or shows the record again', () => {
    assert.equal(
      answerOf(partner, [at('partner', 1, intact()), at('partner', 2, blind, 'confirm')], []).gone,
      undefined,
    );
    assert.equal(
      answerOf(partner, [at('partner', 1, intact()), at('partner', 2, unsure, 'confirm')], []).gone,
      undefined,
    );
    const back = [at('partner', 1, intact()), at('partner', 2, absent), at('partner', 3, intact())];
    assert.equal(answerOf(partner, back, []).gone, undefined);
  });
  it('alone can be gone: a hop on the way may let go of a record', () => {
    assert.equal(answerOf(web, [at('web', 1, intact()), at('web', 2, absent)], []).gone, undefined);
  });
});

describe('answers of a route', () => {
  it('call a keeping hop that is absent missed when a later hop saw the record, and a queue still absent', () => {
    const answers = answersOf(bookingRoute(), [
      at('web', 0, absent),
      at('queue', 0, absent),
      at('worker', 9, stripped()),
    ]);
    assert.deepEqual(
      [...answers.values()].map(({ kind }) => kind),
      ['missed', 'absent', 'stripped', 'unread'],
    );
  });
  it('do not take another branch for a later hop', () => {
    const route = [
      hop('web'),
      hop('left', { after: 'web', destination: true }),
      hop('right', { after: 'web', destination: true }),
    ];
    const answers = answersOf(route, [at('web', 0, absent), at('left', 0, absent), at('right', 9, intact())]);
    assert.deepEqual(
      [...answers.values()].map(({ kind }) => kind),
      ['missed', 'absent', 'intact'],
    );
  });
});
