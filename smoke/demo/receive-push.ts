// What the partner does with a pushed reservation: check it and store it; with the faults that a partner can have.

import type { Child } from './child.ts';
import { delayOf } from './delay.ts';
import type { Fault } from './fault.ts';
import { type Answer, jsonAnswer, Refusal } from './http-server.ts';
import type { NewReservation, ReservationTable, Showing } from './reservation-table.ts';
import { spoil, spoilAll } from './spoil.ts';
import type { WriteTruth } from './truth.ts';

export function reservationOf(body: Record<string, unknown>, externalRef: string): NewReservation {
  const { room, nights, guest = '', BookingNote = '', GuestComment = '' } = body;
  if (typeof room !== 'number' || typeof nights !== 'number') throw new Refusal(422, 'room and nights must be numbers');
  if (typeof guest !== 'string' || typeof BookingNote !== 'string' || typeof GuestComment !== 'string') {
    throw new Refusal(422, 'guest, BookingNote and GuestComment must be texts');
  }
  return { externalRef, room, nights, guest, BookingNote, GuestComment };
}

/** `key`: the delivery's Idempotency-Key. Another key is another delivery, and gets a row of its own. */
export function receivePush(
  pushed: NewReservation,
  key: string,
  { child, table, truth }: { child: Child; table: ReservationTable; truth: WriteTruth },
): Answer {
  const faults = child.faults('partner', pushed.room).filter(({ name }) => !name.startsWith('partner-'));
  const booking = Number(pushed.externalRef);
  const named = (name: Fault['name']): Fault | undefined => faults.find((fault) => fault.name === name);
  for (const { name, id } of faults) truth({ booking, room: pushed.room, hop: 'partner', fault: name, rule: id });
  if (named('dropped') !== undefined) return jsonAnswer(201, { externalRef: pushed.externalRef });

  const { note, elsewhere } = spoilAll({ note: pushed.BookingNote, elsewhere: pushed.GuestComment }, faults);
  const good = { ...pushed, BookingNote: note, GuestComment: elsewhere };
  const showing = showingOf(faults, booking);
  const retry = named('good-and-bad');
  let added: boolean;
  if (retry === undefined) {
    added = table.put(good, key, showing);
    if (named('duplicated') !== undefined) table.put(good, `${key}-again`, showing);
  } else {
    added = putBoth(good, key, showing, retry, table);
  }
  return jsonAnswer(added ? 201 : 200, { externalRef: pushed.externalRef });
}

function putBoth(good: NewReservation, key: string, showing: Showing, retry: Fault, table: ReservationTable): boolean {
  const { note, elsewhere } = spoil(
    { note: good.BookingNote, elsewhere: good.GuestComment },
    retry.how ?? 'stripped',
    retry,
  );
  const bad = { ...good, BookingNote: note, GuestComment: elsewhere };
  const [first, second] = retry.order === 'bad-first' ? [bad, good] : [good, bad];
  const added = table.put(first, key, showing);
  const again = (): void => {
    table.put(second, retry.rows === 1 ? key : `${key}-again`, showing);
  };
  if (retry.ms === undefined || retry.ms === 0) again();
  else setTimeout(again, retry.ms);
  return added;
}

function showingOf(faults: readonly Fault[], booking: number): Showing {
  const now = Date.now();
  const showing: Showing = { from: now, noteFrom: now };
  for (const fault of faults) {
    if (fault.name === 'delayed') showing.from = now + delayOf(fault, booking, 1000);
    if (fault.name === 'filled-late') showing.noteFrom = now + delayOf(fault, booking, 1000);
    if (fault.name !== 'gone') continue;
    if (fault.from === 'stored') showing.goneAt = now + (fault.ms ?? 0);
    else showing.goneAfterMs = fault.ms ?? 0;
  }
  return showing;
}
