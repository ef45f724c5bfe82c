// Faults that hit a booking on its way: each is seen where it was switched on, and the truth file says the same.

import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import type { FaultName, FaultSpec } from '../../smoke/demo/fault.ts';
import type { Stack } from '../../smoke/demo/stack.ts';
import {
  arrival,
  bookInRoom,
  eventually,
  get,
  jobsOf,
  logOf,
  note,
  type OwnStack,
  ownStack,
  pushesOf,
  reservationsOf,
  truth,
} from './on-stack.ts';

type Seen = { web: string; queue: string; worker: string; partner: string };

const damage: Readonly<Record<string, { spec?: Partial<FaultSpec>; becomes: string }>> = {
  stripped: { becomes: '' },
  truncated: { spec: { length: 25 }, becomes: [...note].slice(0, 25).join('') },
  'case-changed': { becomes: note.toUpperCase() },
  'html-escaped': { becomes: note.replace('&', '&amp;').replace('<', '&lt;').replace('>', '&gt;') },
  moved: { becomes: '' },
};
const hops: readonly (keyof Seen)[] = ['web', 'queue', 'worker', 'partner'];

let own: OwnStack;
let stack: Stack;
let room = 200;

before(async () => {
  own = await ownStack({ retryMs: 20 });
  stack = own.stack;
});
after(() => own.end());

/** Each booking has a room of its own, so that its faults hit no other. */
const bookWith = (...specs: readonly FaultSpec[]): ReturnType<typeof bookInRoom> => bookInRoom(stack, ++room, specs);
const pushedOf = (booking: number, count = 1): ReturnType<typeof pushesOf> => pushesOf(stack, booking, count);

/** What each hop shows of a booking that a worker holds until the queue's table was read. */
async function seenWith(spec: FaultSpec): Promise<{ booking: number; seen: Seen; elsewhere: Seen }> {
  const { booking, faults } = await bookWith(spec, { name: 'stuck', at: 'worker' });
  const web = await get<{ hostMessage: string; internalNote?: string }>(`${stack.urls.web}/api/bookings/${booking}`);
  const job = jobsOf(stack, booking)[0] ?? {};
  await faults[1]?.clear();
  const [reservation] = await arrival(stack, booking);
  const push = (await pushedOf(booking))[0]?.push;
  const { BookingNote: shown = 'none', GuestComment: comment = '' } = reservation ?? {};
  return {
    booking,
    seen: {
      web: web.hostMessage,
      queue: String(job['hostMessage']),
      worker: push?.BookingNote ?? 'none',
      partner: shown,
    },
    elsewhere: {
      web: web.internalNote ?? '',
      queue: String(job['internalNote'] ?? ''),
      worker: push?.GuestComment ?? '',
      partner: comment,
    },
  };
}

describe('a fault of the content', { concurrency: true }, () => {
  for (const [name, { spec, becomes }] of Object.entries(damage)) {
    for (const at of hops) {
      it(`${name} at ${at} is seen there and after it, and not before`, async () => {
        const { booking, seen, elsewhere } = await seenWith({ name: name as FaultName, at, ...spec });
        for (const hop of hops) {
          assert.equal(seen[hop], hops.indexOf(hop) < hops.indexOf(at) ? note : becomes, hop);
          if (hop === at) assert.equal(elsewhere[hop], name === 'moved' ? note : '', hop);
        }
        // A hold that was over before a worker took the job struck nobody.
        const struck = truth(stack, booking).filter((fault) => fault !== 'stuck@worker');
        assert.deepEqual(struck, [`${name}@${at}`]);
      });
    }
  }
});

describe('a dropped booking', { concurrency: true }, () => {
  it('is saved and never enqueued where the web app drops it', async () => {
    const { booking } = await bookWith({ name: 'dropped', at: 'web' });
    assert.deepEqual(jobsOf(stack, booking), []);
    await get(`${stack.urls.web}/api/bookings/${booking}`);
    assert.deepEqual(truth(stack, booking), ['dropped@web']);
  });

  it('never shows where the queue drops it at once', async () => {
    const { booking } = await bookWith({ name: 'dropped', at: 'queue' });
    assert.deepEqual(jobsOf(stack, booking), []);
    assert.deepEqual(truth(stack, booking), ['dropped@queue']);
  });

  it('shows for a while where the queue drops it later, and no worker gets it', async () => {
    const { booking } = await bookWith({ name: 'dropped', at: 'queue', ms: 300 });
    assert.equal(jobsOf(stack, booking)[0]?.['hostMessage'], note);
    await eventually('the end of the job', () => (jobsOf(stack, booking).length === 0 ? true : undefined));
    assert.deepEqual(logOf(stack, booking), []);
    assert.deepEqual(truth(stack, booking), ['dropped@queue']);
  });

  it('is received and not pushed where the worker drops it', async () => {
    const { booking } = await bookWith({ name: 'dropped', at: 'worker' });
    await eventually('the end of the job', () => (jobsOf(stack, booking).length === 0 ? true : undefined));
    assert.deepEqual(
      logOf(stack, booking).map(({ event }) => event),
      ['received'],
    );
    assert.deepEqual(truth(stack, booking), ['dropped@worker']);
  });

  it('is accepted and not stored where the partner drops it', async () => {
    const { booking } = await bookWith({ name: 'dropped', at: 'partner' });
    assert.equal((await pushedOf(booking))[0]?.status, 201);
    assert.deepEqual(await reservationsOf(stack, booking), []);
    assert.deepEqual(truth(stack, booking), ['dropped@partner']);
  });
});

describe('a stuck job', { concurrency: true }, () => {
  for (const at of ['queue', 'worker'] as const) {
    it(`stays in the ${at} until its fault is cleared`, async () => {
      const { booking, faults } = await bookWith({ name: 'stuck', at });
      const other = await bookWith();
      await arrival(stack, other.booking);
      if (at === 'worker') await eventually('the taking', () => logOf(stack, booking, 'received')[0]);
      assert.equal(jobsOf(stack, booking).length, 1);
      assert.equal(logOf(stack, booking, 'received').length, at === 'queue' ? 0 : 1);
      assert.deepEqual(await reservationsOf(stack, booking), []);
      await faults[0]?.clear();
      assert.equal((await arrival(stack, booking))[0]?.BookingNote, note);
      assert.deepEqual(truth(stack, booking), [`stuck@${at}`]);
    });
  }

  it('goes to the worker it is pinned to', async () => {
    for (const worker of ['worker-1', 'worker-3', 'worker-3']) {
      const { booking } = await bookWith({ name: 'pinned', worker });
      assert.equal((await pushedOf(booking))[0]?.worker, worker);
    }
  });
});

describe('a booking delivered more than once', { concurrency: true }, () => {
  for (const at of ['web', 'worker', 'partner'] as const) {
    it(`becomes two reservations where the ${at} duplicates it`, async () => {
      const { booking } = await bookWith({ name: 'duplicated', at });
      const both = await arrival(stack, booking, 2);
      assert.deepEqual(
        both.map(({ BookingNote }) => BookingNote),
        [note, note],
      );
      assert.notEqual(both[0]?.id, both[1]?.id);
      assert.deepEqual(truth(stack, booking), [`duplicated@${at}`]);
    });

    it(`becomes a good and a bad reservation where the ${at} retries badly`, async () => {
      const { booking } = await bookWith({ name: 'good-and-bad', at });
      const both = await arrival(stack, booking, 2);
      assert.deepEqual(both.map(({ BookingNote }) => BookingNote).sort(), ['', note]);
      assert.deepEqual(truth(stack, booking), [`good-and-bad@${at}`]);
    });
  }

  for (const at of ['worker', 'partner'] as const) {
    it(`is written over by the bad copy where the ${at} keeps one row`, async () => {
      const { booking } = await bookWith({ name: 'good-and-bad', at, rows: 1, ms: 150, how: 'truncated', length: 5 });
      assert.equal((await arrival(stack, booking))[0]?.BookingNote, note);
      const spoilt = await eventually('the bad copy', async () => {
        const all = await reservationsOf(stack, booking);
        return all[0]?.BookingNote === note ? undefined : all;
      });
      assert.deepEqual(
        spoilt.map(({ BookingNote }) => BookingNote),
        ['Späte'],
      );
    });
  }
});

describe('a late booking', { concurrency: true }, () => {
  for (const at of ['queue', 'worker', 'partner'] as const) {
    it(`arrives after its delay at the ${at}, and not before`, async () => {
      const start = performance.now();
      const { booking } = await bookWith({ name: 'delayed', at, ms: 250 });
      await arrival(stack, booking);
      assert.ok(performance.now() - start >= 250);
      assert.deepEqual(truth(stack, booking), [`delayed@${at}`]);
    });
  }

  it('has its note filled in after the record', async () => {
    const { booking } = await bookWith({ name: 'filled-late', ms: 300 });
    assert.equal((await arrival(stack, booking))[0]?.BookingNote, '');
    await eventually('the note', async () =>
      (await reservationsOf(stack, booking))[0]?.BookingNote === note ? 1 : undefined,
    );
    assert.deepEqual(truth(stack, booking), ['filled-late@partner']);
  });

  it('is gone again once it was seen', async () => {
    const { booking } = await bookWith({ name: 'gone', ms: 0 });
    await pushedOf(booking);
    assert.equal((await reservationsOf(stack, booking))[0]?.BookingNote, note);
    assert.deepEqual(await reservationsOf(stack, booking), []);
    assert.deepEqual(truth(stack, booking), ['gone@partner']);
  });
});

describe('stale workers switched on for a room', () => {
  it('strip the note there only, and say at that room which build they are', async () => {
    const { booking } = await bookWith({ name: 'stale-workers', count: 2 }, { name: 'pinned', worker: 'worker-2' });
    const mine = room;
    const fresh = await bookWith({ name: 'stale-workers', count: 2 }, { name: 'pinned', worker: 'worker-3' });
    assert.equal((await arrival(stack, booking))[0]?.BookingNote, '');
    assert.equal((await arrival(stack, fresh.booking))[0]?.BookingNote, note);
    assert.equal((await pushedOf(booking))[0]?.release, '41ab00c');
    const commits = async (query: string): Promise<string[]> => {
      const { instances } = await get<{ instances: { commit: string }[] }>(`${stack.urls.control}/workers${query}`);
      return instances.map(({ commit }) => commit);
    };
    assert.deepEqual(await commits(`?room=${mine}`), ['41ab00c', '41ab00c', '9f2c1e7', '9f2c1e7']);
    assert.deepEqual(await commits(''), ['9f2c1e7', '9f2c1e7', '9f2c1e7', '9f2c1e7']);
    assert.deepEqual(truth(stack, booking), ['stale-workers@worker']);
    assert.deepEqual(truth(stack, fresh.booking), []);
  });
});
