// What a capture could not read, or not look into, proves nothing by what is not seen in it.

import assert from 'node:assert/strict';
import { connect } from 'node:net';
import { describe, type TestContext, test } from 'node:test';
import { gzipSync } from 'node:zlib';
import type { Look } from '../../smoke/core/look.ts';
import { testContext } from '../../smoke/testing/host.ts';
import { ask } from './capture-bench.ts';
import { lookIn, marker } from './capture-judged.ts';
import { type Opened, only, openAt, opened } from './capture-looks.ts';

/** Sends bytes as they are, and gives what came back. */
function raw(port: number, bytes: string | Buffer): Promise<string> {
  return new Promise((resolve) => {
    let back = '';
    const socket = connect(port, '127.0.0.1', () => socket.end(bytes));
    socket.on('data', (piece: Buffer) => {
      back += piece.toString('latin1');
    });
    socket.on('error', () => undefined);
    socket.on('close', () => resolve(back));
  });
}

/** Others have come through, so that the partner URL may be taken for right. */
async function busy(t: TestContext): Promise<Opened> {
  const one = await opened(t);
  await ask(`${one.url}/health`);
  assert.equal(lookIn(await one.look()).kind, 'absent');
  return one;
}

describe('what came and could not be read', () => {
  const tooLong = `PUT /r HTTP/1.1\r\nHost: p\r\nX-Long: ${'a'.repeat(70_000)}\r\nContent-Length: 0\r\n\r\n`;
  for (const [what, bytes, status, why] of [
    ['headers that are too long', tooLong, 431, /headers are over 65536 bytes/],
    ['TLS', Buffer.from('16030100f0010000ec0303', 'hex'), 400, /no HTTP\/1\.1/],
    ['a header with a line break', 'PUT /r HTTP/1.1\r\nHost: p\r\nX: a\nb c\r\n\r\n', 400, /no HTTP\/1\.1/],
    ['a tunnel', 'CONNECT partner:443 HTTP/1.1\r\nHost: partner:443\r\n\r\n', 405, /CONNECT/],
  ] as const)
    test(`is no absence: ${what}`, async (t) => {
      const { port, look } = await busy(t);
      assert.match(await raw(port, bytes), new RegExp(`^HTTP/1\\.1 ${status} `));
      const found = lookIn(await look({}, { since: new Date(Date.now() - 5_000) }));
      assert.ok(found.kind === 'blind' && found.fault.kind === 'not-observable', JSON.stringify(found));
      assert.match(found.fault.message, why);
      // What came before the send says nothing of it.
      assert.equal(lookIn(await look({}, { since: new Date(Date.now() + 1_000) })).kind, 'absent');
    });

  test('is told to a run that follows', async (t) => {
    const { port } = await busy(t);
    const follower = await openAt(t, { listen: String(port) });
    await raw(port, tooLong);
    const reading = await follower.read({}, testContext({ since: new Date(Date.now() - 5_000) }));
    assert.match(reading.unseen?.message ?? '', /headers are over/);
  });

  test('is nothing where a connection was opened and closed', async (t) => {
    const { port, look } = await busy(t);
    await raw(port, '');
    assert.equal(lookIn(await look({}, { since: new Date(Date.now() - 5_000) })).kind, 'absent');
  });
});

test('a `where` that is a name where JSONPath is needed is blind and says so, never a missed record', async (t) => {
  const { url, look } = await opened(t);
  await ask(`${url}/res/1`, { method: 'PUT', body: JSON.stringify({ note: marker }) });
  const found = lookIn(await look(), { where: { path: '/res/1' } });
  assert.ok(found.kind === 'blind', found.kind);
  assert.equal(found.fault.kind, 'selector');
  assert.match(found.fault.message, /use JSONPath, as in \$\.path$/);
  assert.equal(lookIn(await look(), { where: { '$.path': '/res/1' } }).kind, 'intact');
});

test('a request that was asked for by its path, and lacks what would show the record, has it not: it answers nothing', async (t) => {
  const { url, look } = await opened(t);
  await ask(`${url}/res/9`, { method: 'PUT', body: '{"n":1}' });
  const found = lookIn(await look({ path: '/res/9' }, { named: true }), { field: '$.request.body.note' });
  assert.ok(found.kind === 'blind', found.kind);
  assert.equal(
    found.fault.message,
    'PUT /res/9 → 201 has neither $.request.body.note nor anything that the record is known by, so it may not be the record',
  );
});

describe('a body that cannot be looked into', () => {
  test('is no absence: cut before the marker, or in the middle of it', async (t) => {
    const { url, look } = await opened(t, { limit: 60 });
    await ask(`${url}/before`, { method: 'PUT', body: JSON.stringify({ pad: 'x'.repeat(60), note: marker }) });
    await ask(`${url}/middle`, { method: 'PUT', body: JSON.stringify({ pad: 'x'.repeat(24), note: marker }) });
    for (const path of ['/before', '/middle']) {
      const reading = await look({ path });
      assert.match((await only(reading)).closed ?? '', /only 60 of/);
      for (const selection of [{}, { field: '$.request.body.note' }, { where: { '$.request.body.id': '1' } }])
        assert.equal(lookIn(reading, selection).kind, 'blind', path + JSON.stringify(selection));
    }
  });

  test('is no absence: one that is no text', async (t) => {
    const { url, look } = await opened(t);
    await ask(`${url}/r`, { method: 'PUT', body: Buffer.from([8, 0, 255, 3, 0, 7]) });
    assert.equal(lookIn(await look()).kind, 'blind');
  });

  test('is no absence where it may be another record: the hint is to narrow the look, and that helps', async (t) => {
    const { url, look } = await opened(t);
    await ask(`${url}/pictures/1`, { method: 'POST', body: Buffer.from([0x89, 0x50, 0x4e, 0x47, 0, 255]) });
    await ask(`${url}/r/1`, { method: 'PUT', body: '{"note":"another"}' });
    const hintOf = (found: Look): string | undefined => (found.kind === 'blind' ? found.fault.hint : found.kind);
    assert.match(hintOf(lookIn(await look())) ?? '', /with `path` \(and `method`\)/);
    assert.match(hintOf(lookIn(await look({ method: 'POST' }))) ?? '', /with `path`:/);
    assert.equal(lookIn(await look({ path: '/r/*' })).kind, 'absent');
    assert.equal(lookIn(await look({ method: 'PUT' })).kind, 'absent');
    // A path is as narrow as it can be.
    assert.equal(hintOf(lookIn(await look({ path: '/pictures/*' }))), undefined);
  });

  test('is unpacked where its headers do not say that it is packed', async (t) => {
    const { url, look } = await opened(t);
    await ask(`${url}/r`, { method: 'PUT', body: gzipSync(JSON.stringify({ note: `Late. ${marker}` })) });
    assert.equal(lookIn(await look()).kind, 'intact');
  });
});

describe('the marker in a header alone', () => {
  test('takes the proof from an absence, and is no sighting', async (t) => {
    const { url, look } = await opened(t);
    await ask(`${url}/r`, { method: 'PUT', headers: { 'X-Note': marker }, body: '{"note":""}' });
    const found = lookIn(await look());
    assert.equal(found.kind === 'absent' && found.proves, false);
    assert.match((found.kind === 'absent' && found.detail) || '', /PUT \/r → 201 has the marker in a header/);
  });

  test('as baggage tells whose the request is: it went out, and lost its text', async (t) => {
    const { url, look } = await opened(t);
    const headers = { 'content-type': 'application/json', baggage: `smoketrail.marker=${marker}` };
    await ask(`${url}/r`, { method: 'PUT', headers, body: '{"note":""}' });
    const reading = await look();
    assert.equal(lookIn(reading, { field: '$.request.body.note' }).kind, 'stripped');
    assert.notEqual(lookIn(reading).kind, 'intact');
    assert.notEqual(lookIn(reading).kind, 'absent');
  });
});

test('a run that follows keeps no more than a capture of its own would', async (t) => {
  const { url, port } = await opened(t);
  const follower = await openAt(t, { listen: String(port), total: 50_000 });
  const since = new Date();
  for (let count = 0; count < 10; count += 1) await ask(`${url}/${count}`, { method: 'PUT', body: 'x'.repeat(10_000) });
  const { candidates, unseen } = await follower.read({ total: 50_000 }, testContext({ since }));
  assert.ok(candidates.length < 5, String(candidates.length));
  assert.equal(candidates.at(-1)?.source, 'PUT /9 → 201');
  assert.equal(unseen?.kind, 'gave-up');
});
