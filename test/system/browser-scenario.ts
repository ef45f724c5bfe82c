// The scenario of a cell of the browser keystone: the partner is read on its extranet, by a browser that is logged in.

import { extranetLogin } from '../../smoke/demo/extranet.ts';
import type { Stack } from '../../smoke/demo/stack.ts';
import { around, seen, type Written } from './cell-scenario.ts';
import { lineScenario } from './line-scenario.ts';
import type { Cell } from './matrix.ts';

/**
 * A page takes longer to read than an answer, and waits for one of the few places of a browser. What must come late is
 * late only where a look after the deadline has not seen it, so the delay leaves time for one.
 */
export function unhurried(cell: Cell): Cell {
  const { fault, times, expected } = cell;
  if (fault === undefined || expected.verdict !== 'late') return cell;
  return { ...cell, fault: { ...fault, ms: 20_000 }, times: { ...times, deadline: 2_000, grace: 30_000 } };
}

function timesOf({ times, expected }: Cell): Written['times'] {
  const { deadline = 0, grace = 500 } = times;
  // What arrives is done when it has; all else is watched to the end.
  const least = expected.verdict === 'arrived' ? 15_000 : expected.verdict === 'late' ? deadline : 2_500;
  return { deadline: Math.max(deadline, least), grace, settle: 1_000 };
}

export function browserScenario(cell: Cell, room: number, stack: Stack): string {
  const { partner } = stack.urls;
  const { user, password } = extranetLogin;
  const login = `sessions:
  extranet:
    login:
      - http: { url: '${partner}/extranet/login', keep: { csrf: 'input[name=csrf]@value' } }
      - http:
          method: POST
          url: ${partner}/extranet/login
          form: { user: ${user}, password: ${password}, csrf: '\${{ session.csrf }}' }
          expect: { status: 303 }`;
  const hop = `
    session: extranet
    timeout: 15s
    poll: { first: 300ms, factor: 1.5, max: 1s }
    look:
      browser:
        steps:
          - goto: ${seen(around(cell, room, stack), 'partner', partner)}/extranet/reservations?ref=\${{ booking }}
          - expect: { label: Reference }
        records: article
        where: { 'dd[data-testid=external-ref]': '\${{ booking }}' }
        field: dd[data-testid=booking-note]`;
  return lineScenario(cell, room, stack, { times: timesOf(cell), top: login, partner: hop });
}
