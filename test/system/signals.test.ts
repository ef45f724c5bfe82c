import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { eventually } from '../demo/on-stack.ts';
import { type Ground, type Place, prepareGround, type Run } from './ground.ts';
import type { Ended } from './program.ts';
import { inTerminal, withoutTerminal } from './terminal.ts';

const codes = { SIGINT: 130, SIGTERM: 143 } as const;
type Signal = keyof typeof codes;

/** A run that is sending, and will be for longer than the test. */
async function sending(place: Place): Promise<Run> {
  await place.fault({ name: 'web-late', at: 'web', ms: 3_500 });
  const run = place.run();
  await eventually('the booking is saved', async () => ((await place.web()).length > 0 ? true : undefined));
  return run;
}

/** A run that watches a job that is stuck. */
async function watching(place: Place): Promise<Run> {
  await place.fault({ name: 'stuck', at: 'queue' });
  const run = place.run();
  await run.told('look', ({ hop, look }) => hop === 'queue' && look.kind === 'intact');
  return run;
}

async function cleaning(place: Place): Promise<Run> {
  place.hold('clean');
  const run = place.run();
  await run.told('step.started', ({ phase }) => phase === 'clean');
  return run;
}

function endedWell(run: Run, ended: Ended, signal: Signal): void {
  assert.equal(ended.code, codes[signal]);
  assert.doesNotMatch(`${ended.stdout}${ended.stderr}`, /\n\s+at .*:\d+/, 'a stack trace');
  const types = run.events().map(({ type }) => type);
  assert.equal(types.at(-1), 'run.finished');
  for (const once of ['run.finished', 'verdict', 'cleaned'])
    assert.equal(types.filter((type) => type === once).length, 1, once);
  const finished = run.events().at(-1);
  assert.equal(finished?.type === 'run.finished' && finished.exitCode, codes[signal]);
}

/** Nothing of it is left, and nobody will look for it again. */
async function nothingLeft(place: Place): Promise<void> {
  assert.deepEqual(await place.web(), []);
  assert.deepEqual(await place.partner(), []);
  assert.deepEqual(place.ledgerLines(), []);
}

describe('a signal ends a run once it has cleaned up', { concurrency: 4 }, () => {
  let ground: Ground;
  before(async () => {
    ground = await prepareGround();
  });
  after(() => ground.end());

  for (const signal of ['SIGINT', 'SIGTERM'] as const) {
    test(`${signal} while sending: interrupted, and what was saved is found and removed`, async (t) => {
      const place = ground.place(t);
      const run = await sending(place);
      run.kill(signal);
      const ended = await run.ended;
      endedWell(run, ended, signal);
      assert.equal((await run.told('verdict')).verdict, 'interrupted');
      assert.deepEqual(await place.web(), []);
      // Its job was under way, so it may have arrived since: that is what the ledger still holds it for.
      assert.equal((await run.told('cleaned')).state, 'lingering');
      await place.queueIsEmpty();
      assert.equal((await place.sweep()).code, 0);
      assert.deepEqual([await place.web(), await place.partner()], [[], []]);
    });

    test(`${signal} while watching: interrupted, cleaned, and kept in the ledger since the job may still run`, async (t) => {
      const place = ground.place(t);
      const run = await watching(place);
      run.kill(signal);
      endedWell(run, await run.ended, signal);
      assert.equal((await run.told('verdict')).verdict, 'interrupted');
      assert.equal((await run.told('cleaned')).state, 'lingering');
      assert.deepEqual(await place.web(), []);
      assert.ok(place.ledgerLines().length > 0);
    });

    test(`${signal} while cleaning: the verdict stands, the cleaning is finished`, async (t) => {
      const place = ground.place(t);
      const run = await cleaning(place);
      run.kill(signal);
      place.hold('clean')();
      endedWell(run, await run.ended, signal);
      assert.equal((await run.told('verdict')).verdict, 'arrived');
      assert.equal((await run.told('cleaned')).state, 'clean');
      await nothingLeft(place);
    });
  }

  test('a second signal ends at once, and the ledger keeps the record for sweep', async (t) => {
    const place = ground.place(t);
    const run = await cleaning(place);
    run.kill('SIGINT');
    const second = performance.now();
    run.kill('SIGINT');
    // Two signals at once may arrive as one.
    await eventually('it stops cleaning', () => {
      if (run.events().some(({ type }) => type === 'cleaned')) return true;
      run.kill('SIGINT');
      return undefined;
    });
    const ended = await run.ended;
    assert.ok(performance.now() - second < 3_000, 'it did not wait for the step, which would take 4 s to time out');
    endedWell(run, ended, 'SIGINT');
    assert.match((await run.told('cleaned')).detail, /^SIGINT came twice.*run smoketrail sweep$/);
    assert.equal((await place.web()).length, 1);
    place.hold('clean')();
    assert.equal((await place.sweep()).code, 0);
    await nothingLeft(place);
  });

  test('a signal to a sweep ends it, and the next one does the rest', async (t) => {
    const place = ground.place(t);
    const run = place.run(['--no-cleanup']);
    assert.equal((await run.ended).code, 0);
    const release = place.hold('clean');
    const sweep = place.start(['sweep', '-v']);
    await eventually('the sweep has taken over', () =>
      place.ledgerLines().some(({ type }) => type === 'taken') ? true : undefined,
    );
    sweep.kill('SIGTERM');
    const ended = await sweep.ended;
    assert.equal(ended.code, 143, sweep.output());
    assert.match(ended.stdout, /Stopped by SIGTERM/);
    release();
    assert.equal((await place.sweep()).code, 0);
    await nothingLeft(place);
  });

  test('Ctrl-C in a terminal gives the cursor back', { skip: withoutTerminal }, async (t) => {
    const place = ground.place(t);
    await place.fault({ name: 'stuck', at: 'queue' });
    const run = place.run([], { through: inTerminal, env: { TERM: 'xterm' } });
    await run.told('look', ({ hop, look }) => hop === 'queue' && look.kind === 'intact');
    await eventually('the live table is drawn', () => (run.output().includes('\u001b[?25l') ? true : undefined));
    run.type('\u0003');
    const ended = await run.ended;
    endedWell(run, ended, 'SIGINT');
    assert.ok(ended.stdout.lastIndexOf('\u001b[?25h') > ended.stdout.lastIndexOf('\u001b[?25l'));
  });
});
