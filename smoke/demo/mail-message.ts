// The guest's confirmation mail, as a program that sends mail writes it.

import { createHash } from 'node:crypto';
import { base64Lines, headerText, quotedPrintable } from './mail-encoding.ts';
import { escapeMarkup } from './markup.ts';

export type Confirmation = {
  booking: number;
  room: number;
  nights: number;
  guest: string;
  /** The host's message; empty where it is missing. */
  note: string;
  sentAt: Date;
  /** What makes this mail another than a second one about the same booking. */
  key: string;
};

const domain = 'hotel-aurora.example';

/** RFC 5322, with CRLF: text as quoted-printable, HTML as base64. */
export function confirmationMail(confirmation: Confirmation): string {
  const { booking, room, guest, sentAt, key } = confirmation;
  const boundary = `=_aurora_${createHash('sha256').update(key).digest('hex').slice(0, 24)}`;
  return [
    `Date: ${sentAt.toUTCString().replace('GMT', '+0000')}`,
    `From: Hotel Aurora <reservations@${domain}>`,
    `To: ${headerText(guest === '' ? 'Guest' : guest.slice(0, 100))} <guest@mail.example>`,
    `Subject: ${headerText(`Réservation ${booking} confirmée – chambre ${room}, à bientôt à l’hôtel`)}`,
    `Message-ID: <${key}@${domain}>`,
    `X-Booking: ${booking}`,
    'MIME-Version: 1.0',
    `Content-Type: multipart/alternative;\r\n boundary="${boundary}"`,
    '',
    'This is a message in MIME format.',
    `--${boundary}`,
    'Content-Type: text/plain; charset=utf-8',
    'Content-Transfer-Encoding: quoted-printable',
    '',
    quotedPrintable(plainText(confirmation)),
    `--${boundary}`,
    'Content-Type: text/html; charset=utf-8',
    'Content-Transfer-Encoding: base64',
    '',
    base64Lines(page(confirmation)),
    `--${boundary}--`,
    '',
  ].join('\r\n');
}

function plainText({ booking, room, nights, guest, note }: Confirmation): string {
  const message = note === '' ? [] : ['The message for your stay:', '', note, ''];
  const stay = `Your booking ${booking} is confirmed: room ${room}, ${nights} ${nights === 1 ? 'night' : 'nights'}.`;
  return [`Dear ${guest === '' ? 'guest' : guest},`, '', stay, '', ...message, 'Hotel Aurora'].join('\n');
}

function page({ booking, room, nights, guest, note }: Confirmation): string {
  const message =
    note === '' ? '' : `<p>The message for your stay:</p>\n<blockquote>${escapeMarkup(note)}</blockquote>\n`;
  return `<!doctype html>
<html><head><meta charset="utf-8"><title>Booking ${booking}</title></head><body>
<p>Dear ${escapeMarkup(guest === '' ? 'guest' : guest)},</p>
<p>Your booking <b>${booking}</b> is confirmed: room ${room}, ${nights} ${nights === 1 ? 'night' : 'nights'}.</p>
${message}<p>Hotel Aurora</p>
</body></html>
`;
}
