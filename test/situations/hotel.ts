// A hotel's booking system in one process, with a partner it passes bookings on to: small, real, and as odd as told.

import type { ServerResponse } from 'node:http';
import type { TestContext } from 'node:test';
import { type Seen, serve } from '../probes/local-server.ts';

export type Reservation = { ref: string; note: string; arrival?: string };

export type Hotel = {
  url: string;
  seen: Seen[];
  bookings: Map<string, Reservation>;
  guests: Set<string>;
  reservations(): readonly Reservation[];
  /** Requests for the partner's list. */
  listings(): number;
};

export type Oddity = {
  /** What the partner makes of a booking; undefined where it never gets there. */
  passedOn?: (booking: Reservation) => Reservation | undefined;
  /** How far the partner's list is behind, in ms. */
  behind?: number;
  /** Answers in place of the hotel, where it gives true. */
  instead?: (request: Seen, response: ServerResponse) => boolean;
  /** The status told for a booking that was saved. */
  saved?: number;
};

/**
 * `POST /guests`, `POST /bookings`, `GET /bookings/ID`, `GET /bookings?search=`, `GET /jobs` (ids only),
 * `GET /reservations`, and `DELETE` of each.
 */
export async function openHotel(t: TestContext, oddity: Oddity = {}): Promise<Hotel> {
  const { passedOn = (booking) => booking, behind = 0 } = oddity;
  const bookings = new Map<string, Reservation>();
  const guests = new Set<string>();
  let last = 8_840;
  const arrived: { at: number; reservation: Reservation }[] = [];
  const server = await serve(t, (_request, response) => {
    const request = server.seen.at(-1);
    if (request === undefined) return;
    const [, place = '', id = ''] = request.url.split(/[/?]/);
    if (oddity.instead?.(request, response)) return;
    if (request.method === 'POST' && place === 'bookings') {
      const id = save(JSON.parse(request.body) as Omit<Reservation, 'ref'>);
      return answer(response, oddity.saved ?? 201, { id });
    }
    if (request.method === 'POST') {
      guests.add(`G${guests.size + 1}`);
      return answer(response, 201, { id: `G${guests.size}` });
    }
    if (request.method === 'DELETE') return answer(response, remove(place, id) ? 204 : 404, {});
    if (place === 'jobs') return answer(response, 200, { jobs: [...bookings.keys()].map((booking) => ({ booking })) });
    if (place === 'reservations') return answer(response, 200, { reservations: visible() });
    if (id.startsWith('search=')) {
      const text = decodeURIComponent(id.slice('search='.length));
      const found = [...bookings.values()].filter(({ note }) => note.includes(text));
      return answer(response, 200, { bookings: found.map(({ ref, note }) => ({ id: ref, note })) });
    }
    const booking = bookings.get(id);
    answer(response, booking ? 200 : 404, booking ? { id: booking.ref, note: booking.note } : {});
  });

  function save(asked: Omit<Reservation, 'ref'>): string {
    last += 1;
    const booking = { ...asked, ref: `BK-${last}` };
    bookings.set(booking.ref, booking);
    const reservation = passedOn(booking);
    if (reservation !== undefined) arrived.push({ at: performance.now() + behind, reservation });
    return booking.ref;
  }

  function remove(place: string, id: string): boolean {
    if (place === 'guests') return guests.delete(id);
    if (place === 'bookings') return bookings.delete(id);
    const at = arrived.findIndex(({ reservation }) => reservation.ref === id);
    return at !== -1 && arrived.splice(at, 1).length > 0;
  }

  function visible(): readonly Reservation[] {
    return arrived.filter(({ at }) => at <= performance.now()).map(({ reservation }) => reservation);
  }

  return {
    url: server.url,
    seen: server.seen,
    bookings,
    guests,
    reservations: () => arrived.map(({ reservation }) => reservation),
    listings: () => server.seen.filter(({ method, url }) => method === 'GET' && url.startsWith('/reservations')).length,
  };
}

function answer(response: ServerResponse, status: number, body: unknown): void {
  response.writeHead(status, { 'content-type': 'application/json' });
  response.end(status === 204 ? undefined : JSON.stringify(body));
}
