// The contract of a send step as tests for node:test, to be run by whoever writes one.

import assert from 'node:assert/strict';
import { describe, type TestContext, test } from 'node:test';
import { guarded } from '../probes/outside/guarded-plugin.ts';
import { pluginFault } from '../probes/outside/plugin-shape.ts';
import type { FireContext, Host, Plugin, Sent, Trigger } from '../probes/plugin.ts';
import { newRecord, type Sent as Sending } from './bench.ts';
import { testContext, testHost } from './host.ts';
import { atRest, settledTo } from './resources.ts';

/** The system that a step under test sends to. `text` is what is sent, with the marker in it. */
export type SendBench<O> = {
  /** Options of a step that the system takes. */
  options(sending: Sending): O;
  /** All texts that the system took. */
  taken(): Promise<readonly string[]>;
  /** What of the host is not as in `testHost`: the folder of the files, say. */
  host?: Partial<Host>;
  /** Options of a step that for certain is not taken: a closed port, a 4xx, a table that is not there. */
  refused?(sending: Sending): O;
  /** Options of a step that may have been taken, and nobody can tell: a connection that breaks, a 5xx, an unmet `expect`. */
  unknown?(sending: Sending): O;
  /** Options of a step that leaves and gets no answer for longer than a test waits. */
  stalled?(sending: Sending): O | Promise<O>;
  /** Resolves once the stalled step has left. Default: after a tenth of a second. */
  left?(): Promise<void>;
  /** Called after each test. */
  close?(): Promise<void>;
};

export type SendSuite<O> = {
  plugin: Plugin<O>;
  /** Sets the system up anew, for each test. */
  setUp(t: TestContext): Promise<SendBench<O>> | SendBench<O>;
};

/** No test may wait longer. In milliseconds. */
const timeout = 60_000;
const soon = 100;

/** Call it in a test file: `testSend('drop', { plugin, setUp })`. What the bench cannot set up is skipped by name. */
export function testSend<O>(name: string, { plugin, setUp }: SendSuite<O>): void {
  const on = (says: string, use: (bench: SendBench<O>, sending: Sending, t: TestContext) => Promise<void>): void =>
    void test(says, { timeout }, async (t) => {
      const bench = await setUp(t);
      try {
        await use(bench, newRecord(), t);
      } finally {
        await bench.close?.();
      }
    });

  describe(`${name} as a send step`, () => {
    test('is a plug-in, with all that the contract asks for', () => {
      assert.equal(pluginFault(plugin), undefined);
      assert.equal(typeof plugin.trigger, 'function', 'it has no `trigger`, so it cannot send');
    });

    on('takes its options, and refuses one that it does not know', async (bench, sending) => {
      const options = bench.options(sending);
      const right = await plugin.options['~standard'].validate(options);
      assert.deepEqual(right.issues ?? [], []);
      const wrong = await plugin.options['~standard'].validate({ ...options, 'no-such-option': 1 });
      assert.ok((wrong.issues ?? []).length > 0, 'a mistyped option passes unseen');
    });

    on('says done of what was taken, once', async (bench, sending) => {
      const sent = await fired(plugin, bench, bench.options(sending));
      assert.equal(told(sent), 'done');
      assert.ok(sent.summary.trim().length > 0, 'it does not say what it did');
      assert.equal(await copies(bench, sending), 1);
    });

    on('says refused, and why, where for certain nothing was taken', async (bench, sending, t) => {
      if (bench.refused === undefined) return t.skip('the bench names no options that are `refused`');
      const sent = await fired(plugin, bench, bench.refused(sending));
      assert.equal(sent.outcome, 'refused');
      assert.ok(sent.fault !== undefined && sent.fault.message.trim().length > 0, 'it does not say why');
      assert.equal(await copies(bench, sending), 0, 'what is called refused was taken');
    });

    on('says unknown, and why, where it may have been taken', async (bench, sending, t) => {
      if (bench.unknown === undefined) return t.skip('the bench names no options that are `unknown`');
      const sent = await fired(plugin, bench, bench.unknown(sending));
      assert.equal(sent.outcome, 'unknown');
      assert.ok(sent.fault !== undefined && sent.fault.message.trim().length > 0, 'it does not say why');
    });

    on(
      'ends a step that is aborted, without waiting for its answer, and claims nothing of it',
      async (bench, sending, t) => {
        if (bench.stalled === undefined) return t.skip('the bench names no options that are `stalled`');
        const stop = new AbortController();
        const stalled = await bench.stalled(sending);
        const firing = fired(plugin, bench, stalled, { signal: stop.signal }).catch(() => undefined);
        await (bench.left?.() ?? testHost().clock.wait(soon));
        stop.abort(new Error('the time is up'));
        // A throw counts as unknown.
        assert.equal((await firing)?.outcome ?? 'unknown', 'unknown');
      },
    );

    on('sends nothing where it was stopped before', async (bench, sending) => {
      const signal = AbortSignal.abort(new Error('the time is up'));
      const sent = await fired(plugin, bench, bench.options(sending), { signal }).catch(() => undefined);
      assert.notEqual(sent?.outcome, 'done');
      assert.equal(await copies(bench, sending), 0);
    });

    on('frees everything when it is closed', async (bench, sending) => {
      const before = await atRest(testHost().clock);
      await fired(plugin, bench, bench.options(sending));
      assert.deepEqual(await settledTo(before, testHost().clock), []);
    });
  });
}

/** Prepared, fired once and closed. */
async function fired<O>(
  plugin: Plugin<O>,
  bench: SendBench<O>,
  options: O,
  more: Partial<FireContext> = {},
): Promise<Sent> {
  const { trigger } = guarded(plugin as unknown as Plugin);
  if (trigger === undefined) throw new Error(`${plugin.name} has no \`trigger\`, so it cannot send`);
  const prepared: Trigger = await trigger({ ...testHost(), ...bench.host });
  const { signal, cookies, owner } = testContext();
  try {
    return await prepared.fire(options, { signal, cookies, owner, ...more });
  } finally {
    await prepared.close?.();
  }
}

async function copies<O>(bench: SendBench<O>, { marker }: Sending): Promise<number> {
  return (await bench.taken()).filter((text) => text.includes(marker)).length;
}

function told({ outcome, fault }: Sent): string {
  return fault === undefined ? outcome : `${outcome} (${fault.message})`;
}
