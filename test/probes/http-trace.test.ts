// What a send over HTTP carries of the marker's trace, and what it leaves as the scenario has it.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { booking, send, statusServer } from './http-sends.ts';

const trace = {
  traceparent: '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01',
  baggage: 'smoketrail.marker=smk-1',
};

test('the trace leaves as headers', async (t) => {
  const server = await statusServer(t, 201);
  await send(booking(server.url), { trace });
  const [request] = server.seen;
  assert.equal(request?.headers['traceparent'], trace.traceparent);
  assert.equal(request?.headers['baggage'], trace.baggage);
});

test('a header of the scenario’s own stays', async (t) => {
  const server = await statusServer(t, 201);
  await send({ ...booking(server.url), headers: { Baggage: 'tenant=7' } }, { trace });
  assert.equal(server.seen[0]?.headers['baggage'], 'tenant=7');
  assert.equal(server.seen[0]?.headers['traceparent'], trace.traceparent);
});

test('without a trace there are no such headers', async (t) => {
  const server = await statusServer(t, 201);
  await send(booking(server.url));
  assert.equal('traceparent' in (server.seen[0]?.headers ?? {}), false);
  assert.equal('baggage' in (server.seen[0]?.headers ?? {}), false);
});
