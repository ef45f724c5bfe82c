import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { test } from 'node:test';
import { browser } from '../../smoke/probes/browser/browser.ts';
import { Blind } from '../../smoke/probes/plugin.ts';
import { eventually } from '../demo/on-stack.ts';
import { lookContext, testHost } from '../host.ts';
import { browsing, owner, pages, skip, texts } from './browser-visits.ts';
import { serve } from './local-server.ts';

/** Called as a look or step is about to open its page. */
let onTurn = (): void => undefined;
const { look, blind, send } = browsing({
  async budget(origin) {
    if (origin === 'browser') onTurn();
    return { release: () => undefined };
  },
});
const onlyLinux = skip || (process.platform === 'linux' ? false : 'processes are found in /proc');
const read = { read: { testid: 'x' } };
const slow = pages({
  '/': '<p data-testid="x">here</p>',
  '/slow': () => undefined,
  '/form': '<input aria-label="Note">',
});

function hasScreen(): string | false {
  const { DISPLAY, WAYLAND_DISPLAY } = process.env;
  return process.platform !== 'linux' || DISPLAY || WAYLAND_DISPLAY ? 'there is a screen' : false;
}

/** The browsers that this test process started. */
function browsers(): number[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .flatMap((name) => {
      try {
        const stat = readFileSync(`/proc/${name}/stat`, 'utf8');
        const [, parent] = /\) \S (\d+)/.exec(stat) ?? [];
        return Number(parent) === process.pid && stat.includes('(chrom') ? [Number(name)] : [];
      } catch {
        return [];
      }
    });
}

test('a browser that is killed in the middle of a look makes it blind, and the next look starts another', {
  skip: onlyLinux,
}, async (t) => {
  const server = await serve(t, slow);
  const who = owner();
  assert.deepEqual(texts(await look([{ goto: server.url }, read], { owner: who }), 'text'), ['here']);
  const [running] = browsers();
  assert.equal(browsers().length, 1);
  const looking = blind([{ goto: `${server.url}/slow` }, read], { owner: who });
  while (!server.seen.some(({ url }) => url === '/slow')) await new Promise((resolve) => setTimeout(resolve, 10));
  process.kill(running ?? 0, 'SIGKILL');
  const { fault } = await looking;
  assert.equal(fault.kind, 'error');
  assert.match(fault.message, /the browser or its page ended unexpectedly/);
  assert.deepEqual(texts(await look([{ goto: server.url }, read], { owner: who }), 'text'), ['here']);
  assert.notEqual(browsers()[0], running);
});

test('a browser that is killed as a page is opened is told as that, by a look and by a step', {
  skip: onlyLinux,
}, async (t) => {
  const { url } = await serve(t, slow);
  const kill = (): void => {
    for (const pid of browsers()) process.kill(pid, 'SIGKILL');
  };
  t.after(() => {
    onTurn = () => undefined;
  });
  const who = owner();
  for (const open of [
    async () => (await blind([{ goto: url }, read], { owner: who })).fault,
    async () => (await send([{ goto: url }], { owner: who })).fault,
  ]) {
    onTurn = () => undefined;
    await eventually('another browser is started', () =>
      look([{ goto: url }, read], { owner: who }).catch(() => undefined),
    );
    onTurn = kill;
    const fault = await open();
    assert.equal(fault?.kind, 'error');
    assert.match(fault?.message ?? '', /^opening a page: the browser or its page ended unexpectedly$/);
  }
});

test('a page that crashes is blind, and a step whose page crashed after it was touched is unknown', {
  skip,
}, async (t) => {
  const { url } = await serve(t, slow);
  const { fault } = await blind([{ goto: url }, { script: `${import.meta.dirname}/browser-crash-page.ts` }, read]);
  assert.equal(fault.kind, 'error');
  assert.match(fault.message, /ended unexpectedly/);
  const sent = await send([
    { goto: `${url}/form` },
    { fill: { label: 'Note', value: 'x' } },
    { script: `${import.meta.dirname}/browser-crash-page.ts` },
  ]);
  assert.equal(sent.outcome, 'unknown');
  assert.deepEqual(texts(await look([{ goto: url }, read]), 'text'), ['here']);
});

test('a browser that was killed leaves nothing in the temporary folder', { skip: onlyLinux }, async (t) => {
  const left = (): string[] =>
    readdirSync(tmpdir()).filter((name) => /^(?:\.?org\.chromium|smoketrail-browser-)/.test(name));
  const server = await serve(t, slow);
  const probe = await browser.open?.({}, testHost());
  t.after(() => probe?.close?.());
  const before = new Set(left());
  const running = new Set(browsers());
  await probe?.read({ steps: [{ goto: server.url }, read] }, lookContext({ owner: owner() }));
  for (const pid of browsers()) if (!running.has(pid)) process.kill(pid, 'SIGKILL');
  await probe?.close?.();
  await eventually('its folders are gone', () => left().every((name) => before.has(name)) || undefined);
});

test('a browser that is named and not there is a missing driver, and says what to install', async (t) => {
  const host = testHost({ browser: { headed: false, slowMo: 0, executable: '/nowhere/chrome' } });
  const probe = await browser.open?.({}, host);
  t.after(() => probe?.close?.());
  const steps = [{ goto: 'http://127.0.0.1:9/' }, read];
  await assert.rejects(Promise.resolve(probe?.read({ steps }, lookContext())), (error: unknown) => {
    assert.ok(error instanceof Blind);
    assert.equal(error.fault.kind, 'driver-missing');
    assert.match(error.fault.hint ?? '', /npx playwright install chromium.*SMOKETRAIL_BROWSER/);
    return true;
  });
});

test('a browser that does not start is a missing driver, in one line', { skip: onlyLinux }, async (t) => {
  const host = testHost({ browser: { headed: false, slowMo: 0, executable: '/bin/false' } });
  const probe = await browser.open?.({}, host);
  t.after(() => probe?.close?.());
  const failure = await probe
    ?.read({ steps: [{ goto: 'http://127.0.0.1:9/' }, read] }, lookContext())
    .catch((error: unknown) => error);
  assert.ok(failure instanceof Blind);
  assert.equal(failure.fault.kind, 'driver-missing');
  assert.doesNotMatch(failure.message, /\n/);
});

test('a browser that is to be shown where there is no screen says so', { skip: skip || hasScreen() }, async (t) => {
  const host = testHost({ browser: { headed: true, slowMo: 0 } });
  const probe = await browser.open?.({}, host);
  t.after(() => probe?.close?.());
  const failure = await probe
    ?.read({ steps: [{ goto: 'http://127.0.0.1:9/' }, read] }, lookContext())
    .catch((error: unknown) => error);
  assert.ok(failure instanceof Blind);
  assert.match(failure.message, /did not start: .*(?:X server|DISPLAY)/);
  assert.match(failure.fault.hint ?? '', /leave --headed out/);
});

test('looks and steps share one browser, which is gone when the last of them is closed', {
  skip: onlyLinux,
}, async (t) => {
  const { url } = await serve(t, slow);
  const host = testHost();
  const before = browsers().length;
  const [probe, trigger] = [await browser.open?.({}, host), await browser.trigger?.(host)];
  t.after(async () => {
    await probe?.close?.();
    await trigger?.close?.();
  });
  assert.ok(probe && trigger);
  const context = lookContext({ owner: owner() });
  await Promise.all([1, 2, 3].map(() => probe.read({ steps: [{ goto: url }, read] }, { ...context, owner: owner() })));
  await trigger.fire({ steps: [{ goto: url }] }, context);
  assert.equal(browsers().length, before + 1);
  await probe.close?.();
  assert.equal(browsers().length, before + 1);
  await trigger.close?.();
  assert.equal(browsers().length, before);
});

test('what a marker has of the browser goes when the marker is over', { skip }, async (t) => {
  const { url } = await serve(
    t,
    pages({
      '/': (request, response) =>
        void response
          .writeHead(200, { 'content-type': 'text/html', 'set-cookie': 'seen=1' })
          .end(`<p data-testid="x">${request.headers.cookie ?? 'new'}</p>`),
    }),
  );
  const over = new AbortController();
  const who = { id: 'short', over: over.signal };
  assert.deepEqual(texts(await look([{ goto: url }, read], { owner: who }), 'text'), ['new']);
  assert.deepEqual(texts(await look([{ goto: url }, read], { owner: who }), 'text'), ['seen=1']);
  over.abort();
  const next = { id: 'short', over: new AbortController().signal };
  assert.deepEqual(texts(await look([{ goto: url }, read], { owner: next }), 'text'), ['new']);
});
