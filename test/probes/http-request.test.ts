// What carries a look over HTTP: connections, the budget, cookies, encodings, credentials.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createCookies } from '../../smoke/probes/http/cookies.ts';
import { Blind } from '../../smoke/probes/plugin.ts';
import { lookContext } from '../host.ts';
import { answer, blind, json, look, open } from './http-looks.ts';
import { closedPort, serve, serveRaw } from './local-server.ts';

test('a kept connection that the server closed meanwhile is opened again, at the cost of a retry', async (t) => {
  let requests = 0;
  const url = await serveRaw(t, (socket) => {
    let answered = 0;
    socket.on('data', () => {
      requests += 1;
      answered += 1;
      if (answered === 2) socket.destroy();
      else socket.write('HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\nContent-Length: 2\r\n\r\nok');
    });
  });
  const probe = await open(t);
  // Two at once, so that two connections are kept and both are dead.
  await Promise.all([probe.read({ url }, lookContext()), probe.read({ url }, lookContext())]);
  // The connections go back to the pool in a later turn of the event loop.
  await new Promise((resolve) => setImmediate(resolve));
  const second = await probe.read({ url }, lookContext());
  assert.equal(second.candidates[0]?.text(), 'ok');
  assert.equal(second.cost.retries, 1);
  assert.equal(requests, 4);
});

test('looks of one probe share a connection, and closing the probe closes it', async (t) => {
  const server = await serve(t, answer(200, json, '{}'));
  const probe = await open(t);
  await probe.read({ url: server.url }, lookContext());
  await new Promise((resolve) => setImmediate(resolve));
  await probe.read({ url: server.url }, lookContext());
  assert.equal(server.connections(), 1);
  const ended = new Promise((resolve) => server.server.close(resolve));
  await probe.close?.();
  await ended;
});

test('every request asks the budget of its own origin and gives its place back, whatever happens', async (t) => {
  const asked: string[] = [];
  let held = 0;
  const budget = async (origin: string): Promise<{ release(): void }> => {
    asked.push(origin);
    held += 1;
    return { release: () => (held -= 1) };
  };
  const target = await serve(t, answer(500));
  const first = await serve(t, answer(302, { location: `${target.url}/next` }));
  const probe = await open(t, { budget });
  await assert.rejects(probe.read({ url: first.url }, lookContext()), Blind);
  await assert.rejects(probe.read({ url: await closedPort() }, lookContext()), Blind);
  assert.deepEqual(asked.slice(0, 2), [first.url, target.url]);
  assert.equal(held, 0);
});

test('a budget that withholds the look gives its own reason, and nothing leaves', async (t) => {
  const server = await serve(t, answer(200));
  const budget = async (): Promise<never> => {
    throw new Error('withheld');
  };
  const probe = await open(t, { budget });
  await assert.rejects(probe.read({ url: server.url }, lookContext()), /^Error: withheld$/);
  assert.equal(server.seen.length, 0);
});

test('cookies are sent, and those of each redirect hop are kept and sent on', async (t) => {
  const cookies = createCookies();
  const server = await serve(t, (request, response) => {
    if (request.url === '/a') response.writeHead(302, { location: '/b', 'set-cookie': 'step=1; Path=/' }).end();
    else response.writeHead(200, { ...json, 'set-cookie': ['sid=2; Path=/', 'other=3; Path=/'] }).end('{}');
  });
  const options = { url: `${server.url}/a`, headers: { Cookie: 'mine=0' } };
  await look(t, options, { cookies });
  assert.deepEqual(
    server.seen.map(({ headers }) => headers['cookie']),
    ['mine=0', 'mine=0; step=1'],
  );
  assert.equal(cookies.header(server.url), 'step=1; sid=2; other=3');
});

test('the text of an answer is read in the encoding it names', async (t) => {
  const latin = await serve(
    t,
    answer(200, { 'content-type': 'text/plain; charset=ISO-8859-1' }, Buffer.from('Grüße', 'latin1')),
  );
  assert.equal((await look(t, { url: latin.url })).candidates[0]?.text(), 'Grüße');
  const broken = await serve(t, answer(200, { 'content-type': 'text/plain' }, Buffer.from([0x61, 0xff, 0x62])));
  assert.equal((await look(t, { url: broken.url })).candidates[0]?.text(), 'a\ufffdb');
});

test('credentials in an address become a header, and no message shows them', async (t) => {
  const server = await serve(t, answer(401));
  const url = server.url.replace('//', '//user:p%40ss-word@');
  const error = await blind(t, { url: `${url}/x` });
  assert.equal(server.seen[0]?.headers['authorization'], `Basic ${btoa('user:p@ss-word')}`);
  const refused = await blind(t, { url: (await closedPort()).replace('//', '//user:p%40ss-word@') });
  const invalid = await blind(t, { url: 'http://user:p%40ss-word@[bad/' });
  for (const { message, stack, fault, cause } of [error, refused, invalid]) {
    const all = [message, stack, JSON.stringify(fault), cause instanceof Error ? `${cause.stack}` : ''].join(' ');
    assert.doesNotMatch(all, /p%40ss|p@ss/);
  }
});

test('a header or an address that HTTP cannot carry is an error, and nothing leaves', async (t) => {
  const server = await serve(t, answer(200));
  const error = await blind(t, { url: server.url, headers: { 'X-Note': 'two\r\nlines: injected' } });
  assert.equal(error.fault.kind, 'error');
  assert.equal(server.seen.length, 0);
});
