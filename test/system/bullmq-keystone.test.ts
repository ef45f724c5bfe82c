import { without } from '../parts.ts';
import { assertAsDemanded, runCell } from './keystone.ts';
import { keystone } from './keystone-frame.ts';
import { tappedMatrix } from './matrix.ts';

keystone({
  title: 'with the queue on Redis (BullMQ), every fault at every hop is told as the rules demand',
  queue: 'bullmq',
  skip: without('redis'),
  cells: tappedMatrix,
  least: 80,
  // A worker that is started again loads its driver first.
  concurrency: 4,
  run: async (cell, room, stack) => assertAsDemanded(cell, await runCell(cell, room, stack)),
});
