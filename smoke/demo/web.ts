// The web app's process: a booking page with a form, and a REST API over its bookings.

import { type NewBooking, openBookings } from './booking-table.ts';
import { childOf, fail, tell, versionOf } from './child.ts';
import {
  type Answer,
  type Asked,
  emptyAnswer,
  htmlAnswer,
  jsonAnswer,
  jsonBody,
  listen,
  makeServer,
  Refusal,
} from './http-server.ts';
import { removeMails } from './mail-folder.ts';
import { openApiDocument } from './openapi.ts';
import type { Producer } from './queue-ends.ts';
import { queueSystem } from './queue-system.ts';
import { takeBooking } from './take-booking.ts';
import { served, startTracing, tell as tellSpan } from './tracing.ts';
import { truthWriter } from './truth.ts';
import { bookingPage, errorPage, formPage } from './web-page.ts';

const child = childOf(async () => {
  // The queue is there once the first settings come.
  opening ??= queueSystem(config.queue.system).then((system) => system.producer(config));
  jobs = await opening;
});
const { config } = child;
let opening: Promise<Producer> | undefined;
let jobs: Producer | undefined;
const bookings = openBookings(config.paths.webDb);
const truth = truthWriter(config.paths.truth);
await startTracing(config, child.startedAt);

const server = makeServer(served(handle));

async function handle(asked: Asked): Promise<Answer> {
  const { method, url, headers } = asked;
  const route = `${method} ${url.pathname.replace(/\/\d{1,15}$/, '/:id')}`;
  const id = Number(url.pathname.split('/').at(-1));
  // The page and its form are for everybody; the API is for programs that hold the token.
  if (url.pathname.startsWith('/api/')) demandToken(asked);
  const mailsOf = /^DELETE \/api\/bookings\/(\d{1,15})\/mails$/.exec(`${method} ${url.pathname}`)?.[1];
  // Mail cannot be taken back; this is for those who must clean up behind a test.
  if (mailsOf !== undefined) {
    if (removeMails(config.paths.mail, Number(mailsOf)) === 0)
      throw new Refusal(404, `no mail about booking ${mailsOf}`);
    return emptyAnswer(204);
  }
  switch (route) {
    case 'GET /':
      return htmlAnswer(200, formPage);
    case 'POST /bookings':
      return await formPosted(asked);
    case 'GET /bookings/:id':
      return htmlAnswer(200, bookingPage(booking(id)));
    case 'GET /version':
      return jsonAnswer(200, versionOf(child));
    case 'GET /openapi.json':
      return jsonAnswer(200, openApiDocument(`http://${headers.host ?? ''}`, config.token !== undefined));
    case 'POST /api/bookings': {
      const saved = await take(checked(jsonBody(asked)));
      return jsonAnswer(201, saved, { location: `/api/bookings/${saved.id}` });
    }
    case 'GET /api/bookings':
      return jsonAnswer(200, { bookings: bookings.search(url.searchParams.get('search') ?? '') });
    case 'GET /api/bookings/:id':
      return jsonAnswer(200, booking(id));
    case 'DELETE /api/bookings/:id':
      booking(id);
      bookings.remove(id);
      return emptyAnswer(204);
    default:
      throw new Refusal(404, `nothing at ${route}`);
  }
}

async function formPosted({ body }: Asked): Promise<Answer> {
  const fields = new URLSearchParams(body);
  try {
    const saved = await take(
      checked({
        room: Number(fields.get('room')),
        nights: Number(fields.get('nights')),
        guest: fields.get('guest') ?? '',
        hostMessage: fields.get('hostMessage') ?? '',
      }),
    );
    return emptyAnswer(303, { location: `/bookings/${saved.id}` });
  } catch (error) {
    if (error instanceof Refusal) return htmlAnswer(error.status, errorPage(error.message));
    throw error;
  }
}

async function take(asked: NewBooking): ReturnType<typeof takeBooking> {
  if (jobs === undefined) throw new Refusal(503, 'the queue is not there yet');
  const saved = await takeBooking(asked, { bookings, jobs, child, truth });
  tellSpan({ 'booking.id': saved.id, 'booking.note': saved.hostMessage });
  return saved;
}

function booking(id: number): NonNullable<ReturnType<typeof bookings.get>> {
  const found = bookings.get(id);
  if (found === undefined) throw new Refusal(404, `no booking ${id}`);
  return found;
}

function demandToken({ headers }: Asked): void {
  if (config.token === undefined || headers.authorization === `Bearer ${config.token}`) return;
  throw new Refusal(401, 'a bearer token is needed');
}

function checked(asked: Record<string, unknown>): NewBooking {
  const { room, nights, guest = '', hostMessage } = asked;
  if (!whole(room, 9999)) throw new Refusal(422, 'room must be a whole number from 1 to 9999');
  if (!whole(nights, 99)) throw new Refusal(422, 'nights must be a whole number from 1 to 99');
  if (!text(guest, 200)) throw new Refusal(422, 'guest must be a text of at most 200 characters');
  if (!text(hostMessage, 2000)) throw new Refusal(422, 'hostMessage must be a text of at most 2000 characters');
  return { room, nights, guest, hostMessage };
}

function whole(value: unknown, max: number): value is number {
  return typeof value === 'number' && Number.isInteger(value) && value >= 1 && value <= max;
}

function text(value: unknown, max: number): value is string {
  return typeof value === 'string' && value.length <= max;
}

listen(server, config.port, config.mayMove).then((port) => tell({ type: 'ready', port }), fail);
