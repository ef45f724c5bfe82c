// What a query API is asked, and why an answer of it tells nothing.

import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { createServer } from 'node:https';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { type Asking, type Question, queryApi } from '../../smoke/probes/http/query-api.ts';
import type { QueryTarget } from '../../smoke/probes/http/query-api-options.ts';
import { Blind } from '../../smoke/probes/plugin.ts';
import { lookContext, testHost } from '../host.ts';
import { authority } from './authority.ts';
import { closed, closedPort, listen, serve } from './local-server.ts';

function asking(t: TestContext, target: QueryTarget, more: { signal?: AbortSignal; host?: object } = {}): Asking {
  const api = queryApi(testHost(more.host));
  t.after(() => api.close());
  return api.look(target, lookContext(more.signal === undefined ? {} : { signal: more.signal }));
}

async function blind(asked: Promise<unknown>): Promise<Blind> {
  const error = await asked.then(
    () => assert.fail('it answered'),
    (thrown: unknown) => thrown,
  );
  assert.ok(error instanceof Blind, String(error));
  return error;
}

const question: Question = { path: '/api/search', query: { q: 'a b' } };

test('a question goes to the path behind the address, with headers and credentials, and costs what it costs', async (t) => {
  const { url, seen } = await serve(t, (_request, response) => response.end('{"n": 12345678901234567890}'));
  const target = { url: `${url}/loki/`, headers: { 'X-Scope-OrgID': 'hotel' }, auth: { bearer: 'sesame' } };
  const look = asking(t, target);
  const answer = await look.ask(question);
  assert.equal(answer.status, 200);
  assert.equal(answer.asked, 'GET /loki/api/search');
  await look.ask({ path: '/api/search', json: { size: 1 } });
  assert.deepEqual(
    seen.map(({ method, url, body }) => [method, url, body]),
    [
      ['GET', '/loki/api/search?q=a+b', ''],
      ['POST', '/loki/api/search', '{"size":1}'],
    ],
  );
  for (const { headers } of seen) {
    assert.equal(headers['authorization'], 'Bearer sesame');
    assert.equal(headers['x-scope-orgid'], 'hotel');
    assert.equal(headers['accept'], 'application/json');
  }
  assert.equal(look.cost().requests, 2);
  assert.ok(look.cost().bytes > 20);
});

test('statuses say why nothing could be read, with the words of the server, masked', async (t) => {
  let answer: { status: number; body: string; headers?: Record<string, string> } = { status: 200, body: '' };
  const pauses: number[] = [];
  const { url } = await serve(t, (_request, response) =>
    response.writeHead(answer.status, answer.headers).end(answer.body),
  );
  const host = {
    mask: (text: string) => text.replaceAll('hunter2', '***'),
    pause: (_origin: string, ms: number) => pauses.push(ms),
  };
  const look = asking(t, { url }, { host });
  const cases = [
    [{ status: 401, body: '{"error":{"reason":"unknown user hunter2"}}' }, 'permission', /401: unknown user \*\*\*$/],
    [{ status: 403, body: 'no org id' }, 'permission', /403: no org id$/],
    [{ status: 404, body: '<html>not found' }, 'wrong-answer', /404$/],
    [{ status: 400, body: '{"message":"parse error"}' }, 'wrong-answer', /400: parse error$/],
    [{ status: 503, body: '' }, 'busy', /503$/],
    [{ status: 302, body: '', headers: { location: '/login' } }, 'wrong-answer', /302 and leads to .*\/login$/],
    [{ status: 200, body: '<html>Please log in' }, 'wrong-answer', /answered 200, but not with JSON$/],
    [{ status: 200, body: '{"cut": ' }, 'wrong-answer', /not with JSON$/],
  ] as const;
  for (const [given, kind, message] of cases) {
    answer = given;
    const { fault } = await blind(look.ask(question));
    assert.equal(fault.kind, kind, fault.message);
    assert.match(fault.message, message);
  }
  answer = { status: 429, body: '', headers: { 'retry-after': '7' } };
  const busy = await blind(look.ask(question));
  assert.deepEqual([busy.fault.kind, busy.retryAfter], ['busy', 7_000]);
  assert.deepEqual(pauses, [7_000]);
});

test('a status that the question allows is read, with JSON or without', async (t) => {
  let body = '{"data": null}';
  const { url } = await serve(t, (_request, response) => response.writeHead(404).end(body));
  const look = asking(t, { url });
  assert.deepEqual((await look.ask({ ...question, also: [404] })).json, { data: null });
  body = 'trace not found';
  assert.deepEqual((await look.ask({ ...question, also: [404] })).json, undefined);
});

test('an answer that is too long, or nested too deeply, was not read', async (t) => {
  let body = `"${'x'.repeat(9 * 1024 * 1024)}"`;
  const { url } = await serve(t, (_request, response) => response.end(body));
  const look = asking(t, { url });
  assert.equal((await blind(look.ask(question))).fault.kind, 'gave-up');
  body = '['.repeat(100_000);
  assert.equal((await blind(look.ask(question))).fault.kind, 'gave-up');
});

test('nobody there is refused, and a look that is over ends at once', async (t) => {
  assert.equal((await blind(asking(t, { url: await closedPort() }).ask(question))).fault.kind, 'refused');
  const { url } = await serve(t, () => undefined);
  const stop = new AbortController();
  const asked = blind(asking(t, { url }, { signal: stop.signal }).ask(question));
  setImmediate(() => stop.abort(new Error('the time is up')));
  assert.equal((await asked).fault.kind, 'timeout');
  assert.equal((await blind(asking(t, { url, timeout: '50ms' }).ask(question))).fault.kind, 'timeout');
});

test('a connection that was closed meanwhile is made anew', async (t) => {
  const { url, server } = await serve(t, (_request, response) => response.end('{}'));
  const look = asking(t, { url });
  await look.ask(question);
  server.closeAllConnections();
  assert.deepEqual((await look.ask(question)).json, {});
});

test('TLS is verified, by the authority of `ca`', async (t) => {
  const made = await authority(t);
  if (made === undefined) return;
  const [key, cert] = await Promise.all(['server.key', 'server.pem'].map((name) => readFile(join(made.folder, name))));
  const server = createServer({ key, cert }, (_request, response) => response.end('{}'));
  const url = `https://127.0.0.1:${await listen(server)}`;
  t.after(() => {
    server.closeAllConnections();
    return closed(server);
  });
  const { fault } = await blind(asking(t, { url }).ask(question));
  assert.equal(fault.kind, 'refused');
  assert.match(fault.hint ?? '', /ca/);
  const trusted = asking(t, { url, tls: { ca: 'ca.pem' } }, { host: { baseDir: made.folder } });
  assert.deepEqual((await trusted.ask(question)).json, {});
});
