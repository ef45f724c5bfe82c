// The keystone matrix with the partner's own page as the destination: every cell of it, judged by the same expectations,
// in one run whose markers share a browser and a login.

import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { after, before, describe, test } from 'node:test';
import { type Stack, startStack } from '../../smoke/demo/stack.ts';
import { without } from '../parts.ts';
import { browserScenario, unhurried } from './browser-scenario.ts';
import { assertAsDemanded, runWithFaults, startRun } from './keystone.ts';
import { matrix } from './matrix.ts';

/** The queue is looked at while the job is in it, also where a browser keeps the processor busy. In ms. */
const inQueue = 800;
/** All markers of a run share what a host allows; so many tests at once are no production system. */
const hosts = { '127.0.0.1': { rate: 500, concurrent: 32 } };

describe('with the partner read on a page behind its login, the trace says of every fault what the rules demand', {
  // As many as pages may be open at once: where a look waits for its place to the end, a run rightly proves nothing.
  concurrency: 4,
  skip: without('chromium'),
}, () => {
  let stack: Stack;
  let dir: string;
  let run: ReturnType<typeof startRun>;

  before(async () => {
    dir = await mkdtemp(path.join(tmpdir(), 'smoketrail-keystone-'));
    stack = await startStack({ dir, reservationMs: 800, retryMs: 100 });
    run = startRun(hosts);
  });
  after(async () => {
    await run.close();
    await stack.stop();
    await rm(dir, { recursive: true, force: true });
  });

  for (const [index, written] of matrix.entries()) {
    test(written.name, async () => {
      const room = 1_000 + index;
      const cell = unhurried(written);
      // 429 makes a run leave the whole host alone for a while: the other cells would wait along.
      const own = cell.fault?.name === 'partner-429' ? startRun(hosts) : undefined;
      try {
        const { play } = own ?? run;
        const text = browserScenario(cell, room, stack);
        assertAsDemanded(cell, await runWithFaults(cell, text, room, stack, { play, ms: inQueue }));
      } finally {
        await own?.close();
      }
    });
  }
});
