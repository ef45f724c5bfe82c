// A capture before a partner that speaks TLS: its certificate is verified.

import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { createServer } from 'node:https';
import { test } from 'node:test';
import { ask, captureBefore } from './capture-bench.ts';
import { certificate } from './certificate.ts';
import { closed, listen } from './local-server.ts';

test('a partner over TLS is verified, by the authority that is named, unless nothing is to be verified', async (t) => {
  const made = await certificate(t);
  if (made === undefined) return;
  const partner = createServer(made, (_request, response) => void response.end('secret place'));
  const port = await listen(partner);
  t.after(() => {
    partner.closeAllConnections();
    return closed(partner);
  });
  const url = `https://127.0.0.1:${port}`;
  const ca = await readFile(made.file);
  const unknown = await captureBefore(t, url);
  const refused = await ask(unknown.url);
  assert.equal(refused.status, 502);
  assert.match(String(refused.body), /DEPTH_ZERO_SELF_SIGNED_CERT|SELF_SIGNED/);
  for (const trust of [{ ca, insecure: false }, { insecure: true }]) {
    const bench = await captureBefore(t, url, { trust });
    assert.equal(String((await ask(bench.url)).body), 'secret place');
  }
});
