import assert from 'node:assert/strict';
import { removeMails } from '../../smoke/demo/mail-folder.ts';
import { readTruth } from '../../smoke/demo/truth.ts';
import { assertStruck, assertSuspected, gotOf, runWithFaults, toldBy } from './keystone.ts';
import { keystone } from './keystone-frame.ts';
import { treeMatrix } from './tree-matrix.ts';
import { treeScenario } from './tree-scenario.ts';

keystone({
  title: 'on a route that branches, each destination says of every fault what the rules demand',
  cells: treeMatrix,
  least: 100,
  run: async (cell, room, stack) => {
    const { judgement, truth } = await runWithFaults(cell, treeScenario(cell, room, stack), room, stack);
    // Each cell reads the folder for itself, and need not read what is done with.
    for (const { booking } of readTruth(stack.paths.truth).filter((line) => line.room === room))
      if (booking !== null) removeMails(stack.paths.mail, booking);
    const { destinations = [] } = judgement;
    const byName = new Map(destinations.map((one) => [one.trail.destination, one]));
    const [partner, mail] = [byName.get('partner'), byName.get('mail')];
    assert.ok(partner !== undefined && mail !== undefined && destinations.length === 2);
    const all = { partner: gotOf(partner), mail: gotOf(mail), overall: judgement.verdict };
    assert.deepEqual(all, cell.expected, destinations.map(toldBy).join('; '));
    assertStruck(cell.fault, truth);
    // What fails at a destination is suspected of the hop that did it.
    for (const destination of destinations) if (destination.passes === false) assertSuspected(cell.fault, destination);
  },
});
