// The web app's bookings, in its own SQLite file.

import { openShared, startIdsAt } from './sqlite.ts';

export type NewBooking = { room: number; nights: number; guest: string; hostMessage: string; internalNote?: string };
export type Booking = NewBooking & { id: number; createdAt: string };

export type BookingTable = {
  add(booking: NewBooking): Booking;
  get(id: number): Booking | undefined;
  /** Newest first; `text` may stand anywhere in the note, the internal note or the guest's name. */
  search(text: string): Booking[];
  remove(id: number): boolean;
};

const schema = `
CREATE TABLE IF NOT EXISTS bookings (
  id INTEGER PRIMARY KEY AUTOINCREMENT, room INTEGER NOT NULL, nights INTEGER NOT NULL, guest TEXT NOT NULL,
  host_message TEXT NOT NULL, internal_note TEXT, created_at TEXT NOT NULL);`;

export function openBookings(path: string): BookingTable {
  const db = openShared(path);
  db.exec(schema);
  startIdsAt(db, 'bookings', 8841);
  const insert = db.prepare(
    'INSERT INTO bookings (room, nights, guest, host_message, internal_note, created_at) VALUES (?, ?, ?, ?, ?, ?) RETURNING *',
  );
  const one = db.prepare('SELECT * FROM bookings WHERE id = ?');
  const found = db.prepare(
    "SELECT * FROM bookings WHERE host_message LIKE :like ESCAPE '\\' OR internal_note LIKE :like ESCAPE '\\' OR guest LIKE :like ESCAPE '\\' ORDER BY id DESC LIMIT 200",
  );
  const remove = db.prepare('DELETE FROM bookings WHERE id = ?');
  return {
    add: ({ room, nights, guest, hostMessage, internalNote }) => {
      const row = insert.get(room, nights, guest, hostMessage, internalNote ?? null, new Date().toISOString());
      if (row === undefined) throw new Error('the booking was not saved');
      return bookingOf(row);
    },
    get: (id) => {
      const row = one.get(id);
      return row === undefined ? undefined : bookingOf(row);
    },
    search: (text) => found.all({ like: `%${text.replace(/[\\%_]/g, '\\$&')}%` }).map(bookingOf),
    remove: (id) => remove.run(id).changes > 0,
  };
}

function bookingOf(row: Record<string, unknown>): Booking {
  return {
    id: Number(row['id']),
    room: Number(row['room']),
    nights: Number(row['nights']),
    guest: String(row['guest']),
    hostMessage: String(row['host_message']),
    ...(row['internal_note'] === null ? {} : { internalNote: String(row['internal_note']) }),
    createdAt: String(row['created_at']),
  };
}
