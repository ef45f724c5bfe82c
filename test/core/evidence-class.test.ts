// What a look rests on, and what is said where nothing can be read that could hold the record.

import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { answersOf, type LookAt } from '../../smoke/core/answer.ts';
import { judge } from '../../smoke/core/judge.ts';
import type { Look, Reading } from '../../smoke/core/look.ts';
import { trailOf } from '../../smoke/core/trail.ts';
import { isUnobservable } from '../../smoke/core/wording.ts';
import { inflate } from '../../smoke/select/inflate.ts';
import { note, ours, reading, sought, where } from './judge-fixtures.ts';
import { absent, at, bookingRoute, intact } from './watched.ts';

const unseen = {
  kind: 'not-observable',
  message: 'Sidekiq keeps nothing of a job that is done',
  hint: "look at the worker's log",
} as const;
const tools = { inflate, mask: (text: string) => text };

function look(read: Reading): Look {
  return judge(read, { where, field: 'note', allow: [], reference: false }, sought, tools).look;
}

describe('a reading that says why the record may be here unseen', () => {
  it('is blind for that reason where it shows none, and shows what it has', () => {
    const empty = { ...reading([]), whole: false, unseen };
    assert.deepEqual(look(empty), { kind: 'blind', fault: unseen });
    assert.equal(look({ ...empty, candidates: [ours({ note })] }).kind, 'intact');
    assert.equal(look({ ...empty, candidates: [ours({ note: '' })] }).kind, 'stripped');
  });
});

const names = { marker: 'smk-1', file: 'booking.yaml' };
const unobservable: Look = { kind: 'blind', fault: unseen, by: 'none' };

function trail(looks: readonly LookAt[]): ReturnType<typeof trailOf> {
  const route = bookingRoute();
  return trailOf(route, 'partner', answersOf(route, looks), names);
}

describe('a hop that is not observable', () => {
  it('says so, with what would make it so, and is never missing', () => {
    const it = trail([
      at('web', 1, intact()),
      at('queue', 2, unobservable),
      at('worker', 3, absent),
      at('partner', 4, absent),
    ]);
    assert.equal(it.answers[1]?.kind, 'blind');
    assert.deepEqual(it.blindSpots, [
      { hop: 'queue', why: `not observable here: ${unseen.message}`, hint: unseen.hint },
    ]);
    assert.deepEqual(
      it.suspects.map(({ hop }) => hop),
      ['web', 'queue', 'worker'],
    );
    assert.deepEqual(it.ruledOut, []);
  });
  it('was passed unseen where a later hop had the record', () => {
    const it = trail([
      at('web', 1, intact()),
      at('queue', 2, unobservable),
      at('worker', 3, intact()),
      at('partner', 4, intact()),
    ]);
    assert.deepEqual([it.passedUnseen, it.blindSpots], [['queue'], []]);
  });
  it('is not one whose probe failed for such a reason before it could look', () => {
    assert.equal(isUnobservable({ kind: 'blind', fault: unseen }), false);
    assert.equal(isUnobservable(unobservable), true);
  });
});
