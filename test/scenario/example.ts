// The example of the scenario language, with plug-ins that this version has, and ways to spoil it.

export const example = `name: booking-note
description: The host's message must reach the partner's BookingNote.
tags: [post-deploy, monitor]

vars:
  web: \${{ env.WEB_URL ?? 'http://127.0.0.1:4100' }}
  partner: \${{ env.PARTNER_URL }}

deadline: 60s                    # from the send until the destination must have it
grace: 30s                       # how much longer to watch before calling it lost

send:
  http:
    method: POST
    url: \${{ vars.web }}/api/bookings
    headers:
      Authorization: Bearer \${{ secret.WEB_TOKEN }}
    json: { room: 101, nights: 1, hostMessage: 'Arriving late. \${{ marker }}' }
    expect: { status: 201 }
    keep: { booking: $.id }

route:
  - hop: web
    look:
      http: { url: '\${{ vars.web }}/api/bookings/\${{ booking }}', field: $.hostMessage }
    release:
      http: { url: '\${{ vars.web }}/version', field: $.commit }
  - hop: queue
    keeps: false
    look:
      sql: { sqlite: ./queue.db, query: 'select * from jobs' }
  - hop: worker
    look:
      log: { path: ./worker.log, where: { $.payload.booking: '\${{ booking }}' }, field: $.payload.BookingNote }
    release:
      evidence: { commit: $.release, instance: $.pod }
  - hop: partner
    look:
      http:
        url: \${{ vars.partner }}/reservations?arriving=today
        records: $.reservations[*]
        where: { $.externalRef: '\${{ booking }}' }
        field: $.BookingNote

releases: { same: [web, worker], by: commit, on-unknown: warn }

find:
  - http: { url: '\${{ vars.web }}/api/bookings?search=\${{ marker }}', records: '$.bookings[*]', keep: { booking: $.id } }

clean:
  - http: { method: DELETE, url: '\${{ vars.web }}/api/bookings/\${{ booking }}', expect: { status: [200, 204, 404] } }
`;

/** The example with one text replaced by another. Throws where it is not there, so that no test passes for nothing. */
export function spoilt(before: string, after: string): string {
  if (!example.includes(before)) throw new Error(`the example has no ${before}`);
  return example.replace(before, () => after);
}

/** The example with a session in it, spoilt in the same way. */
export function inSession(before: string, after: string): string {
  const login = "login: { http: { url: 'http://a/', headers: { a: '${{ env.A }}' }, keep: { token: $.t } } }";
  const whole = example.replace('send:\n', () => `sessions:\n  extranet: { ${login} }\n\nsend:\n`);
  if (!whole.includes(before)) throw new Error(`the example has no ${before}`);
  return whole.replace(before, () => after);
}
