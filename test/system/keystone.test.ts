import { assertAsDemanded, runCell } from './keystone.ts';
import { keystone } from './keystone-frame.ts';
import { matrix } from './matrix.ts';

keystone({
  title: 'for every fault at every hop, alone and beside a blind hop, the trace says what the rules demand',
  cells: matrix,
  least: 80,
  run: async (cell, room, stack) => assertAsDemanded(cell, await runCell(cell, room, stack)),
});
