// What a worker sends to the partner for a job: one push, or several where a fault makes it so.

import type { Fault } from './fault.ts';
import type { Job } from './job.ts';
import type { Pushed } from './push.ts';
import { spoil, spoilAll } from './spoil.ts';

/** `key` tells deliveries apart; `afterMs` is waited before it is sent. */
export type Delivery = { body: Pushed; key: string; afterMs: number };

/** `old`: the build is a stale one, from before BookingNote. */
export function deliveries(job: Job, faults: readonly Fault[], old: boolean): Delivery[] {
  const key = `${job.payload.booking}-${job.id}`;
  const one = { body: bodyOf(job, faults, old), key, afterMs: 0 };
  if (faults.some(({ name }) => name === 'duplicated')) return [one, { ...one, key: `${key}-again` }];
  const retry = faults.find(({ name }) => name === 'good-and-bad');
  if (retry === undefined) return [one];
  const { note, elsewhere } = spoil(
    { note: one.body.BookingNote ?? '', elsewhere: '' },
    retry.how ?? 'stripped',
    retry,
  );
  const spoilt: Pushed = { ...one.body, BookingNote: note, ...(elsewhere !== '' && { GuestComment: elsewhere }) };
  const [first, second] = retry.order === 'bad-first' ? [spoilt, one.body] : [one.body, spoilt];
  return [
    { ...one, body: first },
    { body: second, key: retry.rows === 1 ? key : `${key}-again`, afterMs: retry.ms ?? 0 },
  ];
}

/** The note as this worker has it. */
export function noteOf({ payload }: Job, faults: readonly Fault[]): string {
  return spoilAll({ note: payload.hostMessage, elsewhere: '' }, faults).note;
}

function bodyOf({ payload }: Job, faults: readonly Fault[], old: boolean): Pushed {
  const { booking, room, nights, guest, hostMessage } = payload;
  const known = { externalRef: String(booking), room, nights, guest };
  if (old) return known;
  const { note, elsewhere } = spoilAll({ note: hostMessage, elsewhere: '' }, faults);
  return { ...known, BookingNote: note, ...(elsewhere !== '' && { GuestComment: elsewhere }) };
}
