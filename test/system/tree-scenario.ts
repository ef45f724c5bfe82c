// The scenario of a cell of the tree keystone: one booking that must reach the partner and the guest's mail.

import type { DemoHop } from '../../smoke/demo/fault.ts';
import type { Stack } from '../../smoke/demo/stack.ts';
import { closed, nowhere } from './keystone.ts';
import type { TreeCell } from './tree-matrix.ts';

export function treeScenario({ blind: unseen, times }: TreeCell, room: number, stack: Stack): string {
  const { urls, paths } = stack;
  const seen = (hop: DemoHop, there: string, blind: string): string => (unseen === hop ? blind : there);
  const { deadline = 1_500, grace = 300, mail } = times;
  return `
name: tree-keystone
deadline: ${deadline}ms
grace: ${grace}ms
settle: 1000ms
confirm: 300ms
timeout: 800ms
poll: { first: 40ms, factor: 1.3, max: 150ms }
send:
  http:
    method: POST
    url: ${urls.web}/api/bookings
    json: { room: ${room}, nights: 1, guest: Zoë, hostMessage: 'Zoë arrives late & needs <parking>, à bientôt. \${{ marker }} Grüße' }
    expect: { status: 201 }
    keep: { booking: $.id }
route:
  - hop: web
    look:
      http: { url: '${seen('web', urls.web, closed)}/api/bookings/\${{ booking }}', field: $.hostMessage }
  - hop: queue
    keeps: false
    look:
      sql:
        sqlite: ${seen('queue', paths.queueDb, nowhere)}
        query: SELECT id, payload FROM jobs WHERE CAST(payload ->> 'booking' AS TEXT) = :booking
        params: { booking: '\${{ booking }}' }
        field: $.payload.hostMessage
  - hop: worker
    sees: in
    timeout: 3s
    look:
      log:
        path: ${seen('worker', paths.workerLog, nowhere)}
        where: { $.received.booking: '\${{ booking }}' }
        field: $.received.hostMessage
  - hop: mail
    timeout: 3s
    ${mail === undefined ? '' : `deadline: ${mail}ms`}
    look:
      mail:
        path: ${seen('mail', paths.mail, nowhere)}
        limit: 2000
        where: { 'header:X-Booking': '\${{ booking }}' }
        field: text
  - hop: partner
    after: worker
    look:
      http:
        url: ${seen('partner', urls.partner, closed)}/reservations?room=${room}
        records: $.reservations[*]
        where: { $.externalRef: '\${{ booking }}' }
        field: $.BookingNote
find:
  - http:
      url: ${urls.web}/api/bookings?search=\${{ marker }}
      records: $.bookings[*]
      keep: { booking: $.id }
`;
}
