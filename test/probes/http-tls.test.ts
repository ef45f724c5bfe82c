// TLS: a certificate nobody vouches for refuses the request before any of it leaves.

import assert from 'node:assert/strict';
import { createServer } from 'node:https';
import { test } from 'node:test';
import { http } from '../../smoke/probes/http/http.ts';
import { Blind } from '../../smoke/probes/plugin.ts';
import { lookContext, nobody, noCookies, testHost } from '../host.ts';
import { certificate } from './certificate.ts';
import { closed, listen, serveRaw } from './local-server.ts';

test('a self-signed certificate refuses look and send, and --insecure accepts it', async (t) => {
  const pair = await certificate(t);
  if (!pair) return;
  let requests = 0;
  const server = createServer(pair, (_request, response) => {
    requests += 1;
    response.end('ok');
  });
  const url = `https://127.0.0.1:${await listen(server)}/`;
  t.after(() => {
    server.closeAllConnections();
    return closed(server);
  });
  const probe = await http.open?.({}, testHost());
  const trigger = await http.trigger?.(testHost());
  assert.ok(probe && trigger);
  const fire = { signal: new AbortController().signal, cookies: noCookies, owner: nobody };

  const look = await probe.read({ url }, lookContext()).catch((error: unknown) => error);
  assert.ok(look instanceof Blind);
  assert.equal(look.fault.kind, 'refused');
  assert.match(look.fault.hint ?? '', /--insecure/);

  const sent = await trigger.fire({ url, json: {} }, fire);
  assert.equal(sent.outcome, 'refused', sent.summary);
  assert.equal(requests, 0);

  const insecure = await http.open?.({}, testHost({ insecure: true }));
  assert.ok(insecure);
  assert.equal((await insecure.read({ url }, lookContext())).candidates[0]?.text(), 'ok');
  await probe.close?.();
  await insecure.close?.();
});

test('a server that does not speak TLS, or never finishes the handshake, has refused a send', async (t) => {
  const trigger = await http.trigger?.(testHost());
  assert.ok(trigger);
  const plain = await serveRaw(t, (socket) => socket.end('HTTP/1.1 400 Bad Request\r\n\r\n'));
  const silent = await serveRaw(t, (socket) => socket.resume());
  for (const url of [plain, silent]) {
    const signal = AbortSignal.timeout(300);
    const sent = await trigger.fire(
      { url: url.replace('http:', 'https:'), json: {} },
      { signal, cookies: noCookies, owner: nobody },
    );
    assert.equal(sent.outcome, 'refused', sent.summary);
  }
});
