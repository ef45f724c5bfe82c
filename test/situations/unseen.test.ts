// Hops that cannot be read: a gap on the way fails nothing, a destination that nobody could read proves nothing.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { closedPort } from '../probes/local-server.ts';
import { assertEmpty, situation } from './situation.ts';

test('a hop behind a closed port is blind and fails nothing while the record arrives', async (t) => {
  const place = await situation(t, {}, [`nowhere=${await closedPort()}`]);
  const ran = await place.go(['run', 'closed-port.yaml']);
  const look = ran.at('queue');
  assert.equal(look.kind === 'blind' && look.fault.kind, 'refused', ran.screen);
  assert.match(ran.screen, /queue +\? blind .*connection refused/);
  assert.equal(ran.verdict.verdict, 'arrived');
  assert.equal(ran.code, 0);
  assertEmpty(place.hotel);
});

test('a hop behind a closed port is a suspect where the record was changed beyond it', async (t) => {
  const odd = { passedOn: (booking: { ref: string }) => ({ ...booking, note: '' }) };
  const place = await situation(t, odd, [`nowhere=${await closedPort()}`]);
  const ran = await place.go(['run', 'closed-port.yaml']);
  assert.equal(ran.verdict.verdict, 'altered', ran.screen);
  assert.match(ran.screen, /Suspects?: .*queue \(blind\).*partner/);
  assertEmpty(place.hotel);
});

test('a partner that denies permission: unproven, never lost, and the hint says what to check', async (t) => {
  const place = await situation(t, {
    instead: ({ method, url }, response) => {
      if (method !== 'GET' || !url.startsWith('/reservations')) return false;
      response.writeHead(403, { 'content-type': 'text/plain' }).end('not for you');
      return true;
    },
  });
  const ran = await place.go(['run', 'plain.yaml', '--deadline', '300ms']);
  const look = ran.at('partner');
  assert.equal(look.kind === 'blind' && look.fault.kind, 'permission', ran.screen);
  assert.equal(ran.verdict.verdict, 'unproven');
  assert.match(ran.screen, /Check the credentials of this look and what they may read/);
  assert.equal(ran.code, 4);
  assert.equal(ran.cleaned?.state, 'failed', 'whether it is gone could not be seen');
  assertEmpty(place.hotel);
});
