// smoketrail capture as an operator runs it: between runs, for several of them at once, and through its end.

import assert from 'node:assert/strict';
import { describe, type TestContext, test } from 'node:test';
import { capture } from '../../smoke/probes/capture/capture.ts';
import type { CaptureOptions } from '../../smoke/probes/capture/capture-options.ts';
import type { Probe } from '../../smoke/probes/plugin.ts';
import { testContext, testHost } from '../../smoke/testing/host.ts';
import { ask } from '../probes/capture-bench.ts';
import { freePort } from '../servers/free-port.ts';
import type { Program } from './program.ts';
import { openSite, type Site } from './site.ts';

const skip = process.platform === 'win32' && 'there are no signals on Windows';

type Standing = { site: Site; port: number; url: string; program: Program };

async function standing(t: TestContext, args: readonly string[] = []): Promise<Standing> {
  const site = await openSite(t);
  const port = await freePort();
  const program = site.start(['capture', '--port', String(port), '--forward', site.url, ...args]);
  await until('it listens', () => program.output().includes('Ctrl-C ends it'));
  return { site, port, url: `http://127.0.0.1:${port}`, program };
}

async function until(what: string, holds: () => boolean): Promise<void> {
  const deadline = performance.now() + 30_000;
  while (!holds()) {
    assert.ok(performance.now() < deadline, `never happened: ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
}

async function followed(t: TestContext, port: number): Promise<Probe<CaptureOptions>> {
  const probe = await capture.open?.({}, testHost({ env: { SMOKETRAIL_CAPTURE_PORT: String(port) } }));
  assert.ok(probe);
  t.after(() => probe.close?.());
  return probe;
}

/** A worker's request is a part of the send, as the site knows no worker. */
function scenario(url: string, name: string): string {
  return `name: ${name}
deadline: 5s
grace: 0s
confirm: 0s
poll: { first: 20ms, factor: 1.2, max: 60ms }
send:
  http: { method: POST, url: '${url}/bookings', json: { note: 'Late. \${{ marker }}' }, keep: { booking: $.id } }
route:
  - hop: worker
    sees: out
    look: { capture: { method: POST, path: /bookings, field: $.request.body.note } }
  - hop: partner
    look: { http: { url: '${url}/bookings/\${{ booking }}', field: $.note } }
clean:
  - http: { method: DELETE, url: '${url}/bookings/\${{ booking }}' }
`;
}

describe('smoketrail capture', { skip, concurrency: 2 }, () => {
  test('serves two runs at once, each of which sees its own record go out', async (t) => {
    const { site, port, url } = await standing(t);
    const env = { SMOKETRAIL_CAPTURE_PORT: String(port) };
    for (const name of ['one', 'two']) site.file(`${name}.yaml`, scenario(url, name));
    const runs = await Promise.all(['one', 'two'].map((name) => site.run(['run', `${name}.yaml`, '-v'], { env })));
    for (const { code, stdout, stderr } of runs) {
      assert.equal(code, 0, stdout + stderr);
      assert.match(stdout, /worker +✓ intact .*POST \/bookings → (?:201|no answer yet)/);
    }
  });

  test('tells each request with -v, without a credential, and ends with what is on its way', async (t) => {
    const { url, program } = await standing(t, ['-v']);
    const headers = { authorization: 'Bearer token-of-worker', 'content-type': 'application/json' };
    await ask(`${url}/bookings?access_token=token-in-query`, { method: 'POST', headers, body: '{"note":"x"}' });
    await until('it is told', () => /POST \/bookings\?access_token=\*\*\* → 201 \(\d+ ms\)/.test(program.output()));
    await ask(`${url}/%1b[31m`);
    await until('it is told', () => program.output().includes('GET /%1b[31m'));
    program.kill('SIGTERM');
    const { code, stdout, stderr } = await program.ended;
    assert.equal(code, 143);
    assert.equal(stderr, '');
    assert.match(stdout, /Stopping\. 2 requests came through\./);
    assert.doesNotMatch(stdout, /token-of-worker|token-in-query|\x1b/);
  });

  test('killed or stopped, it makes those who follow it blind, and never what they look for absent', async (t) => {
    const { port, url, program, site } = await standing(t);
    const probe = await followed(t, port);
    await ask(`${url}/bookings`, { method: 'POST', body: '{"note":"x"}' });
    const since = new Date();
    assert.equal((await probe.read({}, testContext({ since }))).candidates.length, 1);
    program.kill('SIGSTOP');
    const late = AbortSignal.timeout(300);
    await assert.rejects(probe.read({}, testContext({ signal: late, since })), { name: 'TimeoutError' });
    program.kill('SIGKILL');
    await program.ended;
    await assert.rejects(probe.read({}, testContext({ since })), /the capture on .* has ended \(/);
    const again = site.start(['capture', '--port', String(port), '--forward', site.url]);
    await until('it listens again', () => again.output().includes('Ctrl-C ends it'));
    await ask(`${url}/bookings`, { method: 'POST', body: '{"note":"y"}' });
    const reading = await probe.read({ path: '/elsewhere' }, testContext({ since }));
    assert.equal(reading.unseen?.kind, 'gave-up');
    assert.equal((await probe.read({}, testContext({ since }))).candidates.length, 2);
  });

  test('ends at once on a second signal, though an answer is still awaited', async (t) => {
    const site = await openSite(t, { instead: () => true });
    const port = await freePort();
    const program = site.start(['capture', '--port', String(port), '--forward', site.url]);
    await until('it listens', () => program.output().includes('Ctrl-C ends it'));
    const asked = assert.rejects(ask(`http://127.0.0.1:${port}/never`));
    await until('it is at the partner', () => site.seen.length === 1);
    program.kill('SIGINT');
    await until('it stops', () => program.output().includes('Stopping'));
    assert.equal(program.isOver(), false);
    program.kill('SIGINT');
    assert.equal((await program.ended).code, 130);
    await asked;
  });

  test('says what is missing or wrong, and that a port is taken', async (t) => {
    const { site, port } = await standing(t);
    const wrong = [
      [['--forward', 'http://x'], /--port is missing/],
      [['--port', '4190'], /--forward is missing/],
      [['--port', 'x', '--forward', 'http://x'], /--host or --port: a port, or host:port/],
      [['--port', '4190', '--forward', 'http://u:p@x'], /--forward: a base address: no user/],
      [['--port', '4190', '--forward', 'http://x', '--fail', 'maybe'], /--fail: /],
      [['--port', '4190', '--forward', 'http://x', '--limit', 'much'], /--limit: /],
    ] as const;
    for (const [args, says] of wrong) {
      const { code, stderr } = await site.run(['capture', ...args]);
      assert.equal(code, 2, stderr);
      assert.match(stderr, says);
    }
    const taken = await site.run(['capture', '--port', String(port), '--forward', site.url]);
    assert.equal(taken.code, 3);
    assert.match(taken.stderr, new RegExp(`127.0.0.1:${port} is taken`));
  });
});
