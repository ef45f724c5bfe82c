// Many markers and several runners on one system: they share its requests, and touch nobody else's records.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { assertEmpty, situation } from './situation.ts';

test('eight markers on one list share its looks: fewer requests than looks, each its own verdict', async (t) => {
  const place = await situation(t, { behind: 600 });
  const ran = await place.go(['run', 'plain.yaml', '--repeat', '8', '--jobs', '8']);
  assert.deepEqual(
    ran.scenarios.map(({ verdict }) => verdict?.verdict),
    Array.from({ length: 8 }, () => 'arrived'),
    ran.screen,
  );
  const looks = ran.scenarios
    .flatMap(({ looks }) => looks.filter(({ hop }) => hop === 'partner').slice(-1))
    .reduce((sum, { looks }) => sum + looks, 0);
  // Cleaning looks at the list once more for each marker; those looks are in no timeline.
  const listings = place.hotel.listings();
  assert.ok(listings < looks, `${listings} requests for ${looks} looks`);
  assertEmpty(place.hotel);
});

test('two pipelines at once on one system: each its own marker, and each removes its own record only', async (t) => {
  const place = await situation(t, { behind: 300 });
  const [one, two] = await Promise.all([place.go(['run', 'plain.yaml']), place.go(['run', 'plain.yaml'])]);
  assert.notEqual(one.marker, two.marker);
  for (const ran of [one, two]) {
    assert.equal(ran.verdict.verdict, 'arrived', ran.screen);
    assert.equal(ran.cleaned?.state, 'clean', ran.screen);
  }
  const removed = place.hotel.seen.filter(({ method }) => method === 'DELETE').map(({ url }) => url);
  assert.equal(new Set(removed).size, removed.length, 'nothing was removed twice');
  assertEmpty(place.hotel);
});

test('a runner whose disk is gone: the record is still there, and its marker alone finds and follows it', async (t) => {
  const place = await situation(t);
  const sent = await place.go(['run', 'plain.yaml', '--no-cleanup']);
  place.forgetLedger();
  place.hotel.seen.length = 0;
  const traced = await place.go(['trace', sent.marker, 'plain.yaml']);
  assert.equal(traced.verdict.verdict, 'arrived', traced.screen);
  assert.equal(traced.code, 0);
  assert.deepEqual([...new Set(place.hotel.seen.map(({ method }) => method))], ['GET'], 'a trace only reads');
  assert.equal(place.hotel.bookings.size, 1);
});

test('a note that a person typed is traced like a marker', async (t) => {
  const place = await situation(t, { passedOn: (booking) => ({ ...booking, note: '' }) });
  const body = JSON.stringify({ note: 'We arrive at midnight, with two dogs' });
  await fetch(`${place.hotel.url}/bookings`, { method: 'POST', body });
  const traced = await place.go(['trace', 'arrive at midnight', 'plain.yaml']);
  assert.equal(traced.verdict.verdict, 'altered', traced.screen);
  assert.equal(traced.at('web').kind, 'intact');
  assert.equal(traced.at('partner').kind, 'stripped');
  assert.match(traced.screen, /Last seen at web/);
  assert.equal(place.hotel.bookings.size, 1, 'and it stays');
});
