// The scenario of a cell on the plain route, with the builds of web and worker; how the partner is read is left open.

import type { Stack } from '../../smoke/demo/stack.ts';
import { around, cellScenario, type Written, workerLook } from './cell-scenario.ts';
import type { Cell } from './matrix.ts';
import { slowness } from './slowness.ts';

/** `partner`: the keys of that hop, its look among them. */
export type Line = Pick<Written, 'times' | 'top'> & { partner: string };

export function lineScenario(cell: Cell, room: number, stack: Stack, { times, top = '', partner }: Line): string {
  const { urls } = stack;
  const at = around(cell, room, stack);
  const builds = `release:
      http: { url: '${urls.web}/version', field: $.commit, instance: $.instance, started: $.startedAt }`;
  const behind = `
  - hop: worker
    sees: out
    timeout: ${3 * slowness}s${workerLook(at, 'out')}
    release:
      http: { url: '${urls.control}/workers?room=${room}', records: '$.instances[*]', field: $.commit, instance: $.name, started: $.startedAt }
  - hop: partner${partner}`;
  const rule = cell.sameBuild ? 'releases: { same: [web, worker], by: commit }' : '';
  return cellScenario(at, { times, top: `${top}\n${rule}`, web: builds, behind });
}
