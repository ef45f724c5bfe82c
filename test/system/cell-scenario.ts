// The scenario of a cell of any keystone: one booking, sent to the web app of the demo stack and followed on its way. Hops
// behind the queue are what the keystones differ in.

import type { DemoHop } from '../../smoke/demo/fault.ts';
import type { Stack } from '../../smoke/demo/stack.ts';
import type { CellOf } from './cells.ts';
import { slowness } from './slowness.ts';

export const closed = 'http://127.0.0.1:1';
export const nowhere = '/nonexistent';

/** Where a cell is run. */
export type Around = { blind: DemoHop | undefined; room: number; stack: Stack };

export type Written = {
  times: { deadline: number; grace: number; settle: number };
  /** More keys of the scenario. */
  top?: string;
  /** More keys of the hop web. */
  web?: string;
  /** The hops behind the queue. */
  behind: string;
};

export function around({ blind }: CellOf<unknown>, room: number, stack: Stack): Around {
  return { blind, room, stack };
}

/** An address or a path, or one at which nothing can be read where that hop is the blind one. */
export function seen({ blind }: Around, hop: DemoHop, there: string): string {
  if (blind !== hop) return there;
  return there.startsWith('http') ? closed : nowhere;
}

export function cellScenario(
  at: Around,
  { times: { deadline, grace, settle }, top = '', web = '', behind }: Written,
): string {
  const { urls } = at.stack;
  return `
name: keystone-${at.room}
deadline: ${deadline * slowness}ms
grace: ${grace * slowness}ms
settle: ${settle * slowness}ms
confirm: ${300 * slowness}ms
timeout: ${800 * slowness}ms
poll: { first: 40ms, factor: 1.3, max: 150ms }
${top}
send:
  http:
    method: POST
    url: ${urls.web}/api/bookings
    json: { room: ${at.room}, nights: 1, guest: Zoë, hostMessage: 'Zoë arrives late & needs <parking>, à bientôt. \${{ marker }} Grüße' }
    expect: { status: 201 }
    keep: { booking: $.id }
route:
  - hop: web
    look:
      http: { url: '${seen(at, 'web', urls.web)}/api/bookings/\${{ booking }}', field: $.hostMessage }
    ${web}
  - hop: queue
    keeps: false
    look: ${queueLook(at)}
${behind}
find:
  - http:
      url: ${urls.web}/api/bookings?search=\${{ marker }}
      records: $.bookings[*]
      keep: { booking: $.id }
`;
}

/** A look at the queue, whatever it runs on, as its own plug-in makes it. */
function queueLook(at: Around): string {
  const { queue, paths } = at.stack;
  const named = '${{ booking }}';
  if (queue.system === 'sqlite')
    return `
      sql:
        sqlite: ${seen(at, 'queue', paths.queueDb)}
        query: SELECT id, payload FROM jobs WHERE CAST(payload ->> 'booking' AS TEXT) = :booking
        params: { booking: '${named}' }
        field: $.payload.hostMessage`;
  const { url: there, base } = queue;
  const url = at.blind === 'queue' ? there.replace(/^(\w+):.*/, '$1://127.0.0.1:1') : there;
  const of = {
    bullmq: `{ url: '${url}', prefix: ${base}, queue: partner-push, where: { $.data.booking: '${named}' }, field: $.data.hostMessage }`,
    'pg-boss': `{ postgres: '${url}', schema: ${base}, queue: partner-push, where: { $.data.booking: '${named}' }, field: $.data.hostMessage }`,
    rabbitmq: `{ url: '${url}', exchange: ${base}.bookings, type: topic, where: { $.body.booking: '${named}' }, field: $.body.hostMessage }`,
  } as const;
  return `{ ${queue.system}: ${of[queue.system]} }`;
}

/** What the worker's log says of a job: as it came in, or as it was pushed. */
export function workerLook(at: Around, sees: 'in' | 'out'): string {
  const [by, field] =
    sees === 'in' ? ['received.booking', 'received.hostMessage'] : ['push.externalRef', 'push.BookingNote'];
  return `
    look:
      log:
        path: ${seen(at, 'worker', at.stack.paths.workerLog)}
        where: { $.${by}: '\${{ booking }}' }
        field: $.${field}`;
}

/** The partner's list. */
export function partnerLook(at: Around): string {
  return `
    look:
      http:
        url: ${seen(at, 'partner', at.stack.urls.partner)}/reservations?room=${at.room}
        records: $.reservations[*]
        where: { $.externalRef: '\${{ booking }}' }
        field: $.BookingNote`;
}
