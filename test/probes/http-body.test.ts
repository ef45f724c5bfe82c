// Bodies of every kind, as a server receives them.

import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import type { HttpOptions } from '../../smoke/probes/http/http-options.ts';
import { send, statusServer } from './http-sends.ts';

test('bodies of every kind arrive as they were meant', async (t) => {
  const folder = await mkdtemp(join(tmpdir(), 'smoketrail-'));
  t.after(() => rm(folder, { recursive: true }));
  writeFileSync(join(folder, 'note.xml'), '<?xml version="1.0" encoding="ISO-8859-1"?><n>x</n>');
  const server = await statusServer(t, 201);
  const { url } = server;
  const bodies: HttpOptions[] = [
    { url, json: { big: 12345678901234567890n, list: [1, null] } },
    { url, form: { a: [1, 2], b: 'ä' } },
    { url, text: 'Grüße' },
    { url, xml: '<n/>' },
    { url, xml: { file: 'note.xml' } },
    { url, multipart: { note: 'Grüße', scan: { file: 'note.xml', type: 'text/xml' } } },
    { url, method: 'PUT', headers: { 'Content-Type': 'application/vnd.api+json' }, json: {} },
  ];
  for (const options of bodies) {
    assert.equal((await send(options, {}, { baseDir: folder })).outcome, 'done');
  }
  const types = server.seen.map(({ headers }) => String(headers['content-type']).replace(/boundary=.*/, 'boundary'));
  assert.deepEqual(types, [
    'application/json',
    'application/x-www-form-urlencoded',
    'text/plain; charset=utf-8',
    'application/xml; charset=utf-8',
    'application/xml',
    'multipart/form-data; boundary',
    'application/vnd.api+json',
  ]);
  const texts = server.seen.map(({ body }) => body);
  assert.equal(texts[0], '{"big":12345678901234567890,"list":[1,null]}');
  assert.equal(texts[1], 'a=1&a=2&b=%C3%A4');
  assert.equal(texts[2], 'Grüße');
  assert.match(texts[4] ?? '', /ISO-8859-1/);
  assert.match(texts[5] ?? '', /name="note"\r\n\r\nGrüße\r\n/);
  assert.match(texts[5] ?? '', /name="scan"; filename="note.xml"\r\nContent-Type: text\/xml\r\n/);
  assert.deepEqual(new Set(server.seen.map(({ method }) => method)), new Set(['POST', 'PUT']));
});

test('a body that cannot be read is refused with the reason, and nothing left', async (t) => {
  const server = await statusServer(t, 201);
  const sent = await send({ url: server.url, xml: { file: './missing.xml' } });
  assert.equal(sent.outcome, 'refused');
  assert.match(sent.summary, /missing\.xml/);
  assert.equal(server.seen.length, 0);
});

test('a DELETE without a body leaves as one', async (t) => {
  const server = await statusServer(t, 204);
  const sent = await send({ method: 'DELETE', url: `${server.url}/api/bookings/8841` });
  assert.equal(sent.outcome, 'done');
  assert.equal(server.seen[0]?.body, '');
  assert.equal(server.seen[0]?.headers['transfer-encoding'], undefined);
});
