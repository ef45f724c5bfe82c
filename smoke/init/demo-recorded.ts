// The first scenario of somebody who brings nothing yet: a booking in the demo system, to be changed part by part.

import type { PartnerLook } from './partner.ts';
import type { Recorded } from './recorded.ts';
import { expression, mapping, text } from './value.ts';

export const demoWeb = 'http://127.0.0.1:4100';
export const demoPartner = 'http://127.0.0.1:4101';

/** `partner`: its origin. */
export function demoRecorded(web: string, partner: string): Recorded {
  const bookings = `${web.replace(/\/$/, '')}/api/bookings`;
  const record = text(`${bookings}/`, expression('booking'));
  return {
    source: 'the demo system; change one part at a time',
    request: {
      method: 'POST',
      url: text(bookings),
      headers: [],
      body: { kind: 'json', value: mapping({ room: 12, nights: 1, hostMessage: 'Arriving late.' }) },
    },
    freeText: { path: ['hostMessage'], value: 'Arriving late.' },
    alias: 'booking',
    keep: { from: '$.id', sure: 'seen' },
    look: { url: record, field: '$.hostMessage', sure: 'seen' },
    find: { url: text(`${bookings}?search=`, expression('marker')), records: '$.bookings[*]', keep: '$.id' },
    clean: {
      urls: [record, text(`${partner.replace(/\/$/, '')}/reservations/`, expression('booking'))],
      from: 'the demo system',
    },
    status: 201,
    notes: [
      'this sends a booking to the demo system: start it in another terminal with smoketrail demo --up, and paste its export lines into this one. For your own system change send first',
    ],
  };
}

/** The demo's partner, by its address alone. */
export function demoPartnerLook(partner: string): PartnerLook {
  return {
    url: `${partner.replace(/\/$/, '')}/reservations`,
    records: '$.reservations[*]',
    where: mapping({ '$.externalRef': text(expression('booking')) }),
    field: '$.BookingNote',
    remark: 'An answer may hold many records: `where` picks ours, `field` is where the marker must be.',
  };
}
