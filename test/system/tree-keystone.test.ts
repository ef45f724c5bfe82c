import assert from 'node:assert/strict';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { after, before, describe, test } from 'node:test';
import type { Judgement } from '../../smoke/core/verdict.ts';
import { removeMails } from '../../smoke/demo/mail-folder.ts';
import { type Stack, startStack } from '../../smoke/demo/stack.ts';
import { readTruth } from '../../smoke/demo/truth.ts';
import { runWithFaults, suspectsOf } from './keystone.ts';
import { treeMatrix } from './tree-matrix.ts';
import { treeScenario } from './tree-scenario.ts';

const got = ({ verdict, trail }: Judgement): unknown => ({
  verdict,
  lastSeen: trail.lastSeen?.hop,
  suspects: suspectsOf({ trail }),
});

describe('on a route that branches, each destination says of every fault what the rules demand', {
  concurrency: 8,
}, () => {
  let stack: Stack;
  let dir: string;

  before(async () => {
    dir = await mkdtemp(path.join(tmpdir(), 'smoketrail-keystone-'));
    stack = await startStack({ dir, reservationMs: 800, retryMs: 100 });
  });
  after(async () => {
    await stack.stop();
    await rm(dir, { recursive: true, force: true });
  });

  test('the matrix has at least 100 cells, each of its own name', () => {
    assert.ok(treeMatrix.length >= 100, String(treeMatrix.length));
    assert.equal(new Set(treeMatrix.map(({ name }) => name)).size, treeMatrix.length);
  });

  for (const [index, cell] of treeMatrix.entries()) {
    test(cell.name, async () => {
      const room = 1_000 + index;
      const { judgement, truth } = await runWithFaults(cell, treeScenario(cell, room, stack), room, stack);
      // Each cell reads the folder for itself, and need not read what is done with.
      for (const { booking } of readTruth(stack.paths.truth).filter((line) => line.room === room))
        if (booking !== null) removeMails(stack.paths.mail, booking);
      const { destinations = [] } = judgement;
      const byName = new Map(destinations.map((one) => [one.trail.destination, one]));
      const [partner, mail] = [byName.get('partner'), byName.get('mail')];
      assert.ok(partner !== undefined && mail !== undefined && destinations.length === 2);
      const answers = destinations.map(({ headline, trail }) => {
        return `${headline} (${trail.answers.map(({ hop, kind }) => `${hop} ${kind}`).join(', ')})`;
      });
      const all = { partner: got(partner), mail: got(mail), overall: judgement.verdict };
      assert.deepEqual(all, cell.expected, answers.join('; '));
      if (cell.fault === undefined) return;
      const { name, at } = cell.fault;
      assert.ok(truth.includes(`${name} at ${at}`), `the fault did not strike: ${truth.join(', ')}`);
      // What fails at a destination is suspected of the hop that did it.
      for (const { passes, trail } of destinations) {
        if (passes !== false || trail.suspects.length === 0) continue;
        assert.ok(
          trail.suspects.some(({ hop }) => hop === at),
          `${at} is not suspected at ${trail.destination}`,
        );
      }
    });
  }
});
