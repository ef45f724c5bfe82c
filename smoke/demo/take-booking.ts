// What the web app does with a new booking: check it, save it, enqueue a job; with the faults that a web app can have.

import type { Booking, BookingTable, NewBooking } from './booking-table.ts';
import type { Child } from './child.ts';
import { enqueue } from './enqueue.ts';
import type { Fault } from './fault.ts';
import { Refusal } from './http-server.ts';
import type { JobPayload } from './job.ts';
import type { Producer } from './queue-ends.ts';
import type { SpanFacts } from './span-facts.ts';
import { spoil, spoilAll } from './spoil.ts';
import { carrier, traced } from './tracing.ts';
import type { WriteTruth } from './truth.ts';

export type Stores = { bookings: BookingTable; jobs: Producer; child: Child; truth: WriteTruth };

/** The saved booking. Throws a Refusal where the booking is not valid, or a fault wants another answer. */
export async function takeBooking(asked: NewBooking, { bookings, jobs, child, truth }: Stores): Promise<Booking> {
  const { room } = asked;
  const faults = child.faults('web', room);
  const named = (name: Fault['name']): Fault | undefined => faults.find((fault) => fault.name === name);

  const refused = named('web-422');
  if (refused !== undefined) {
    truth({ booking: null, room, hop: 'web', fault: refused.name, rule: refused.id, sent: asked.hostMessage });
    throw new Refusal(422, `room ${room} is not for booking`);
  }

  const { note, elsewhere } = spoilAll({ note: asked.hostMessage, elsewhere: '' }, faults);
  const booking = bookings.add({
    ...asked,
    hostMessage: note,
    ...(elsewhere === '' ? {} : { internalNote: elsewhere }),
  });
  for (const { name, id } of faults) truth({ booking: booking.id, room, hop: 'web', fault: name, rule: id });
  // Together, so that whoever sees the first on a slower queue sees the second as well.
  await Promise.all(
    jobsOf(booking, faults).map((payload) =>
      traced(producing(payload, child.config.queue.system), () => {
        const trace = carrier();
        return enqueue(jobs, trace === undefined ? payload : { ...payload, trace }, child, truth);
      }),
    ),
  );

  const late = named('web-late');
  if (late !== undefined) await new Promise((resolve) => setTimeout(resolve, late.ms ?? 15_000));
  if (named('web-500') !== undefined) throw new Refusal(500, 'something went wrong here');
  return booking;
}

function producing({ booking, hostMessage }: JobPayload, system: string): SpanFacts {
  const attributes = {
    'messaging.system': system,
    'messaging.operation.type': 'send',
    'messaging.destination.name': 'partner-push',
    'booking.id': booking,
    'booking.note': hostMessage,
  };
  return { name: 'partner-push send', kind: 'producer', attributes };
}

/** One job; two where the web app enqueues twice; none where it forgets to. */
function jobsOf(booking: Booking, faults: readonly Fault[]): JobPayload[] {
  if (faults.some(({ name }) => name === 'dropped')) return [];
  const { id, room, nights, guest, hostMessage, internalNote } = booking;
  const good: JobPayload = { booking: id, room, nights, guest, hostMessage, ...(internalNote && { internalNote }) };
  if (faults.some(({ name }) => name === 'duplicated')) return [good, good];
  const retry = faults.find(({ name }) => name === 'good-and-bad');
  if (retry === undefined) return [good];
  const { note, elsewhere } = spoil({ note: hostMessage, elsewhere: '' }, retry.how ?? 'stripped', retry);
  const bad: JobPayload = { ...good, hostMessage: note, ...(elsewhere && { internalNote: elsewhere }) };
  return retry.order === 'bad-first' ? [bad, good] : [good, bad];
}
