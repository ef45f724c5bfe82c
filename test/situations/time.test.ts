// What takes its time: lists that are behind, workers that try again, bookings far ahead.

import assert from 'node:assert/strict';
import { appendFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { test } from 'node:test';
import { assertEmpty, situation } from './situation.ts';

test('a list that is behind by design: what it lacks is not lost until that time is over', async (t) => {
  const place = await situation(t, { behind: 1_200 });
  const ran = await place.go(['run', 'lagging-list.yaml']);
  assert.equal(ran.at('partner').kind, 'intact', ran.screen);
  assert.equal(ran.verdict.verdict, 'arrived');
  assert.match(ran.verdict.headline, /though no look proved it absent by then|as a look says/);
  assert.equal(ran.code, 0);
  assertEmpty(place.hotel);
});

test('a record that such a list never shows is lost, after the time it may be behind', async (t) => {
  const place = await situation(t, { passedOn: () => undefined });
  const began = performance.now();
  const ran = await place.go(['run', 'lagging-list.yaml']);
  assert.ok(performance.now() - began > 3_000, 'no sooner than the list may show it');
  assert.equal(ran.verdict.verdict, 'lost', ran.screen);
  assert.match(ran.screen, /Last seen at web/);
  assert.equal(place.hotel.bookings.size, 0);
});

test('attempts that failed before one succeeded are told on the timeline', async (t) => {
  const place = await situation(t, {
    passedOn: (booking) => {
      for (const status of [503, 503, 201]) {
        const line = { event: 'push', booking: booking.ref, status, note: booking.note };
        appendFileSync(path.join(place.dir, 'worker.log'), `${JSON.stringify(line)}\n`);
      }
      return booking;
    },
  });
  writeFileSync(path.join(place.dir, 'worker.log'), '');
  const ran = await place.go(['run', 'retries.yaml']);
  assert.equal(ran.verdict.verdict, 'arrived', ran.screen);
  const look = ran.at('worker');
  assert.equal(look.kind === 'intact' && look.evidence.copies, 3);
  assert.match(ran.screen, /worker intact, worker\.log:1 note, 3 copies/);
  assertEmpty(place.hotel);
});

test('an arrival a year ahead is written by the calendar of its own time zone', async (t) => {
  const asked: string[] = [];
  const place = await situation(t, {
    passedOn: (booking) => {
      asked.push(booking.arrival ?? '');
      return booking;
    },
  });
  const before = inAYear();
  const ran = await place.go(['run', 'far-arrival.yaml']);
  assert.equal(ran.verdict.verdict, 'arrived', ran.screen);
  assert.ok([before, inAYear()].includes(asked[0] ?? ''), `${asked[0]} is not ${before}`);
  assertEmpty(place.hotel);
});

/** In a zone fourteen hours ahead of UTC, so that the date mostly differs from the one here. */
function inAYear(): string {
  const there = new Date(Date.now() + 14 * 3_600_000);
  const month = String(there.getUTCMonth() + 1).padStart(2, '0');
  const leap = month === '02' && there.getUTCDate() === 29;
  return `${leap ? '28' : String(there.getUTCDate()).padStart(2, '0')}.${month}.${there.getUTCFullYear() + 1}`;
}
