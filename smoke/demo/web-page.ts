// The web app's pages: the booking form and the page that confirms a booking.

import type { Booking } from './booking-table.ts';
import { escapeMarkup } from './markup.ts';

export const formPage: string = page(
  'Book a room',
  `<form method="post" action="/bookings">
  <p><label>Room <input name="room" type="number" min="1" max="9999" value="101" required></label></p>
  <p><label>Nights <input name="nights" type="number" min="1" max="99" value="1" required></label></p>
  <p><label>Guest <input name="guest" maxlength="200"></label></p>
  <p><label>Message from the host <textarea name="hostMessage" maxlength="2000" rows="4" cols="60"></textarea></label></p>
  <p><button type="submit">Book</button></p>
</form>`,
);

export function bookingPage(booking: Booking): string {
  return page(
    `Booking ${booking.id}`,
    `<p role="status">Booking <span data-testid="booking-id">${booking.id}</span> is saved.</p>
<dl>
  <dt>Room</dt><dd>${booking.room}</dd>
  <dt>Nights</dt><dd>${booking.nights}</dd>
  <dt>Guest</dt><dd>${escapeMarkup(booking.guest)}</dd>
  <dt>Message from the host</dt><dd data-testid="host-message">${escapeMarkup(booking.hostMessage)}</dd>
</dl>
<p><a href="/">Book another room</a></p>`,
  );
}

export function errorPage(message: string): string {
  return page('Not booked', `<p role="alert">${escapeMarkup(message)}</p>\n<p><a href="/">Back</a></p>`);
}

function page(title: string, body: string): string {
  return `<!doctype html>
<html lang="en">
<head><meta charset="utf-8"><title>${title}</title></head>
<body>
<h1>${title}</h1>
${body}
</body>
</html>
`;
}
