// What a look with `capture` tells of the answer: what had come at the moment of the look, and of which copy.

import assert from 'node:assert/strict';
import { createServer, request as plainRequest, type ServerResponse } from 'node:http';
import { describe, type TestContext, test } from 'node:test';
import type { Look } from '../../smoke/core/look.ts';
import { testContext } from '../../smoke/testing/host.ts';
import { ask } from './capture-bench.ts';
import { lookIn, marker } from './capture-judged.ts';
import { only, openAt, opened } from './capture-looks.ts';
import { until } from './job-looks.ts';
import { closed, listen } from './local-server.ts';

const note = JSON.stringify({ note: `Late. ${marker}` });
const field = '$.request.body.note';
const ago = (): Date => new Date(Date.now() - 60_000);

/** The source of a look that saw the record, what had not ended, and how many there were. */
function told(look: Look): unknown[] {
  assert.ok('evidence' in look, JSON.stringify(look));
  const { source, ongoing, copies } = look.evidence;
  return [source.replace(/\([\d.]+ s\)$/, '(so long)'), ongoing, copies];
}

/** The answers are begun by the test. */
async function held(t: TestContext) {
  const answers: ServerResponse[] = [];
  const one = await opened(t, {}, {}, (_request, response) => void answers.push(response));
  const put = (path = '/r'): Promise<unknown> =>
    ask(`${one.url}${path}`, { method: 'PUT', body: note }).catch(() => undefined);
  const arrived = (count: number): Promise<void> => until(async () => answers.length === count);
  return { ...one, answers, put, arrived };
}

test('a request seen before and after its answer, by a look that began in between, is one', async (t) => {
  const { port, answers, put, arrived } = await held(t);
  const asked = put();
  await arrived(1);
  const follower = await openAt(t, { listen: String(port) });
  const read = () => follower.read({}, testContext({ since: ago() }));
  assert.deepEqual(told(lookIn(await read(), { field })), ['PUT /r → no answer yet (so long)', true, undefined]);
  answers[0]?.writeHead(201).end('{}');
  await asked;
  const reading = await read();
  assert.deepEqual(told(lookIn(reading, { field })), ['PUT /r → 201', undefined, undefined]);
  assert.match(reading.searched, /^1 request /);
});

describe('an answer that has begun', () => {
  test('is told when its head comes, is ongoing until its end, and is told as broken off', async (t) => {
    const { look, answers, put, arrived } = await held(t);
    const asked = put();
    await arrived(1);
    answers[0]?.writeHead(200, { 'content-length': '100' }).write('{"ok":');
    await until(async () => (await only(await look())).source.includes('200'));
    assert.deepEqual(told(lookIn(await look(), { field })), ['PUT /r → 200, still coming (so long)', true, undefined]);
    answers[0]?.destroy();
    await asked;
    await until(async () => (await only(await look())).ongoing === undefined);
    const [source, ongoing] = told(lookIn(await look(), { field }));
    assert.match(String(source), /^PUT \/r → 200, broken off: the partner ended in the middle of its answer/);
    assert.equal(ongoing, undefined);
  });

  test('before the request is whole leaves that coming in, and what it lacks so far is no proof', async (t) => {
    const partner = createServer((_request, response) => void response.writeHead(200).write('{'));
    const forward = `http://127.0.0.1:${await listen(partner)}`;
    t.after(() => {
      partner.closeAllConnections();
      return closed(partner);
    });
    const { url, look } = await opened(t, { forward });
    const coming = plainRequest(`${url}/r`, { method: 'PUT', agent: false, headers: { 'content-length': '900' } });
    coming.on('error', () => undefined);
    coming.on('response', (answer) => void answer.on('error', () => undefined).resume());
    coming.write('{"note":"');
    await until(async () => (await look()).candidates.length === 1);
    const reading = await look();
    assert.match(reading.searched, /1 still coming in/);
    const found = lookIn(reading);
    assert.ok(found.kind === 'absent' && !found.proves, JSON.stringify(found));
    const named = await look({ path: '/r' }, { named: true });
    const blind = lookIn(named, { field }, { path: '/r' });
    assert.ok(blind.kind === 'blind' && /not all of it had come/.test(blind.fault.message), JSON.stringify(blind));
    coming.destroy();
  });
});

describe('of several copies', () => {
  test('a retry that was answered is told before the one that was given up', async (t) => {
    const { url, look, answers, put, arrived } = await held(t);
    const first = plainRequest(`${url}/r`, { method: 'PUT', agent: false });
    first.on('error', () => undefined);
    first.end(note);
    await arrived(1);
    first.destroy();
    await until(async () => (await only(await look())).ongoing === undefined);
    const [source] = told(lookIn(await look(), { field }));
    assert.equal(source, 'PUT /r → who sent it went away before the answer was there');
    const again = put();
    await arrived(2);
    answers[1]?.writeHead(201).end('{}');
    await again;
    assert.deepEqual(told(lookIn(await look(), { field })), ['PUT /r → 201', undefined, 2]);
  });

  test('one that was answered is told before one that hangs or was refused, and the look has not ended', async (t) => {
    const { look, answers, put, arrived } = await held(t);
    const first = put();
    await arrived(1);
    const second = put();
    await arrived(2);
    answers[1]?.writeHead(201).end('{}');
    await second;
    assert.deepEqual(told(lookIn(await look(), { field })), ['PUT /r → 201', true, 2]);
    answers[0]?.writeHead(500).end('{}');
    await first;
    assert.deepEqual(told(lookIn(await look(), { field })), ['PUT /r → 201', undefined, 2]);
  });
});

test('the end of one that was on its way when its capture ended is not known, and no answer is awaited', async (t) => {
  const { port, partner, probe, put, arrived } = await held(t);
  const other = await openAt(t, { listen: `127.0.0.1:${port}`, forward: partner.url });
  const since = new Date();
  const asked = put();
  await arrived(1);
  const read = () => other.read({}, testContext({ since }));
  await until(async () => (await read()).candidates.length === 1);
  await probe.close?.(AbortSignal.abort());
  await asked;
  await until(async () => (await only(await read())).ongoing === undefined);
  assert.equal((await only(await read())).source, 'PUT /r → no answer yet when its capture ended');
});

describe('an answer that is awaited', () => {
  test('leaves an absence unproved where it may yet fit `where`, and only then', async (t) => {
    const { look, answers, put, arrived } = await held(t);
    const asked = put();
    await arrived(1);
    const provesWith = async (where: Record<string, string>): Promise<boolean> => {
      const found = lookIn(await look(), { where });
      assert.equal(found.kind, 'absent');
      return found.kind === 'absent' && found.proves;
    };
    assert.equal(await provesWith({ '$.status': '201' }), false);
    assert.equal(await provesWith({ '$.status': '201', '$.request.path': '/r/other' }), true);
    assert.equal(await provesWith({ '$.request.path': '/r/other' }), true);
    answers[0]?.writeHead(500).end('{}');
    await asked;
    assert.equal(await provesWith({ '$.status': '201' }), true);
  });

  test('may yet hold what `field` reads there', async (t) => {
    const { look, put, arrived } = await held(t);
    void put();
    await arrived(1);
    const found = lookIn(await look(), { field: '$.response.body.note' });
    assert.ok(found.kind === 'blind' && /may still come/.test(found.fault.message), JSON.stringify(found));
  });
});

describe('the end of a run', () => {
  test('waits for what is on its way, longer than many a partner takes', async (t) => {
    const { url, probe, arrived, answers } = await held(t);
    const asked = ask(`${url}/r`, { method: 'PUT', body: note });
    await arrived(1);
    const ended = probe.close?.();
    setTimeout(() => void answers[0]?.writeHead(201).end('{}'), 2_500);
    assert.equal((await asked).status, 201);
    await ended;
  });

  test('does not wait where it is hurried', async (t) => {
    const { probe, put, arrived } = await held(t);
    const asked = put();
    await arrived(1);
    const hurry = new AbortController();
    const ended = probe.close?.(hurry.signal);
    const began = performance.now();
    hurry.abort();
    await ended;
    await asked;
    assert.ok(performance.now() - began < 2_000);
  });
});
