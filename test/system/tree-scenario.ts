// The scenario of a cell of the tree keystone: one booking that must reach the partner and the guest's mail.

import type { Stack } from '../../smoke/demo/stack.ts';
import { around, cellScenario, partnerLook, seen, workerLook } from './cell-scenario.ts';
import type { TreeCell } from './tree-matrix.ts';

export function treeScenario(cell: TreeCell, room: number, stack: Stack): string {
  const { deadline = 1_500, grace = 300, mail } = cell.times;
  const at = around(cell, room, stack);
  const behind = `
  - hop: worker
    sees: in
    timeout: 3s${workerLook(at, 'in')}
  - hop: mail
    timeout: 3s
    ${mail === undefined ? '' : `deadline: ${mail}ms`}
    look:
      mail:
        path: ${seen(at, 'mail', stack.paths.mail)}
        limit: 2000
        where: { 'header:X-Booking': '\${{ booking }}' }
        field: text
  - hop: partner
    after: worker${partnerLook(at)}`;
  return cellScenario(at, { times: { deadline, grace, settle: 1_000 }, behind });
}
