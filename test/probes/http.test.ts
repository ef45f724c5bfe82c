// The `http` plug-in as the scenario language sees it: options, titles, and nothing heavy loaded.

import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { http } from '../../smoke/probes/http/http.ts';

async function issues(options: unknown): Promise<string[]> {
  const result = await http.options['~standard'].validate(options);
  return (result.issues ?? []).map(({ message }) => message);
}

test('options that make a request are accepted', async () => {
  const url = 'http://127.0.0.1:4100/x';
  for (const options of [
    { url },
    { url, method: 'PUT', headers: { 'X-A': 1 }, query: { a: ['1', 2] }, json: null, timeout: '100ms', follow: false },
    { url, form: { a: true } },
    { url, multipart: { a: 'text', b: { file: './x.pdf', filename: 'y.pdf', type: 'application/pdf' } } },
    { url, xml: { file: './body.xml' }, expect: { status: [200, 204], header: { 'content-type': 'text/xml' } } },
  ]) {
    assert.deepEqual(await issues(options), []);
  }
});

test('every unknown key is named at once, on each level', async () => {
  const result = await http.options['~standard'].validate({
    url: 'http://x',
    heders: {},
    metod: 'GET',
    expect: { state: 200 },
  });
  const paths = (result.issues ?? []).map(({ path }) =>
    path?.map((part) => (typeof part === 'object' ? String(part.key) : String(part))).join('.'),
  );
  assert.deepEqual(paths.sort(), ['expect.state', 'heders', 'metod']);
});

test('requests that cannot be meant are turned down in words', async () => {
  assert.deepEqual(await issues({ url: 'http://x', json: {}, form: {} }), [
    'only one of json, form, multipart, text and xml',
  ]);
  assert.deepEqual(await issues({ url: 'http://x', method: 'GET', text: 'x' }), [
    'GET and HEAD send no body: name another method',
  ]);
  assert.deepEqual(await issues({ url: '/api/bookings' }), ['an http:// or https:// address']);
  for (const url of ['http://127.0.0.1:80800/p', 'http://[::1/p'])
    assert.deepEqual(await issues({ url }), ['no address that can be asked: look at its host and its port']);
  assert.deepEqual(await issues({ url: 'http://x', headers: { 'X-A': 'a\r\nB: c' } }), [
    'a header holds no line break and no other control character',
  ]);
  assert.equal((await issues({ url: 'http://x', expect: { status: 42 } })).length, 1);
  assert.equal((await issues({ url: 'http://x', timeout: 100 })).length, 1);
  assert.equal((await issues({})).length, 1);
});

test('a title is method and path, without origin, credentials or the expression that stands for it', () => {
  const title = (options: Record<string, unknown>): string => http.title?.(options) ?? '';
  assert.equal(title({ url: '${{ vars.web }}/api/bookings/${{ booking }}' }), 'GET /api/bookings/${{ booking }}');
  assert.equal(title({ url: 'https://user:pw@partner.example:8443/r?arriving=today' }), 'GET /r?arriving=today');
  assert.equal(title({ url: '${{ vars.url }}', json: {} }), 'POST ${{ vars.url }}');
  assert.equal(title({ url: 'http://user:pw@x', method: 'PUT' }), 'PUT http://***@x');
  assert.equal(title({ url: '${{ vars.web }}${{ vars.path }}' }), 'GET ${{ vars.web }}${{ vars.path }}');
  assert.equal(title({}), 'GET ?');
  assert.ok(title({ url: `http://x/${'a'.repeat(10_000)}` }).length < 400);
});

test('knowing the plug-in loads neither got nor the cookie jar', async () => {
  const plugin = fileURLToPath(new URL('../../smoke/probes/http/http.ts', import.meta.url));
  const cookies = fileURLToPath(new URL('../../smoke/probes/http/cookies.ts', import.meta.url));
  // Every module that is resolved is noted by a hook in a process of its own.
  const script = `
    const { registerHooks } = await import('node:module');
    const seen = [];
    registerHooks({ resolve: (name, context, next) => { seen.push(name); return next(name, context); } });
    const { http } = await import(${JSON.stringify(plugin)});
    const { createCookies } = await import(${JSON.stringify(cookies)});
    createCookies().header('http://x/');
    http.title({ url: 'http://x/' });
    console.log(JSON.stringify(seen));`;
  const { stdout } = await promisify(execFile)(process.execPath, ['--input-type=module', '-e', script]);
  const seen = JSON.parse(stdout) as string[];
  assert.ok(seen.includes('valibot'));
  for (const heavy of ['got', 'tough-cookie', 'p-retry', 'node:http', 'node:https']) {
    assert.ok(!seen.includes(heavy), `${heavy} was loaded`);
  }
});
