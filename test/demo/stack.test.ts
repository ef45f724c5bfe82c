import assert from 'node:assert/strict';
import { type ChildProcess, spawn } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { createServer } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { freePort } from '../../smoke/demo/free-port.ts';
import { listen, shut } from '../../smoke/demo/http-server.ts';
import { environmentOf, type Stack, startStack } from '../../smoke/demo/stack.ts';
import { truthOf } from '../../smoke/demo/truth.ts';
import {
  arrival,
  book,
  eventually,
  get,
  isAlive,
  jobsOf,
  json,
  logOf,
  note,
  type OwnStack,
  ownStack,
  postBooking,
  truth,
} from './on-stack.ts';

describe('a healthy stack', () => {
  let own: OwnStack;
  let stack: Stack;
  before(async () => {
    own = await ownStack();
    stack = own.stack;
  });
  after(() => own.end());

  it('brings a booking with its note to the partner, and says so in log and truth', async () => {
    const booking = await book(stack, 101);
    const [reservation] = await arrival(stack, booking);
    assert.equal(reservation?.BookingNote, note);
    assert.equal(reservation.externalRef, String(booking));
    assert.match(reservation.id, /^R-\d+$/);
    const pushed = await eventually('a pushed line', () => logOf(stack, booking, 'pushed')[0]);
    assert.equal(pushed.push?.BookingNote, note);
    assert.equal(pushed.status, 201);
    await eventually('the end of the job', () => (jobsOf(stack, booking).length === 0 ? true : undefined));
    assert.deepEqual(truthOf(stack.paths.truth, booking), { booking, faults: [], workers: [pushed.worker] });
  });

  it('gives every worker its share', async () => {
    const bookings: number[] = [];
    for (let count = 0; count < 8; count++) bookings.push(await book(stack, 102));
    const workers = await Promise.all(
      bookings.map((booking) => eventually(`the push of ${booking}`, () => logOf(stack, booking, 'pushed')[0]?.worker)),
    );
    assert.deepEqual([...new Set(workers)].sort(), ['worker-1', 'worker-2', 'worker-3', 'worker-4']);
  });

  it('reads, finds and deletes bookings', async () => {
    const answer = await postBooking(stack, 103);
    const { id } = await json<{ id: number }>(answer);
    const url = `${stack.urls.web}/api/bookings/${id}`;
    assert.equal(answer.headers.get('location'), `/api/bookings/${id}`);
    assert.equal((await get<{ hostMessage: string }>(url)).hostMessage, note);
    const search = `${stack.urls.web}/api/bookings?search=${encodeURIComponent('tz2m, café')}`;
    const { bookings } = await get<{ bookings: { id: number }[] }>(search);
    assert.ok(bookings.some((found) => found.id === id));
    const nothing = await get<{ bookings: unknown[] }>(
      `${stack.urls.web}/api/bookings?search=${encodeURIComponent('%')}`,
    );
    assert.deepEqual(nothing.bookings, []);
    assert.equal((await fetch(url, { method: 'DELETE' })).status, 204);
    assert.equal((await fetch(url)).status, 404);
    assert.equal((await fetch(url, { method: 'DELETE' })).status, 404);
  });

  it('takes a booking through the form of its page', async () => {
    const page = await (await fetch(stack.urls.web)).text();
    assert.match(page, /<form method="post" action="\/bookings">/);
    const body = new URLSearchParams({ room: '104', nights: '1', guest: 'Zoë', hostMessage: note });
    const saved = await fetch(`${stack.urls.web}/bookings`, { method: 'POST', body });
    assert.equal(saved.status, 200);
    assert.match(await saved.text(), /Späte Ankunft &amp; &lt;late&gt;/);
    const [reservation] = await arrival(stack, Number(saved.url.split('/').at(-1)));
    assert.equal(reservation?.BookingNote, note);
  });

  it('refuses what is no booking', async () => {
    for (const [body, status] of [
      ['{', 400],
      ['[]', 400],
      ['{"room": "101", "nights": 1, "hostMessage": ""}', 422],
      ['{"room": 101, "nights": 1}', 422],
      [`{"room": 101, "nights": 1, "hostMessage": "${'x'.repeat(70_000)}"}`, 413],
    ] as const) {
      assert.equal((await postBooking(stack, 105, { body })).status, status, body.slice(0, 40));
    }
  });

  it('says at each process which build it runs', async () => {
    for (const [url, instance] of [
      [stack.urls.web, 'web'],
      [stack.urls.queue, 'queue'],
      [stack.urls.partner, 'partner'],
    ] as const) {
      const version = await get<Record<string, unknown>>(`${url}/version`);
      assert.equal(version['instance'], instance);
      assert.match(String(version['commit']), /^[0-9a-f]{7}$/);
      assert.equal(version['pid'], stack.pids()[instance]);
    }
    const { instances } = await get<{ instances: { name: string; pid: number }[] }>(`${stack.urls.control}/workers`);
    assert.deepEqual(
      instances.map(({ name, pid }) => [name, pid]),
      ['worker-1', 'worker-2', 'worker-3', 'worker-4'].map((name) => [name, stack.pids()[name]]),
    );
  });

  it('starts a worker again that was killed', async () => {
    const before = stack.pids()['worker-2'];
    assert.ok(before !== undefined);
    process.kill(before, 'SIGKILL');
    await eventually('another worker-2', () => {
      const now = stack.pids()['worker-2'];
      return now !== undefined && now !== before ? true : undefined;
    });
    const handle = await stack.fault({ name: 'pinned', worker: 'worker-2', match: { room: 106 } });
    const booking = await book(stack, 106);
    await arrival(stack, booking);
    await handle.clear();
    assert.equal(logOf(stack, booking, 'received')[0]?.worker, 'worker-2');
  });

  it('runs the stale build on three of four workers after a deploy that missed them', async () => {
    const web = stack.pids()['web'];
    await stack.deploy({ stale: 3 });
    assert.notEqual(stack.pids()['web'], web);
    const { instances } = await get<{ instances: { commit: string; startedAt: string }[] }>(
      `${stack.urls.control}/workers`,
    );
    assert.deepEqual(
      instances.map(({ commit }) => commit),
      ['41ab00c', '41ab00c', '41ab00c', '9f2c1e7'],
    );
    const days = (Date.now() - Date.parse(instances[0]?.startedAt ?? '')) / 86_400_000;
    assert.ok(days > 40.9 && days < 41.1, `started ${days} days ago`);
    const bookings: number[] = [];
    for (let count = 0; count < 4; count++) bookings.push(await book(stack, 107));
    const notes: string[] = [];
    for (const booking of bookings) {
      const [reservation] = await arrival(stack, booking);
      notes.push(reservation?.BookingNote ?? 'none');
      const stale = reservation?.BookingNote === '';
      assert.deepEqual(truth(stack, booking), stale ? ['stale-workers@worker'] : []);
      const pushed = await eventually('a pushed line', () => logOf(stack, booking, 'pushed')[0]);
      assert.equal(pushed.release, stale ? '41ab00c' : '9f2c1e7');
      assert.equal(Object.hasOwn(pushed.push ?? {}, 'BookingNote'), !stale);
    }
    assert.deepEqual(notes.sort(), ['', '', '', note]);
  });
});

describe('a stack', () => {
  it('demands the token it was started with, and passes it on to scenarios', async () => {
    const own = await ownStack({ token: 'open-sesame', workers: 1 });
    try {
      assert.equal((await postBooking(own.stack, 101)).status, 401);
      const headers = { authorization: 'Bearer open-sesame' };
      assert.equal((await postBooking(own.stack, 101, { headers })).status, 201);
      assert.equal(environmentOf(own.stack)['WEB_TOKEN'], 'open-sesame');
    } finally {
      await own.end();
    }
  });

  it('leaves no process when it is stopped, and may be stopped twice', async () => {
    const own = await ownStack();
    const pids = Object.values(own.stack.pids());
    assert.equal(pids.length, 7);
    await Promise.all([own.stack.stop(), own.stack.stop()]);
    assert.deepEqual(pids.filter(isAlive), []);
    assert.deepEqual(own.stack.pids(), {});
    await own.end();
  });

  it('stops on its signal, also while it starts', async () => {
    const dir = mkdtempSync(join(tmpdir(), 'smoketrail-demo-'));
    try {
      const early = new AbortController();
      const starting = startStack({ dir, workers: 1 }, early.signal);
      setImmediate(() => early.abort(new Error('changed my mind')));
      await assert.rejects(starting, /changed my mind/);
      const between = new AbortController();
      const [web, partner] = [await freePort(), await freePort()];
      const opening = startStack({ dir, ports: { web, partner, queue: 0, control: 0 } }, between.signal);
      const stopped = eventually('the web app', () =>
        fetch(`http://127.0.0.1:${web}/version`).then(
          () => true as const,
          () => undefined,
        ),
      ).then(() => between.abort(new Error('changed it later')));
      const outcome = await opening.then(
        () => (between.signal.aborted ? 'a stack that is stopped' : 'before it was stopped'),
        (error: Error) => error.message,
      );
      assert.ok(['changed it later', 'before it was stopped'].includes(outcome), outcome);
      await stopped;
      await eventually('the end of all processes', () => (startedWith(dir).length === 0 ? true : undefined));
      const late = new AbortController();
      const stack = await startStack({ dir, workers: 1 }, late.signal);
      const pids = Object.values(stack.pids());
      late.abort();
      await eventually('the end of all processes', () => (pids.some(isAlive) ? undefined : true));
    } finally {
      rmSync(dir, { recursive: true, force: true, maxRetries: 5 });
    }
  });

  it('ends when the process that started it is killed', async () => {
    const dir = mkdtempSync(join(tmpdir(), 'smoketrail-demo-'));
    const stackFile = new URL('../../smoke/demo/stack.ts', import.meta.url).href;
    const script = `
      const { startStack } = await import(${JSON.stringify(stackFile)});
      const stack = await startStack({ dir: ${JSON.stringify(dir)} });
      process.stdout.write(JSON.stringify(stack.pids()) + '\\n');`;
    const parent = spawn(process.execPath, ['--input-type=module', '-e', script], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    try {
      const pids = Object.values(JSON.parse(await firstLine(parent)) as Record<string, number>);
      assert.equal(pids.length, 7);
      assert.ok(pids.every(isAlive));
      parent.kill('SIGKILL');
      await eventually('the end of all processes', () => (pids.some(isAlive) ? undefined : true));
    } finally {
      parent.kill('SIGKILL');
      rmSync(dir, { recursive: true, force: true, maxRetries: 5 });
    }
  });

  it('takes another port where one is taken, and says so', async () => {
    const squatter = createServer();
    const taken = await listen(squatter, 0, true);
    const own = await ownStack({ workers: 1, ports: { web: taken, partner: 0, queue: 0, control: 0 } });
    try {
      assert.notEqual(own.stack.urls.web, `http://127.0.0.1:${taken}`);
      assert.match(own.stack.notes[0] ?? '', new RegExp(`Port ${taken} is taken, so web is at http`));
      await arrival(own.stack, await book(own.stack, 101));
    } finally {
      await own.end();
      await shut(squatter);
    }
  });

  it('says which process did not start and why, and leaves none behind', async () => {
    const dir = mkdtempSync(join(tmpdir(), 'smoketrail-demo-'));
    try {
      mkdirSync(join(dir, 'web.sqlite'));
      await assert.rejects(
        startStack({ dir }),
        /The demo's web did not start: it ended with exit code 1\. Its last words:\n(?!.*\.stderr).*unable to open/s,
      );
      assert.deepEqual(startedWith(dir), []);
    } finally {
      rmSync(dir, { recursive: true, force: true, maxRetries: 5 });
    }
  });

  it('is not started with a fault that has no meaning', async () => {
    await assert.rejects(
      ownStack({ faults: [{ name: 'gone', at: 'web' }] }),
      /gone has no meaning at web, only at partner/,
    );
  });
});

function firstLine(child: ChildProcess): Promise<string> {
  return new Promise((resolve, reject) => {
    let text = '';
    child.stdout?.on('data', (chunk: Buffer) => {
      text += chunk.toString();
      if (text.includes('\n')) resolve(text);
    });
    child.once('exit', (code) => reject(new Error(`ended with ${code} before it said anything`)));
  });
}

/** Ids of processes whose environment names the folder; only Linux tells. */
function startedWith(dir: string): string[] {
  if (process.platform !== 'linux') return [];
  return readdirSync('/proc').filter((entry) => {
    try {
      return /^\d+$/.test(entry) && readFileSync(`/proc/${entry}/environ`, 'utf8').includes(dir);
    } catch (error) {
      // Ended meanwhile, or another user's.
      if (error instanceof Error && 'code' in error && ['ENOENT', 'ESRCH', 'EACCES'].includes(String(error.code)))
        return false;
      throw error;
    }
  });
}
