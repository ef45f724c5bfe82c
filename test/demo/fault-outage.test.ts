// Faults of a whole process: a partner, a worker or a web app that answers badly, crashes, or is down.

import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import type { FaultSpec } from '../../smoke/demo/fault.ts';
import type { Stack } from '../../smoke/demo/stack.ts';
import { readTruth } from '../../smoke/demo/truth.ts';
import {
  arrival,
  book,
  bookInRoom,
  eventually,
  get,
  jobsOf,
  logOf,
  note,
  type OwnStack,
  ownStack,
  postBooking,
  pushesOf,
  reservationsOf,
  truth,
} from './on-stack.ts';

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

describe('a partner that is ill', { concurrency: true }, () => {
  for (const [name, status] of [
    ['partner-down', undefined],
    ['partner-500', 500],
    ['partner-429', 429],
  ] as const) {
    it(`answers pushes and reads of that room with ${status ?? 'a cut connection'}, and the others well`, async () => {
      const { booking, faults } = await bookWith({ name, retryAfter: 0 });
      const failed = await eventually('a failed push', () => logOf(stack, booking, 'failed')[0]);
      assert.equal(failed.status, status ?? 0);
      const read = fetch(`${stack.urls.partner}/reservations/${booking}`);
      if (status === undefined) await assert.rejects(read);
      else assert.equal((await read).status, status);
      const other = await bookWith();
      await arrival(stack, other.booking);
      await faults[0]?.clear();
      assert.deepEqual(truth(stack, booking), [`${name}@partner`]);
    });
  }

  it('is tried again, and gets the booking when it is well', async () => {
    const { booking } = await bookWith({ name: 'partner-500', times: 2, requests: 'pushes' });
    assert.equal((await arrival(stack, booking))[0]?.BookingNote, note);
    await pushedOf(booking);
    assert.equal(logOf(stack, booking, 'failed').length, 2);
  });

  it('leaves a failed job after the third attempt, while reads go on', async () => {
    const { booking } = await bookWith({ name: 'partner-500', requests: 'pushes' });
    await eventually('the failed job', async () => {
      const { jobs } = await get<{ jobs: { payload: { booking: number } }[] }>(`${stack.urls.queue}/failed-jobs`);
      return jobs.find(({ payload }) => payload.booking === booking);
    });
    assert.equal(logOf(stack, booking, 'failed').length, 3);
    assert.deepEqual(jobsOf(stack, booking), []);
    assert.equal((await fetch(`${stack.urls.partner}/reservations/${booking}`)).status, 404);
  });
});

describe('a worker that crashes', () => {
  for (const when of ['before', 'after'] as const) {
    it(`${when} the push really exits, and another attempt delivers the one reservation`, async () => {
      const pids = Object.values(stack.pids());
      const { booking } = await bookWith({ name: 'worker-crash', when });
      const { length } = await eventually('a second taking', () => {
        const lines = logOf(stack, booking, 'received');
        return lines.length > 1 && jobsOf(stack, booking).length === 0 ? lines : undefined;
      });
      assert.equal(length, 2);
      assert.equal(logOf(stack, booking, 'pushed').length, when === 'before' ? 1 : 2);
      assert.equal((await reservationsOf(stack, booking)).length, 1);
      await eventually('seven processes', () => (Object.keys(stack.pids()).length === 7 ? true : undefined));
      assert.equal(Object.values(stack.pids()).filter((pid) => !pids.includes(pid)).length, 1);
      assert.deepEqual(truth(stack, booking), ['worker-crash@worker']);
    });
  }

  it('hits no other booking', async () => {
    const crash = { room: ++room };
    const handle = await stack.fault({ name: 'worker-crash', match: crash });
    const rooms = [crash.room, ++room, crash.room, room, room, crash.room, room, room];
    const bookings = await Promise.all(rooms.map((one) => book(stack, one)));
    for (const booking of bookings) assert.equal((await arrival(stack, booking)).length, 1);
    await eventually('the end of all jobs', () =>
      bookings.every((id) => jobsOf(stack, id).length === 0) ? true : undefined,
    );
    const hit = bookings.filter((booking) => truth(stack, booking).length > 0);
    assert.deepEqual(
      hit,
      bookings.filter((_, index) => rooms[index] === crash.room),
    );
    for (const booking of bookings) {
      if (!hit.includes(booking)) assert.equal(logOf(stack, booking, 'pushed').length, 1);
    }
    await handle.clear();
  });
});

describe('a web app that is ill', { concurrency: true }, () => {
  it('saves the booking and answers after the client gave up', async () => {
    const mine = ++room;
    await stack.fault({ name: 'web-late', ms: 2000, match: { room: mine } });
    await assert.rejects(postBooking(stack, mine, { signal: AbortSignal.timeout(200) }), /timeout/i);
    const saved = await savedIn(mine);
    assert.equal((await arrival(stack, saved))[0]?.BookingNote, note);
    assert.deepEqual(truth(stack, saved), ['web-late@web']);
  });

  it('saves the booking and answers 500', async () => {
    const mine = ++room;
    await stack.fault({ name: 'web-500', match: { room: mine } });
    assert.equal((await postBooking(stack, mine)).status, 500);
    const saved = await savedIn(mine);
    await arrival(stack, saved);
    assert.deepEqual(truth(stack, saved), ['web-500@web']);
  });

  it('refuses with 422 and saves nothing', async () => {
    const mine = ++room;
    await stack.fault({ name: 'web-422', match: { room: mine } });
    assert.equal((await postBooking(stack, mine)).status, 422);
    assert.equal(await newestIn(mine), undefined);
    const [line] = readTruth(stack.paths.truth).filter((one) => one.room === mine);
    assert.deepEqual([line?.fault, line?.hop, line?.booking, line?.sent], ['web-422', 'web', null, note]);
  });
});

describe('a partner that is down for everybody', () => {
  it('refuses connections until the fault is cleared, and is then at its old address', async () => {
    const handle = await stack.fault({ name: 'partner-down' });
    await assert.rejects(fetch(`${stack.urls.partner}/version`), (error: Error) => {
      return String((error.cause as { code?: string }).code) === 'ECONNREFUSED';
    });
    const { booking } = await bookWith();
    await eventually('a failed push', () => logOf(stack, booking, 'failed')[0]);
    await handle.clear();
    assert.equal((await fetch(`${stack.urls.partner}/version`)).status, 200);
    assert.deepEqual(truth(stack, booking), ['partner-down@partner']);
  });
});

async function newestIn(mine: number): Promise<number | undefined> {
  const url = `${stack.urls.web}/api/bookings?search=${encodeURIComponent(note)}`;
  const { bookings } = await get<{ bookings: { id: number; room: number }[] }>(url);
  return bookings.find((booking) => booking.room === mine)?.id;
}

function savedIn(mine: number): Promise<number> {
  return eventually(`a booking of room ${mine}`, () => newestIn(mine));
}
