// Connections that are kept between requests: used again, and left before the server closes them.

import assert from 'node:assert/strict';
import { once } from 'node:events';
import type { Socket } from 'node:net';
import { test } from 'node:test';
import { lookContext } from '../host.ts';
import { answer, open } from './http-looks.ts';
import { serve } from './local-server.ts';

test('an idle connection is left before the server closes it, so that no request is lost between the two', async (t) => {
  const { url, server, connections } = await serve(t, answer(200));
  // Said to the client as two seconds; Node itself closes a second later.
  server.keepAliveTimeout = 2_000;
  const connected = once(server, 'connection') as Promise<[Socket]>;
  const probe = await open(t);
  for (let n = 0; n < 2; n += 1) await probe.read({ url }, lookContext());
  assert.equal(connections(), 1, 'it is used again');
  const [socket] = await connected;
  const first = await Promise.race([
    once(socket, 'end').then(() => 'the client'),
    once(socket, 'close').then(() => 'the server'),
  ]);
  assert.equal(first, 'the client');
});
