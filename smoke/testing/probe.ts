// The contract of a probe as tests for node:test, to be run by whoever writes one.

import assert from 'node:assert/strict';
import { describe, type TestContext, test } from 'node:test';
import type { Fault, FaultKind, Look } from '../core/look.ts';
import { pluginFault } from '../probes/outside/plugin-shape.ts';
import type { Plugin, Probe } from '../probes/plugin.ts';
import { arm, isFaultOf, kindOf, lookAt, newRecord, type ProbeBench, type Sent } from './bench.ts';
import { testContext, testHost } from './host.ts';
import { atRest, settledTo } from './resources.ts';

export type ProbeSuite<O> = {
  plugin: Plugin<O>;
  /** Sets the system up anew, for each test. */
  setUp(t: TestContext): Promise<ProbeBench<O>> | ProbeBench<O>;
  /**
   * False where an absence proves nothing here, by design: then a look that finds none may also be blind, since nothing is
   * left to be seen or the window was too small (`Reading.unseen`). `unseen` where it always is. Default true.
   */
  provesAbsence?: boolean | 'unseen';
  /** The fault of a look at `unreachable`, where it is known. */
  unreachableAs?: FaultKind;
};

/** No test may wait longer. In milliseconds. */
const timeout = 60_000;

/** Call it in a test file: `testProbe('outbox', { plugin, setUp })`. What the bench cannot set up is skipped by name. */
export function testProbe<O>(name: string, suite: ProbeSuite<O>): void {
  const { plugin, provesAbsence = true } = suite;

  /** Arms the probe, lets the system get what `note` makes of the text that was sent, and looks. */
  const looked = (kind: Look['kind'], says: string, note: (sent: Sent) => string, reference = false): void =>
    void test(says, { timeout }, async (t) => {
      await withBench(suite, t, async (bench) => {
        const sent = newRecord();
        const look = await armed(plugin, bench, sent, async (probe) => {
          await bench.put({ alias: sent.alias, note: note(sent) });
          return lookAt(probe, bench, sent, { reference });
        });
        assert.equal(kindOf(look), kind);
      });
    });

  describe(`${name} as a probe`, () => {
    test('is a plug-in, with all that the contract asks for', () => {
      assert.equal(pluginFault(plugin), undefined);
      assert.equal(typeof plugin.open, 'function', 'it has no `open`, so it cannot look');
    });

    test('takes its options, and refuses one that it does not know', { timeout }, async (t) => {
      await withBench(suite, t, async (bench) => {
        const options = bench.options(newRecord());
        const right = await plugin.options['~standard'].validate(options);
        assert.deepEqual(right.issues ?? [], []);
        const wrong = await plugin.options['~standard'].validate({ ...options, 'no-such-option': 1 });
        assert.ok((wrong.issues ?? []).length > 0, 'a mistyped option passes unseen');
      });
    });

    looked('intact', 'shows a record that is as it was sent', ({ text }) => text);
    looked('altered', 'shows a record whose text was cut', ({ text }) => text.slice(0, -4));
    looked('stripped', 'shows a record whose field is empty', () => '');
    looked('reference', 'shows a record by its alias alone, where no more is asked', () => '', true);

    test('says absent of a record that is not there, beside others', { timeout }, async (t) => {
      await withBench(suite, t, async (bench) => {
        const [sent, other] = [newRecord(), newRecord()];
        const look = await armed(plugin, bench, sent, async (probe) => {
          await bench.put({ alias: other.alias, note: other.text });
          return lookAt(probe, bench, sent);
        });
        if (provesAbsence === 'unseen') assert.equal(look.kind, 'blind');
        if (provesAbsence !== true && look.kind === 'blind' && isUnseen(look.fault)) {
          assert.ok(look.fault.message.trim().length > 0, 'it does not say why the record could not be seen');
          assert.ok((look.fault.hint ?? '').trim().length > 0, 'it does not say what would make the record seen');
          return;
        }
        assert.equal(kindOf(look), 'absent');
        if (look.kind !== 'absent') return;
        assert.equal(look.proves, provesAbsence, `${look.searched}: whether that proves the absence`);
        assert.ok(look.searched.trim().length > 0, 'it does not say what it searched');
      });
    });

    test('is blind, and says why, where nothing can be read', { timeout }, async (t) => {
      await withBench(suite, t, async (bench) => {
        if (bench.unreachable === undefined) return t.skip('the bench names no options that are `unreachable`');
        const sent = newRecord();
        const options = bench.unreachable(sent);
        const looking = armedLook(plugin, bench, sent, options);
        await assert.rejects(looking, (error) => isFaultOf(error, suite.unreachableAs));
      });
    });

    const turnedDown = (which: 'denied' | 'forbidden', says: string): void =>
      void test(says, { timeout }, async (t) => {
        await withBench(suite, t, async (bench) => {
          const sent = newRecord();
          const options = await bench[which]?.(sent);
          if (options === undefined) return t.skip(`the bench names no options that are \`${which}\``);
          await bench.put({ alias: sent.alias, note: sent.text });
          const looking = armedLook(plugin, bench, sent, options);
          await assert.rejects(looking, (error) => isFaultOf(error, 'permission'));
        });
      });

    turnedDown('denied', 'is blind where the system turns its credentials down');
    turnedDown('forbidden', 'is blind where it is let in and may not read');

    test('is blind while the system is down, and then claims no absence for that time', { timeout }, async (t) => {
      await withBench(suite, t, async (bench) => {
        const { outage } = bench;
        if (outage === undefined) return t.skip('the bench can make no `outage`');
        const [early, sent, never] = [newRecord(), newRecord(), newRecord()];
        await armed(plugin, bench, early, async (probe) => {
          await bench.put({ alias: early.alias, note: early.text });
          assert.equal(kindOf(await lookAt(probe, bench, early)), 'intact');
          await outage.begin();
          await assert.rejects(lookAt(probe, bench, early), (error) => isFaultOf(error, undefined));
          await outage.end();
          await backAgain(probe, bench, early);
          await bench.put({ alias: sent.alias, note: sent.text });
          assert.equal(kindOf(await lookAt(probe, bench, sent)), 'intact');
          const look = await lookAt(probe, bench, never);
          if (plugin.evidence !== 'tap' && !('by' in look && look.by === 'tap')) return;
          assert.ok(look.kind === 'blind' || (look.kind === 'absent' && !look.proves), kindOf(look));
        });
      });
    });

    test('ends a look that is aborted, without waiting for its answer', { timeout }, async (t) => {
      await withBench(suite, t, async (bench) => {
        if (bench.stalled === undefined) return t.skip('the bench names no options that are `stalled`');
        const host = testHost();
        const options = bench.stalled(newRecord());
        const probe = await arm(plugin, bench, options, host);
        const stop = new AbortController();
        const reading = probe.read(options, testContext({ signal: stop.signal }));
        reading.catch(() => undefined);
        await host.clock.wait(50);
        stop.abort(new Error('the time is up'));
        await assert.rejects(reading);
        await probe.close?.();
      });
    });

    test('frees everything when it is closed', { timeout }, async (t) => {
      await withBench(suite, t, async (bench) => {
        const sent = newRecord();
        await bench.put({ alias: sent.alias, note: sent.text });
        const before = await atRest(testHost().clock);
        await armed(plugin, bench, sent, async (probe) => lookAt(probe, bench, sent));
        assert.deepEqual(await settledTo(before, testHost().clock), []);
      });
    });

    test('changes nothing in ten looks', { timeout }, async (t) => {
      await withBench(suite, t, async (bench) => {
        if (bench.snapshot === undefined) return t.skip('the bench takes no `snapshot`');
        const sent = newRecord();
        await armed(plugin, bench, sent, async (probe) => {
          await bench.put({ alias: sent.alias, note: sent.text });
          const before = await bench.snapshot?.();
          for (let count = 0; count < 10; count += 1) await lookAt(probe, bench, sent);
          assert.deepEqual(await bench.snapshot?.(), before);
        });
      });
    });
  });
}

function isUnseen({ kind }: Fault): boolean {
  return kind === 'not-observable' || kind === 'gave-up';
}

async function withBench<O>(
  { setUp }: ProbeSuite<O>,
  t: TestContext,
  use: (bench: ProbeBench<O>) => Promise<void>,
): Promise<void> {
  const bench = await setUp(t);
  try {
    await use(bench);
  } finally {
    await bench.close?.();
  }
}

/** Opened anew for these options, as for a run of their own. */
async function armedLook<O>(plugin: Plugin<O>, bench: ProbeBench<O>, sent: Sent, options: O): Promise<Look> {
  const probe = await arm(plugin, bench, options, testHost());
  try {
    return await lookAt(probe, bench, sent, { options });
  } finally {
    await probe.close?.();
  }
}

/** Until the system can be asked again: a tap may still be on its way back. */
async function backAgain<O>(probe: Probe, bench: ProbeBench<O>, sent: Sent): Promise<void> {
  const { clock } = testHost();
  for (const until = clock.now() + 20_000; ; await clock.wait(50)) {
    try {
      await lookAt(probe, bench, sent);
      return;
    } catch (error) {
      if (clock.now() > until) throw error;
    }
  }
}

async function armed<O, T>(
  plugin: Plugin<O>,
  bench: ProbeBench<O>,
  sent: Sent,
  use: (probe: Probe) => Promise<T>,
): Promise<T> {
  const probe = await arm(plugin, bench, bench.options(sent), testHost());
  try {
    return await use(probe);
  } finally {
    await probe.close?.();
  }
}
