// The demo as a newcomer starts it: both acts, the stack that stays up, and nothing left behind however it ends.

import assert from 'node:assert/strict';
import { existsSync, mkdirSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import path from 'node:path';
import { describe, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { freePort } from '../../smoke/demo/free-port.ts';
import { eventually } from '../demo/on-stack.ts';
import { assertNothingLeft, endedClean, processesOf, startDemo, startDemoByNpm } from './demo-program.ts';
import { startProgram } from './program.ts';

const example = fileURLToPath(new URL('../../scenarios/booking-note.yaml', import.meta.url));

describe('the demo', { concurrency: 2 }, () => {
  test('plays a healthy release and a stale one, and names the build and the workers', async (t) => {
    const { stdout } = await endedClean(startDemo(t), 0);
    const [before = '', one = '', two = '', after = ''] = stdout.split(/^(?=Act one|Act two|That was the failure)/m);
    assert.match(before, /Starting the booking stack/);
    assert.match(one, /✓ booking-note {2}smk-\S+ {2}arrived: intact at partner/);
    assert.match(one, /1 of 1 passed/);
    assert.match(two, /altered: stripped at worker/);
    assert.match(two, /Last seen at queue .*\(payload intact\)\. Suspect: worker\./);
    assert.match(two, /worker-[1-4] runs 41ab00c, started 41 days ago; .*web runs 9f2c1e7/);
    assert.match(two, /covered 4 of 4 instances/);
    assert.match(two, /41ab00c {2}0 of 3 passed \(worker-1, worker-2, worker-3\)/);
    assert.match(after, /Try next:[\s\S]*smoketrail demo --up/);
  });

  for (const [when, what] of [
    ['while it starts', /Starting the booking stack/],
    ['just before act one', /Act one/],
    ['in act one', /Act one[\s\S]*started: /],
    ['in act two', /Act two[\s\S]*started: /],
  ] as const) {
    test(`stopped by SIGINT ${when}, it leaves nothing`, async (t) => {
      const demo = startDemo(t);
      await demo.says(what);
      demo.kill('SIGINT');
      const { stdout } = await endedClean(demo, 130);
      // The stack is there until the run has cleaned up.
      assert.doesNotMatch(stdout, /Cleanup +failed|connection refused|cannot be reached/);
      assert.match(stdout, /^Stopping the stack\.$/m);
      if (when !== 'in act two') assert.doesNotMatch(stdout, /Act two|1 of 1 passed/);
    });
  }

  test('an impatient second SIGINT leaves nothing either', async (t) => {
    const demo = startDemo(t);
    await demo.says(/Act one[\s\S]*started: /);
    const impatience = setInterval(() => demo.kill('SIGINT'), 20);
    t.after(() => clearInterval(impatience));
    const { code, signal } = await demo.ended;
    // One may come after everything was stopped and removed, when nobody listens any more.
    assert.ok(code === 130 || signal === 'SIGINT', String(code));
    assertNothingLeft(demo);
  });

  test('killed with SIGKILL, its processes end by themselves', async (t) => {
    const demo = startDemo(t, '--up');
    await demo.says(/Ctrl-C stops it/);
    assert.ok(processesOf(demo.folder).length > 1 || !existsSync('/proc'));
    demo.kill('SIGKILL');
    await demo.ended;
    await eventually('no process is left', () => (processesOf(demo.folder).length === 0 ? true : undefined));
  });

  test('SIGTERM to the npm that started it stops it clean, although a shell stands between', async (t) => {
    const demo = startDemoByNpm(t, '--up', '--fault', 'stale-workers');
    await demo.says(/Ctrl-C stops it/);
    demo.kill('SIGTERM');
    // Its output closes when the last of its processes has ended.
    const { stdout, ms } = await demo.ended;
    assert.match(stdout, /Stopping the stack\./);
    assert.ok(ms < 60_000, String(ms));
    assertNothingLeft(demo);
  });

  test('--up --fault stale-workers says what to set, runs with it, and stops clean on SIGINT', async (t) => {
    const demo = startDemo(t, '--up', '--fault', 'stale-workers');
    await demo.says(/Ctrl-C stops it/);
    const settings = [...demo.output().matchAll(/^ {2}export ([A-Z_]+)=(\S+)$/gm)].map(([, name = '', value = '']) => [
      name,
      value,
    ]);
    assert.ok(settings.length >= 5, demo.output());
    assert.match(demo.output(), /The stack is up with stale-workers/);
    assert.match(demo.output(), /curl -X POST http:\/\/127\.0\.0\.1:\d+\/faults/);
    const env = { TMPDIR: demo.folder, ...Object.fromEntries(settings) };
    const ledger = path.join(demo.folder, 'ledger');
    const run = startProgram(['run', example, '--ledger', ledger], { cwd: demo.folder, env, through: undefined });
    t.after(() => run.end());
    const { code, stdout } = await run.ended;
    assert.equal(code, 1, stdout);
    assert.match(stdout, /worker runs 41ab00c on 3 of 4 instances/);
    rmSync(ledger, { recursive: true });
    demo.kill('SIGINT');
    const { stdout: all } = await endedClean(demo, 130);
    assert.match(all, /Stopping the stack\./);
  });

  test('--push-to brings its own scenario, which passes as it is named', async (t) => {
    const port = await freePort();
    const demo = startDemo(t, '--up', '--push-to', `http://127.0.0.1:${port}`);
    await demo.says(/Ctrl-C stops it/);
    const said = demo.output();
    assert.doesNotMatch(said, /booking-note/);
    assert.match(said, new RegExp(`^  smoketrail capture --port ${port} --forward http://127`, 'm'));
    const settings = [...said.matchAll(/^ {2}export ([A-Z_]+)=(\S+)$/gm)].map(([, name, value]) => [name, value]);
    const scenario = /smoketrail run (\S+booking-capture\.yaml)/.exec(said)?.[1] ?? '';
    // What a capture keeps of its own is the run's, and not left by the demo.
    const own = path.join(demo.folder, 'run');
    mkdirSync(own);
    const env = { TMPDIR: own, ...Object.fromEntries(settings) };
    const ledger = path.join(own, 'ledger');
    const run = startProgram(['run', scenario, '--ledger', ledger], { cwd: demo.folder, env, through: undefined });
    t.after(() => run.end());
    const { code, stdout, stderr } = await run.ended;
    assert.equal(code, 0, stdout + stderr);
    rmSync(own, { recursive: true });
    demo.kill('SIGINT');
    await endedClean(demo, 130);
  });

  test('every address that --up prints answers, and its pages are pages, with the login of the extranet beside it', async (t) => {
    const demo = startDemo(t, '--up');
    await demo.says(/Ctrl-C stops it/);
    const [, said = ''] = demo.output().split('The stack is up');
    const lines = said.split('\n');
    const pages = lines.flatMap((line) => /^ {2}(?!export|curl).*?(http:\S+)$/.exec(line)?.[1] ?? []);
    assert.equal(pages.length, 2, demo.output());
    for (const page of pages) assert.equal((await fetch(page)).status, 200, page);
    const [, extranet = ''] = pages;
    assert.equal((await fetch(`${extranet}/`)).status, 200);
    assert.match(demo.output(), /^ +log in as frontdesk \/ welcome$/m);
    for (const [address] of said.matchAll(/http:\/\/[\w.:]+/g)) await fetch(address);
    // What is to be pasted stands as it is.
    const prose = lines.filter((line) => !/^ {2}(export|curl|alias|smoketrail) /.test(line));
    assert.ok(
      prose.every((line) => line.length <= 80),
      prose.join('\n'),
    );
    demo.kill('SIGINT');
    await endedClean(demo, 130);
  });

  test('a port that is taken is named, and SIGTERM stops it clean', async (t) => {
    const holder = createServer();
    const held = await new Promise<boolean>((resolve) => {
      // Somebody else may hold it already, which is just as well.
      holder.once('error', () => resolve(false));
      holder.listen(4_100, '127.0.0.1', () => resolve(true));
    });
    if (held) t.after(() => void holder.close());
    const demo = startDemo(t, '--up');
    await demo.says(/Port 4100 is taken, so web is at http:\/\/127\.0\.0\.1:\d+\./);
    await demo.says(/Ctrl-C stops it/);
    demo.kill('SIGTERM');
    await endedClean(demo, 143);
  });

  test('faults are listed, and a wrong one is refused with what was meant', async (t) => {
    const list = await endedClean(startDemo(t, '--fault', 'list'), 0);
    for (const name of [
      'stale-workers',
      'dropped',
      'stripped',
      'truncated',
      'duplicated',
      'partner-down',
      'worker-crash',
    ])
      assert.match(list.stdout, new RegExp(`^${name} +at \\S`, 'm'), name);
    assert.doesNotMatch(list.stdout, /pinned/, 'which needs the name of a worker');
    for (const [args, says] of [
      [
        ['--up', '--fault', 'pinned@queue'],
        /--fault takes a name alone, and pinned needs worker: the name of a worker/,
      ],
      [['--up', '--fault', 'stale-worker'], /there is no fault "stale-worker"\n {2}Did you mean `stale-workers`\?/],
      [['--up', '--fault', 'constructor'], /there is no fault "constructor"/],
      [['--fault', 'stripped'], /--fault goes with --up/],
    ] as const) {
      const { code, stdout, stderr } = await startDemo(t, ...args).ended;
      assert.equal(code, 2, stdout);
      assert.match(stderr, says);
    }
  });
});
