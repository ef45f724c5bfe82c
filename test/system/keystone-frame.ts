// What every keystone is run in: one demo stack for all cells, each in a room of its own.

import assert from 'node:assert/strict';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { after, before, describe, test } from 'node:test';
import type { SystemName } from '../../smoke/demo/queue-place.ts';
import { type Stack, startStack } from '../../smoke/demo/stack.ts';
import { loadPlugin, pluginNames } from '../../smoke/probes/registry.ts';
import { slowness } from './slowness.ts';

export type Frame<C> = {
  title: string;
  cells: readonly C[];
  /** The cells there must be at least. */
  least: number;
  /** How many cells at once; default 8. */
  concurrency?: number;
  skip?: string | false;
  /** The queue of the stack; default sqlite. */
  queue?: SystemName;
  /** Runs one cell, and fails where it is not as demanded. */
  run(cell: C, room: number, stack: Stack): Promise<void>;
  /** Before the stack stops. */
  close?(): Promise<void>;
};

export function keystone<C extends { name: string }>(frame: Frame<C>): void {
  const { title, cells, least, concurrency = 8, skip = false, queue: system = 'sqlite', run, close } = frame;
  describe(title, { concurrency, skip }, () => {
    let stack: Stack;
    let dir: string;

    before(async () => {
      dir = await mkdtemp(path.join(tmpdir(), 'smoketrail-keystone-'));
      // What is loaded now does not come out of the short times of the first cells.
      const [started] = await Promise.all([
        startStack({ dir, queue: { system }, reservationMs: 800 * slowness, retryMs: 100 }),
        ...pluginNames.map(loadPlugin),
      ]);
      stack = started;
      // So are the drivers of a queue, and everything that a server does for the first time.
      const [first] = cells;
      if (system !== 'sqlite' && first !== undefined) await run(first, 999, stack).catch(() => undefined);
    });
    after(async () => {
      await close?.();
      await stack.stop();
      await rm(dir, { recursive: true, force: true });
    });

    test(`the matrix has at least ${least} cells, each of its own name`, () => {
      assert.ok(cells.length >= least, String(cells.length));
      assert.equal(new Set(cells.map(({ name }) => name)).size, cells.length);
    });

    for (const [index, cell] of cells.entries()) test(cell.name, () => run(cell, 1_000 + index, stack));
  });
}
