// The partner's process: reservations over REST and OTA-style XML, an extranet in HTML, a rate limit.

import { childOf, fail, tell, versionOf } from './child.ts';
import { extranet } from './extranet.ts';
import {
  type Answer,
  type Asked,
  emptyAnswer,
  jsonAnswer,
  jsonBody,
  listen,
  makeServer,
  Refusal,
  shut,
} from './http-server.ts';
import { otaError, otaMessage } from './ota-message.ts';
import { isShut, outages } from './partner-outage.ts';
import { rateLimit } from './rate-limit.ts';
import { receivePush, reservationOf } from './receive-push.ts';
import { type Filter, openReservations, type Reservation } from './reservation-table.ts';
import { served, startTracing, tell as tellSpan } from './tracing.ts';
import { truthWriter } from './truth.ts';

const pages = extranet();
/** Faults that have ended the sessions: each does so once. */
const ended = new Set<string>();

const child = childOf(async ({ faults }) => {
  for (const { name, id } of faults) {
    if (name !== 'sessions-end' || ended.has(id)) continue;
    ended.add(id);
    pages.endSessions();
  }
  if (port === undefined) return;
  if (isShut(child)) await shut(server);
  else if (!server.listening) await listen(server, port, false);
});
const { config } = child;
const table = openReservations(config.paths.partnerDb);
const truth = truthWriter(config.paths.truth);
const outage = outages(child, truth);
const limited = rateLimit(config.rate.requests, config.rate.perMs);
/** Rooms of bookings that were pushed in vain, so that an outage for a room also hits reads by reference. */
const pushedRooms = new Map<string, number>();
let port: number | undefined;
await startTracing(config, child.startedAt);

const server = makeServer(served(handle));

function handle(asked: Asked): Answer | 'hang-up' {
  if (asked.url.pathname === '/version') return jsonAnswer(200, versionOf(child));
  const wait = limited(performance.now());
  if (wait !== undefined) return jsonAnswer(429, { error: 'too many requests' }, { 'retry-after': String(wait) });
  const [, place, named] = /^\/(reservations|ota\/reservations)(?:\/([^/]+))?$/.exec(asked.url.pathname) ?? [];
  const ref = named === undefined ? undefined : decoded(named);
  if (asked.method === 'PUT' && place === 'reservations' && ref !== undefined) return put(asked, ref);

  const filter = filterOf(asked.url, ref);
  const room = filter.room ?? (filter.externalRef === undefined ? undefined : roomOf(filter.externalRef));
  const booking = filter.externalRef === undefined ? undefined : Number(filter.externalRef);
  const ill = outage({ kind: 'read', room, booking });
  if (ill !== undefined) return ill;
  if (asked.method === 'DELETE' && place === 'reservations' && ref !== undefined) {
    return table.remove(ref) > 0 ? emptyAnswer(204) : missing(ref);
  }
  if (asked.method === 'GET' && place === 'ota/reservations') return ota(filter, ref);
  if (asked.method === 'GET' && place === 'reservations') return rest(filter, ref);
  const shown = pages.answer(asked, (externalRef) => table.list({ externalRef, limit: 100 }));
  if (shown !== undefined) return shown;
  throw new Refusal(404, `nothing at ${asked.method} ${asked.url.pathname}`);
}

function put(asked: Asked, ref: string): Answer | 'hang-up' {
  const pushed = reservationOf(jsonBody(asked), ref);
  pushedRooms.set(ref, pushed.room);
  tellSpan({ 'booking.id': Number(ref), 'booking.note': pushed.BookingNote });
  const ill = outage({ kind: 'push', room: pushed.room, booking: Number(ref) });
  if (ill !== undefined) return ill;
  const key = asked.headers['idempotency-key'];
  return receivePush(pushed, typeof key === 'string' ? key : '', { child, table, truth });
}

/** One reservation: the first that came, where a booking has several. */
function rest(filter: Filter, ref: string | undefined): Answer {
  const reservations = table.list(filter);
  if (ref === undefined) return jsonAnswer(200, { reservations });
  const [first] = reservations;
  return first === undefined ? missing(ref) : jsonAnswer(200, first);
}

function ota(filter: Filter, ref: string | undefined): Answer {
  const reservations: Reservation[] = table.list(filter);
  const headers = { 'content-type': 'application/xml; charset=utf-8' };
  if (ref !== undefined && reservations.length === 0) {
    return { status: 404, headers, body: otaError(`No reservation for ${ref}`) };
  }
  return { status: 200, headers, body: otaMessage(reservations, new Date()) };
}

function missing(ref: string): Answer {
  return jsonAnswer(404, { error: `no reservation for ${ref}` });
}

function filterOf({ searchParams: asked, pathname }: URL, ref: string | undefined): Filter {
  const room = asked.get('room');
  const arriving = asked.get('arriving');
  const externalRef = ref ?? asked.get('externalRef') ?? (pathname.startsWith('/extranet/') ? asked.get('ref') : null);
  return {
    ...(externalRef !== null && { externalRef }),
    ...(room !== null && { room: Number(room) }),
    ...(arriving !== null && { arriving: arriving === 'today' ? new Date().toISOString().slice(0, 10) : arriving }),
    limit: Math.min(1000, Math.max(1, Number(asked.get('limit') ?? 500) || 500)),
  };
}

function roomOf(ref: string): number | undefined {
  return pushedRooms.get(ref) ?? table.roomOf(ref);
}

function decoded(part: string): string {
  try {
    return decodeURIComponent(part);
  } catch (cause) {
    throw new Refusal(400, cause instanceof Error ? cause.message : String(cause));
  }
}

listen(server, config.port, config.mayMove).then((at) => {
  port = at;
  tell({ type: 'ready', port: at });
}, fail);
