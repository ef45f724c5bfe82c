// Answers over HTTP that say by their status, headers or type that they are not the state of things now.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { lookContext } from '../host.ts';
import { answer, json, look, open } from './http-looks.ts';
import { serve } from './local-server.ts';

test('202, 203 and a stale answer are read, and in doubt', async (t) => {
  const stale = { ...json, warning: '110 - "Response is Stale"' };
  for (const [status, headers, why] of [
    [202, json, /202: accepted, not ready$/],
    [203, json, /203/],
    [200, stale, /stale/],
  ] as const) {
    const server = await serve(t, answer(status, headers, '{"items":[]}'));
    const reading = await look(t, { url: server.url });
    assert.match(reading.doubt ?? '', why);
    assert.equal(reading.candidates.length, 1);
  }
  const fine = await serve(t, answer(200, { ...json, warning: '299 - "Deprecated"' }, '{"items":[]}'));
  assert.equal((await look(t, { url: fine.url })).doubt, undefined);
});

test('the age of an answer is told in milliseconds', async (t) => {
  const server = await serve(t, answer(200, { ...json, age: '120' }, '[]'));
  assert.equal((await look(t, { url: server.url })).age, 120_000);
  const odd = await serve(t, answer(200, { ...json, age: 'old' }, '[]'));
  assert.equal((await look(t, { url: odd.url })).age, undefined);
});

const html = { 'content-type': 'text/html' };

test('a 404 in HTML or plain text says that it is a page; an empty one and one in JSON do not', async (t) => {
  const asked = async (headers: Record<string, string>, body: string, as?: 'json') => {
    const server = await serve(t, answer(404, headers, body));
    const { asPage, doubt, whole } = await look(t, { url: server.url }, { named: true, ...(as && { as }) });
    assert.equal(whole, true);
    return asPage ?? doubt;
  };
  assert.equal(await asked(html, '<h1>Not Found</h1>'), 'a 404 in HTML');
  assert.equal(await asked({ 'content-type': 'text/plain' }, '404 page not found\n'), 'a 404 in plain text');
  assert.equal(await asked(html, ''), undefined);
  assert.equal(await asked({}, ''), undefined);
  assert.equal(await asked(json, '{"error":"not found"}'), undefined);
  const sure = await asked(html, '<h1>Not Found</h1>', 'json');
  assert.equal(sure, 'a 404 in HTML, where this look reads data: perhaps of a gateway');
});

test('a 404 in HTML to a request that was answered with JSON before is in doubt', async (t) => {
  let gone = false;
  const server = await serve(t, (request, response) =>
    (gone ? answer(404, html, '<h1>Not Found</h1>') : answer(200, json, '{"note":"x"}'))(request, response),
  );
  const probe = await open(t);
  const read = () => probe.read({ url: server.url }, lookContext({ named: true }));
  await read();
  gone = true;
  assert.match((await read()).doubt ?? '', /^a 404 in HTML, where this look reads data/);
});
