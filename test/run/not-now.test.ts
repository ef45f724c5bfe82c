// A clean step at a host that says "not now", on virtual time: how often it is asked again, and until when.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Phase } from '../../smoke/core/events.ts';
import type { Plugin, Sent } from '../../smoke/probes/plugin.ts';
import { createFiring, type StepResult } from '../../smoke/run/firing.ts';
import { createTimer } from '../../smoke/run/look-timer.ts';
import { shortPauses } from '../../smoke/run/pauses.ts';
import { createSessions } from '../../smoke/run/sessions.ts';
import { createStepper } from '../../smoke/run/steps.ts';
import type { Step } from '../../smoke/scenario/model.ts';
import { createVirtualClock } from '../virtual-clock.ts';
import { journeyOf, ports as portsOn, scenario } from './fixtures.ts';

const host = 'http://127.0.0.1:4101';
const place = { file: 'booking.yaml', line: 7, column: 5 };
const step: Step = { title: 'delete', plugin: 'desk', options: {}, keep: {}, idempotent: false, place };

/** Asks a desk that asks to come again after these pauses (ms), one after the other, and then does it. */
async function asked(
  pauses: readonly number[],
  phase: Phase = 'clean',
): Promise<{ times: number[]; result: StepResult }> {
  const clock = createVirtualClock();
  const times: number[] = [];
  const plugin: Plugin = {
    name: 'desk',
    summary: 'a desk',
    options: { '~standard': { version: 1, vendor: 'test', validate: (value) => ({ value }) } },
    connects: [],
    budgeted: true,
    trigger: async ({ budget, pause }) => ({
      async fire(_options, { signal }): Promise<Sent> {
        const turn = await budget(host, signal);
        turn.release();
        const again = pauses[times.length];
        times.push(clock.now());
        const cost = { requests: 1, bytes: 10, ms: 5 };
        if (again === undefined) return { outcome: 'done', summary: 'gone', cost };
        pause(host, again);
        return {
          outcome: 'unknown',
          summary: 'not now',
          fault: { kind: 'busy', message: 'not now' },
          notNow: true,
          cost,
        };
      },
    }),
  };
  const ports = { ...portsOn(clock), plugin: async () => plugin };
  const firing = createFiring(ports, createTimer(clock));
  const stepper = createStepper(ports, { firing, sessions: createSessions(ports, firing) });
  const journey = journeyOf(scenario([]), ports);
  if (phase !== 'send') journey.pauses = shortPauses(clock, () => undefined);
  const result = await clock.run(stepper.run(step, phase, journey, new AbortController().signal));
  return { times, result };
}

test('it is done again as soon as the host is ready, and its cost is that of all tries', async () => {
  const { times, result } = await asked([1_000, 30_000]);
  assert.deepEqual(times, [0, 1_000, 31_100]);
  assert.equal(result.outcome, 'done');
  assert.deepEqual(result.cost, { requests: 3, bytes: 30, ms: 15, retries: 2 });
});

test('a host that never has time is asked five times, and within two minutes', async () => {
  const soon = await asked(Array.from({ length: 20 }, () => 1_000));
  assert.deepEqual(soon.times, [0, 1_000, 2_100, 3_200, 4_300]);
  assert.equal(soon.result.summary, 'not now');
  const late = await asked(Array.from({ length: 20 }, () => 50_000));
  assert.deepEqual(late.times, [0, 50_000, 100_100]);
  assert.match(late.result.summary, /the host asks to be left alone until/);
});

test('a host that asks for more than a minute is not waited for', async () => {
  const { times, result } = await asked([61_000]);
  assert.deepEqual(times, [0]);
  assert.match(result.summary, /the host asks to be left alone until/);
});

test('a search of the cleaning is made again, and a send never', async () => {
  assert.deepEqual((await asked([1_000], 'find')).times, [0, 1_000]);
  assert.deepEqual((await asked([1_000], 'send')).times, [0]);
});
