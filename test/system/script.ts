// The scenario of the crash, signal and sweep tests, with steps that wait as long as a file named `hold-…` is there.

export type Script = {
  /** Default 6000, in milliseconds. */
  deadline?: number;
  /** Of a step or a look; default 4000. */
  timeout?: number;
  /** In place of the web app's address: a text that `vars.web` stands for. */
  web?: string;
  /** What the booking step keeps beside its id. */
  keep?: string;
  linger?: string;
  /** Leave `find` out. */
  withoutFind?: boolean;
  /** Send steps before the booking, as YAML list items. */
  before?: string;
  /** Send steps after the booking. */
  after?: string;
  /** In place of the two steps that delete. */
  clean?: string;
  /** More top-level keys. */
  more?: string;
};

export type Around = { room: number; urls: { web: string; partner: string }; queueDb: string };

/** A step that waits. A loop that outlives its runner ends with the test's folder. */
export function waiting(name: string): string {
  return `- command: { shell: 'while [ -e hold-${name} ]; do sleep 0.02; done' }`;
}

export function deleting(urls: Around['urls']): { web: string; partner: string } {
  const step = (url: string): string =>
    `- http: { method: DELETE, url: '${url}/\${{ booking }}', expect: { status: [200, 204, 404] } }`;
  return { web: step(`${urls.web}/api/bookings`), partner: step(`${urls.partner}/reservations`) };
}

export function scenarioText(script: Script, { room, urls, queueDb }: Around): string {
  const { deadline = 6_000, timeout = 4_000, linger, withoutFind = false, before = '', after = '', more = '' } = script;
  const { partner, web } = deleting({ ...urls, web: '${{ vars.web }}' });
  const find = `
find:
  - http:
      url: \${{ vars.web }}/api/bookings?search=\${{ marker }}
      records: $.bookings[*]
      keep: { booking: $.id }
`;
  return `
name: booking
vars:
  web: ${script.web ?? urls.web}
deadline: ${deadline}ms
grace: 200ms
settle: 200ms
confirm: 100ms
timeout: ${timeout}ms
poll: { first: 30ms, factor: 1.3, max: 100ms }
send:
  ${waiting('send')}
  ${before}
  - http:
      method: POST
      url: \${{ vars.web }}/api/bookings
      json: { room: ${room}, nights: 1, guest: Zoë, hostMessage: 'Late & <tired>. \${{ marker }}' }
      expect: { status: 201 }
      keep: { booking: $.id${script.keep ?? ''} }
  ${after}
route:
  - hop: web
    look:
      http: { url: '\${{ vars.web }}/api/bookings/\${{ booking }}', field: $.hostMessage }
  - hop: queue
    keeps: false
    look:
      sql:
        sqlite: ${queueDb}
        query: SELECT id, payload FROM jobs WHERE CAST(payload ->> 'booking' AS TEXT) = :booking
        params: { booking: '\${{ booking }}' }
        field: $.payload.hostMessage
  - hop: partner
    look:
      http:
        url: ${urls.partner}/reservations?room=${room}
        records: $.reservations[*]
        where: { $.externalRef: '\${{ booking }}' }
        field: $.BookingNote
${withoutFind ? '' : find}
clean:
  ${waiting('clean')}
  ${script.clean ?? `${partner}\n  ${web}`}
${linger === undefined ? '' : `linger: ${linger}`}
${more}
`;
}
