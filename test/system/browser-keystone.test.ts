// The keystone matrix with the partner's own page as the destination: every cell of it, judged by the same expectations,
// in one run whose markers share a browser and a login.

import { without } from '../parts.ts';
import { browserScenario, unhurried } from './browser-scenario.ts';
import { assertAsDemanded, runWithFaults, startRun } from './keystone.ts';
import { keystone } from './keystone-frame.ts';
import { matrix } from './matrix.ts';

/** The queue is looked at while the job is in it, also where a browser keeps the processor busy. In ms. */
const inQueue = 800;
/** All markers of a run share what a host allows; so many tests at once are no production system. */
const hosts = { '127.0.0.1': { rate: 500, concurrent: 32 } };

const shared = startRun(hosts);

keystone({
  title: 'with the partner read on a page behind its login, the trace says of every fault what the rules demand',
  cells: matrix,
  least: 80,
  // As many as pages may be open at once: where a look waits for its place to the end, a run rightly proves nothing.
  concurrency: 4,
  skip: without('chromium'),
  async run(written, room, stack) {
    const cell = unhurried(written);
    // 429 makes a run leave the whole host alone for a while: the other cells would wait along.
    const own = cell.fault?.name === 'partner-429' ? startRun(hosts) : undefined;
    try {
      const { play } = own ?? shared;
      const text = browserScenario(cell, room, stack);
      assertAsDemanded(cell, await runWithFaults(cell, text, room, stack, { play, ms: inQueue }));
    } finally {
      await own?.close();
    }
  },
  close: () => shared.close(),
});
