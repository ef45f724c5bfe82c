// The partner's extranet: a login form with a token against forgery, a session cookie, and a page that shows reservations with their BookingNote.

import { randomBytes } from 'node:crypto';
import { type Answer, type Asked, emptyAnswer, htmlAnswer } from './http-server.ts';
import { escapeMarkup } from './markup.ts';
import type { Reservation } from './reservation-table.ts';

/** A demo's login, for everybody to know. */
export const extranetLogin: { user: string; password: string } = { user: 'frontdesk', password: 'welcome' };

export type Extranet = {
  /** Undefined for a path that is not the extranet's. */
  answer(asked: Asked, reservations: (externalRef: string) => readonly Reservation[]): Answer | undefined;
  /** Everybody is logged out. */
  endSessions(): void;
};

/** Sessions live as long as the process, or until they are ended. */
export function extranet(): Extranet {
  const sessions = new Set<string>();
  return { answer, endSessions: () => sessions.clear() };

  function answer(asked: Asked, reservations: (externalRef: string) => readonly Reservation[]): Answer | undefined {
    const { method, url } = asked;
    switch (`${method} ${url.pathname}`) {
      case 'GET /extranet':
      case 'GET /extranet/':
        return emptyAnswer(302, { location: '/extranet/reservations' });
      case 'GET /extranet/login':
        return loginAnswer(200, '');
      case 'POST /extranet/login': {
        const fields = new URLSearchParams(asked.body);
        const csrf = fields.get('csrf') ?? '';
        if (csrf === '' || csrf !== cookieOf(asked, 'extranet-form')) {
          return loginAnswer(403, 'This form has expired: log in with this one.');
        }
        if (fields.get('user') !== extranetLogin.user || fields.get('password') !== extranetLogin.password) {
          return loginAnswer(401, 'User or password is wrong.');
        }
        const session = randomBytes(18).toString('base64url');
        sessions.add(session);
        const cookie = `extranet=${session}; Path=/extranet; HttpOnly; SameSite=Lax`;
        return emptyAnswer(303, { location: '/extranet/reservations', 'set-cookie': cookie });
      }
      case 'GET /extranet/reservations': {
        if (!sessions.has(cookieOf(asked, 'extranet'))) return emptyAnswer(302, { location: '/extranet/login' });
        const ref = url.searchParams.get('ref') ?? '';
        return htmlAnswer(200, listPage(ref, ref === '' ? [] : reservations(ref)));
      }
      default:
        return undefined;
    }
  }
}

function cookieOf({ headers }: Asked, name: 'extranet' | 'extranet-form'): string {
  return new RegExp(`(?:^|;\\s*)${name}=([\\w-]+)`).exec(headers.cookie ?? '')?.[1] ?? '';
}

/** The form's token stands in a cookie too, which no foreign page can set. */
function loginAnswer(status: number, problem: string): Answer {
  const csrf = randomBytes(18).toString('base64url');
  const cookie = `extranet-form=${csrf}; Path=/extranet; HttpOnly; SameSite=Lax`;
  return htmlAnswer(status, loginPage(problem, csrf), { 'set-cookie': cookie });
}

function loginPage(problem: string, csrf: string): string {
  return page(
    'Extranet login',
    `${problem === '' ? '' : `<p role="alert">${problem}</p>\n`}<form method="post" action="/extranet/login">
  <input type="hidden" name="csrf" value="${csrf}">
  <p><label>User <input name="user" autocomplete="username"></label></p>
  <p><label>Password <input name="password" type="password" autocomplete="current-password"></label></p>
  <p><button type="submit">Log in</button></p>
</form>`,
  );
}

function listPage(ref: string, reservations: readonly Reservation[]): string {
  const form = `<form action="/extranet/reservations"><label>Reference <input name="ref" value="${escapeMarkup(ref)}"></label> <button>Show</button></form>`;
  if (ref === '') return page('Reservations', form);
  if (reservations.length === 0) return page('Reservations', `${form}\n<p role="status">No reservation found.</p>`);
  return page('Reservations', `${form}\n${reservations.map(article).join('\n')}`);
}

function article({ id, externalRef, room, nights, guest, BookingNote, GuestComment }: Reservation): string {
  return `<article data-reservation="${escapeMarkup(id)}" data-ref="${escapeMarkup(externalRef)}">
<h2>${escapeMarkup(id)}</h2>
<dl>
  <dt>Reference</dt><dd data-testid="external-ref">${escapeMarkup(externalRef)}</dd>
  <dt>Room</dt><dd>${room}, ${nights} nights</dd>
  <dt>Guest</dt><dd>${escapeMarkup(guest)}</dd>
  <dt>Booking note</dt><dd data-testid="booking-note">${escapeMarkup(BookingNote)}</dd>
  <dt>Guest comment</dt><dd data-testid="guest-comment">${escapeMarkup(GuestComment)}</dd>
</dl>
</article>`;
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
