// The partner's reservations, in its own SQLite file. One booking may have several rows.

import { openShared, startIdsAt } from './sqlite.ts';

export type Reservation = {
  /** `R-551` */
  id: string;
  externalRef: string;
  room: number;
  nights: number;
  guest: string;
  BookingNote: string;
  GuestComment: string;
  /** ISO date. */
  arriving: string;
  receivedAt: string;
};

export type NewReservation = Pick<
  Reservation,
  'externalRef' | 'room' | 'nights' | 'guest' | 'BookingNote' | 'GuestComment'
>;

/** When a row shows what, in milliseconds since 1970; `goneAfterMs` counts from the first read. */
export type Showing = { from: number; noteFrom: number; goneAfterMs?: number; goneAt?: number };

export type Filter = { externalRef?: string; room?: number; arriving?: string; limit: number };

export type ReservationTable = {
  /** Writes over the row of that reference and key, or adds one. Says whether it was added. */
  put(reservation: NewReservation, key: string, showing: Showing): boolean;
  /** What a reader sees now, oldest first. */
  list(filter: Filter): Reservation[];
  /** Deletes every row of the booking, those not shown yet included; says how many. */
  remove(externalRef: string): number;
  roomOf(externalRef: string): number | undefined;
};

const schema = `
CREATE TABLE IF NOT EXISTS reservations (
  id INTEGER PRIMARY KEY AUTOINCREMENT, external_ref TEXT NOT NULL, delivery TEXT NOT NULL,
  room INTEGER NOT NULL, nights INTEGER NOT NULL, guest TEXT NOT NULL, note TEXT NOT NULL, comment TEXT NOT NULL,
  arriving TEXT NOT NULL, received_at TEXT NOT NULL,
  shown_from INTEGER NOT NULL, note_from INTEGER NOT NULL, gone_after INTEGER, gone_at INTEGER,
  UNIQUE (external_ref, delivery));
CREATE INDEX IF NOT EXISTS by_room ON reservations (room);`;

const upsert = `
INSERT INTO reservations (external_ref, delivery, room, nights, guest, note, comment, arriving, received_at,
  shown_from, note_from, gone_after, gone_at)
VALUES (:ref, :delivery, :room, :nights, :guest, :note, :comment, :arriving, :receivedAt, :from, :noteFrom, :goneAfter, :goneAt)
ON CONFLICT (external_ref, delivery) DO UPDATE SET room = :room, nights = :nights, guest = :guest, note = :note,
  comment = :comment, note_from = :noteFrom`;

const select = `
SELECT *, note_from > :now AS unfilled FROM reservations
WHERE shown_from <= :now AND (gone_at IS NULL OR gone_at > :now)
  AND (:ref IS NULL OR external_ref = :ref) AND (:room IS NULL OR room = :room) AND (:arriving IS NULL OR arriving = :arriving)
ORDER BY id DESC LIMIT :limit`;

export function openReservations(path: string): ReservationTable {
  const db = openShared(path);
  db.exec(schema);
  startIdsAt(db, 'reservations', 551);
  const write = db.prepare(upsert);
  const there = db.prepare('SELECT 1 FROM reservations WHERE external_ref = ? AND delivery = ?');
  const read = db.prepare(select);
  const seen = db.prepare('UPDATE reservations SET gone_at = :now + gone_after WHERE id = :id AND gone_at IS NULL');
  const remove = db.prepare('DELETE FROM reservations WHERE external_ref = ?');
  const room = db.prepare('SELECT room FROM reservations WHERE external_ref = ? LIMIT 1');
  return {
    put: (reservation, key, showing) => {
      const added = there.get(reservation.externalRef, key) === undefined;
      const now = new Date().toISOString();
      write.run({
        ref: reservation.externalRef,
        delivery: key,
        room: reservation.room,
        nights: reservation.nights,
        guest: reservation.guest,
        note: reservation.BookingNote,
        comment: reservation.GuestComment,
        arriving: now.slice(0, 10),
        receivedAt: now,
        from: showing.from,
        noteFrom: showing.noteFrom,
        goneAfter: showing.goneAfterMs ?? null,
        goneAt: showing.goneAt ?? null,
      });
      return added;
    },
    list: ({ externalRef, room: inRoom, arriving, limit }) => {
      const now = Date.now();
      const filter = { ref: externalRef ?? null, room: inRoom ?? null, arriving: arriving ?? null, limit };
      const rows = read.all({ now, ...filter });
      for (const row of rows) if (row['gone_after'] !== null) seen.run({ now, id: Number(row['id']) });
      return rows.map(reservationOf).reverse();
    },
    remove: (externalRef) => Number(remove.run(externalRef).changes),
    roomOf: (externalRef) => {
      const row = room.get(externalRef);
      return row === undefined ? undefined : Number(row['room']);
    },
  };
}

function reservationOf(row: Record<string, unknown>): Reservation {
  return {
    id: `R-${String(row['id'])}`,
    externalRef: String(row['external_ref']),
    room: Number(row['room']),
    nights: Number(row['nights']),
    guest: String(row['guest']),
    BookingNote: row['unfilled'] === 1 ? '' : String(row['note']),
    GuestComment: row['unfilled'] === 1 ? '' : String(row['comment']),
    arriving: String(row['arriving']),
    receivedAt: String(row['received_at']),
  };
}
