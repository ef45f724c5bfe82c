import { assertAsDemanded, runCell } from './keystone.ts';
import { keystone } from './keystone-frame.ts';
import { matrix } from './matrix.ts';

keystone({
  title: 'with the queue on PostgreSQL (pg-boss), every fault at every hop is told as the rules demand',
  queue: 'pg-boss',
  cells: matrix,
  least: 80,
  // A worker that is started again loads its driver first.
  concurrency: 4,
  run: async (cell, room, stack) => assertAsDemanded(cell, await runCell(cell, room, stack)),
});
