// Sends that end badly or half done: what was created is found, judged and removed.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { serve } from '../probes/local-server.ts';
import { assertEmpty, situation } from './situation.ts';

test('a send refused in the middle: refused, and what its earlier step created is removed', async (t) => {
  const place = await situation(t, {
    instead: ({ method, url }, response) => {
      if (method !== 'POST' || url !== '/bookings') return false;
      response.writeHead(422, { 'content-type': 'application/json' }).end('{"error":"no room"}');
      return true;
    },
  });
  const ran = await place.go(['run', 'guest-first.yaml']);
  assert.equal(ran.verdict.verdict, 'refused', ran.screen);
  assert.match(ran.screen, /no room/);
  assert.match(ran.screen, /refused: step 2 of 2, POST \/bookings: POST \S+\/bookings → 422/);
  assert.match(ran.screen, /Suspect: web \(refused it\)/);
  assert.equal(ran.code, 1);
  assert.ok(place.hotel.seen.some(({ method, url }) => method === 'DELETE' && url === '/guests/G1'));
  assertEmpty(place.hotel);
});

test('a booking that was saved and answered with 500: unknown, found by its marker, and arrived', async (t) => {
  const place = await situation(t, { saved: 500 });
  const ran = await place.go(['run', 'plain.yaml']);
  const [send] = ran.scenarios[0]?.steps ?? [];
  assert.equal(send?.outcome, 'unknown', ran.screen);
  assert.equal(ran.verdict.verdict, 'arrived');
  assert.equal(ran.code, 0);
  assert.match(ran.screen, /alias booking = BK-8841/);
  assertEmpty(place.hotel);
});

test('a system that no hop of the route stands for refused the send: it is named, and no hop is suspected', async (t) => {
  const desk = await serve(t, (_request, response) => response.writeHead(422).end());
  const place = await situation(t, { passedOn: () => undefined }, [`desk=${desk.url}`]);
  const ran = await place.go(['run', 'confirmed.yaml']);
  assert.equal(ran.verdict.verdict, 'refused', ran.screen);
  assert.deepEqual(ran.verdict.trail.suspects, []);
  assert.match(ran.screen, /refused: step 2 of 2, confirm: POST .*→ 422/);
  assert.ok(ran.screen.includes(`It asked ${desk.url}, where no hop of the route is looked at.`), ran.screen);
  assert.doesNotMatch(ran.screen, /Suspect/);
  assert.match(ran.screen, /Next +check the send: step 2 of 2, confirm/);
  assertEmpty(place.hotel);
});
