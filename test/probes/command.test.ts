import assert from 'node:assert/strict';
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import process from 'node:process';
import { after, before, test } from 'node:test';
import { setTimeout as delay } from 'node:timers/promises';
import * as v from 'valibot';
import type { Reading } from '../../smoke/core/look.ts';
import { command } from '../../smoke/probes/command/command.ts';
import type { CommandOptions } from '../../smoke/probes/command/command-options.ts';
import { Blind, type Sent } from '../../smoke/probes/plugin.ts';
import { lookContext, nobody, noCookies, testHost } from '../host.ts';

let folder = '';

before(async () => {
  folder = await mkdtemp(join(tmpdir(), 'smoketrail-command-'));
});
after(() => rm(folder, { recursive: true }));

const host = (): ReturnType<typeof testHost> => testHost({ baseDir: folder, env: process.env });
const soon = (): AbortSignal => AbortSignal.timeout(10_000);

async function look(options: CommandOptions, signal: AbortSignal = soon()): Promise<Reading> {
  const probe = await command.open?.({}, host());
  assert.ok(probe !== undefined);
  return probe.read(options, lookContext({ signal, named: true }));
}

async function fire(options: CommandOptions, signal: AbortSignal = soon()): Promise<Sent> {
  const trigger = await command.trigger?.(host());
  assert.ok(trigger !== undefined);
  return trigger.fire(options, { signal, cookies: noCookies, owner: nobody });
}

async function blind(promise: Promise<unknown>): Promise<Blind> {
  const error = await promise.then(
    () => undefined,
    (thrown: unknown) => thrown,
  );
  assert.ok(error instanceof Blind, `nothing blind was thrown but ${String(error)}`);
  return error;
}

const node = (program: string): string[] => [process.execPath, '-e', program];

async function gone(pid: number): Promise<boolean> {
  for (let count = 0; count < 200; count++) {
    try {
      process.kill(pid, 0);
      // A process that ended but was not collected by its new parent is gone as well.
      const state = await readFile(`/proc/${pid}/stat`, 'utf8').catch(() => ') S');
      if (/\) Z/.test(state)) return true;
    } catch {
      return true;
    }
    await delay(10);
  }
  return false;
}

test('what a program prints is the answer, and no shell reads its arguments', async () => {
  const reading = await look({ argv: ['printf', '%s', '$HOME; `id` *'] });
  assert.equal(reading.candidates[0]?.text(), '$HOME; `id` *');
  assert.deepEqual([reading.whole, reading.candidates[0]?.named, reading.cost.bytes], [true, true, 13]);
  const json = await look({ argv: ['echo', '{"id":8841}'] });
  assert.deepEqual(json.candidates[0]?.select('$.id'), { fits: true, values: ['8841'] });
});

test('a shell runs only where it is asked for', async () => {
  assert.equal((await look({ shell: 'echo $((40 + 2)) | tr -d "\\n"' })).candidates[0]?.text(), '42');
});

test('input, environment and folder are passed on', async () => {
  await writeFile(join(folder, 'here'), '');
  assert.equal((await look({ argv: ['cat'], stdin: 'ünï' })).candidates[0]?.text(), 'ünï');
  assert.equal((await look({ shell: 'printf %s "$N-$B"', env: { N: 7, B: true } })).candidates[0]?.text(), '7-true');
  assert.equal((await look({ argv: ['ls'], cwd: '.' })).candidates[0]?.text(), 'here\n');
  assert.equal((await look({ argv: ['true'], stdin: 'x'.repeat(1_000_000) })).candidates[0]?.text(), '');
});

test('an exit code that was not expected is blind, with what the program said', async () => {
  const error = await blind(look({ shell: 'echo found; echo "no access" >&2; exit 3' }));
  assert.equal(error.fault.kind, 'wrong-answer');
  assert.match(error.message, /exit code 3, not 0: no access/);
  const allowed = await look({ shell: 'echo found; exit 3', expect: { exit: [0, 3] } });
  assert.equal(allowed.candidates[0]?.text(), 'found\n');
  assert.equal((await blind(look({ shell: 'kill -9 $$' }))).fault.kind, 'wrong-answer');
});

test('a program that cannot be started is blind, and as a step refused', async () => {
  await writeFile(join(folder, 'plain'), 'no program');
  for (const [options, kind] of [
    [{ argv: ['smoketrail-no-such-program'] }, 'error'],
    [{ argv: ['./plain'] }, 'permission'],
    [{ argv: ['true'], cwd: 'no-such-folder' }, 'error'],
  ] as const) {
    assert.equal((await blind(look(options))).fault.kind, kind);
    const sent = await fire(options);
    assert.deepEqual([sent.outcome, sent.fault?.kind], ['refused', kind]);
  }
});

test('an aborted program is ended with everything it started, also where they ignore SIGTERM', async () => {
  for (const trap of ['', "trap '' TERM; "]) {
    const pids = join(folder, 'pids');
    const stop = new AbortController();
    const looking = blind(look({ shell: `${trap}sleep 60 & echo $! $$ > pids; wait; sleep 60` }, stop.signal));
    let text = '';
    while (!text.endsWith('\n')) {
      await delay(5);
      text = await readFile(pids, 'utf8').catch(() => '');
    }
    stop.abort();
    assert.equal((await looking).fault.kind, 'timeout');
    for (const pid of text.trim().split(' ')) assert.ok(await gone(Number(pid)), `${trap}${pid} is still there`);
    await rm(pids);
  }
});

test('a child left behind that holds the output open neither delays the answer nor stays', async () => {
  const began = performance.now();
  const reading = await look({ shell: 'sleep 60 & echo $!' });
  assert.ok(performance.now() - began < 5000);
  assert.ok(await gone(Number(reading.candidates[0]?.text())));
});

test('a signal that is aborted already starts nothing that stays', async () => {
  assert.equal((await blind(look({ argv: ['sleep', '60'] }, AbortSignal.abort()))).fault.kind, 'timeout');
});

test('output over the cap is given up and the program ended', async () => {
  const error = await blind(look({ argv: ['yes'] }));
  assert.equal(error.fault.kind, 'gave-up');
  const full = await look({ argv: node("process.stdout.write('x'.repeat(8 * 1024 * 1024))") });
  assert.equal(full.candidates[0]?.text().length, 8 * 1024 * 1024);
  assert.match((await blind(look({ argv: node("console.error('e'.repeat(9e6)); process.exit(1)") }))).message, /: eee/);
});

test('output of the wrong kind is blind for a look and text for a step', async () => {
  assert.equal((await blind(look({ argv: ['echo', '{"cut":'] }))).fault.kind, 'wrong-answer');
  const sent = await fire({ argv: ['echo', '{"cut":'] });
  assert.deepEqual([sent.outcome, sent.answer?.text()], ['done', '{"cut":\n']);
});

test('a step that started may have acted, whatever its end; its output is kept from', async () => {
  const done = await fire({ argv: ['echo', '{"id":8841}'] });
  assert.deepEqual([done.outcome, done.answer?.select('$.id')], ['done', { fits: true, values: ['8841'] }]);
  const failed = await fire({ shell: 'echo {}; exit 1' });
  assert.deepEqual([failed.outcome, failed.fault?.kind], ['unknown', 'wrong-answer']);
  const late = await fire({ argv: ['sleep', '60'] }, AbortSignal.timeout(100));
  assert.deepEqual([late.outcome, late.fault?.kind], ['unknown', 'timeout']);
});

test('ten looks leave the folder as it was', async () => {
  const before = await readdir(folder);
  for (let count = 0; count < 10; count++) await look({ argv: ['ls'] });
  assert.deepEqual(await readdir(folder), before);
});

test('either argv or shell is given, and an unknown key is refused', () => {
  const schema = command.options as v.GenericSchema;
  assert.ok(v.safeParse(schema, { argv: ['a', 'b'], env: { A: '1' }, expect: { exit: 0 } }).success);
  for (const bad of [{}, { argv: [] }, { argv: ['a'], shell: 'a' }, { argv: 'a' }, { argv: ['a'], comand: 1 }]) {
    assert.equal(v.safeParse(schema, bad).success, false, JSON.stringify(bad));
  }
});
