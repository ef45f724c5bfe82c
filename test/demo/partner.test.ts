import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { XMLParser, XMLValidator } from 'fast-xml-parser';
import { extranetLogin } from '../../smoke/demo/extranet.ts';
import type { Reservation } from '../../smoke/demo/reservation-table.ts';
import type { Stack } from '../../smoke/demo/stack.ts';
import { arrival, book, get, json, note, type OwnStack, ownStack } from './on-stack.ts';

let own: OwnStack;
let stack: Stack;
let partner: string;

before(async () => {
  own = await ownStack({ workers: 1 });
  stack = own.stack;
  partner = stack.urls.partner;
});
after(() => own.end());

function put(ref: string, body: unknown): Promise<Response> {
  return fetch(`${partner}/reservations/${ref}`, { method: 'PUT', body: JSON.stringify(body) });
}

describe('the partner over REST', () => {
  it('writes over a reservation that it is sent again without a key', async () => {
    const body = { room: 301, nights: 1, guest: 'A', BookingNote: 'one' };
    assert.equal((await put('again', body)).status, 201);
    assert.equal((await put('again', { ...body, BookingNote: 'two' })).status, 200);
    const found = await get<Reservation>(`${partner}/reservations/again`);
    assert.equal(found.BookingNote, 'two');
  });

  it('lists by arrival, room and reference, and deletes every row of a reference', async () => {
    const booking = await book(stack, 302);
    await arrival(stack, booking);
    for (const query of ['arriving=today&room=302', `externalRef=${booking}`, 'room=302&limit=1']) {
      const { reservations } = await get<{ reservations: Reservation[] }>(`${partner}/reservations?${query}`);
      assert.deepEqual(
        reservations.map(({ externalRef }) => externalRef),
        [String(booking)],
        query,
      );
    }
    const { reservations } = await get<{ reservations: unknown[] }>(`${partner}/reservations?arriving=2001-01-01`);
    assert.deepEqual(reservations, []);
    const url = `${partner}/reservations/${booking}`;
    assert.equal((await fetch(url, { method: 'DELETE' })).status, 204);
    assert.equal((await fetch(url, { method: 'DELETE' })).status, 404);
    assert.equal((await fetch(url)).status, 404);
  });

  it('refuses what is no reservation', async () => {
    assert.equal((await put('bad', { room: '1', nights: 1 })).status, 422);
    assert.equal((await put('bad', [])).status, 400);
    assert.equal((await fetch(`${partner}/reservations/%ff`)).status, 400);
    assert.equal((await fetch(`${partner}/nothing`)).status, 404);
  });
});

describe('the partner in OTA-style XML', () => {
  it('is well-formed and carries the note whatever is in it', async () => {
    const rough = 'a & b <c> "d" \u0000\u0008 ]]> é \ud800 😀';
    await put('rough', { room: 303, nights: 1, guest: '<Zoë>', BookingNote: rough });
    const response = await fetch(`${partner}/ota/reservations/rough`);
    assert.equal(response.headers.get('content-type'), 'application/xml; charset=utf-8');
    const xml = await response.text();
    assert.equal(XMLValidator.validate(xml), true);
    assert.match(xml, /<OTA_HotelResNotifRQ xmlns="http:\/\/www\.opentravel\.org\/OTA\/2003\/05"/);
    const parser = new XMLParser({ ignoreAttributes: false, htmlEntities: true, trimValues: false });
    assert.match(JSON.stringify(parser.parse(xml)), /"a & b <c> \\"d\\" {2}\]\]> é � 😀"/);
  });

  it('answers 404 in XML where there is nothing', async () => {
    const response = await fetch(`${partner}/ota/reservations/none`);
    assert.equal(response.status, 404);
    assert.equal(XMLValidator.validate(await response.text()), true);
  });
});

describe("the partner's extranet", () => {
  const cookieIn = (response: Response): string => (response.headers.get('set-cookie') ?? '').split(';')[0] ?? '';
  /** As a browser sends the form: with its hidden token, and the cookie that came with it. */
  const login = async (password: string, token?: string): Promise<Response> => {
    const form = await fetch(`${partner}/extranet/login`);
    const csrf = token ?? /name="csrf" value="([^"]+)"/.exec(await form.text())?.[1] ?? '';
    return fetch(`${partner}/extranet/login`, {
      method: 'POST',
      redirect: 'manual',
      headers: { cookie: cookieIn(form) },
      body: new URLSearchParams({ user: extranetLogin.user, password, csrf }),
    });
  };

  it('shows a booking note to whoever is logged in, and the login form to others', async () => {
    const booking = await book(stack, 304);
    await arrival(stack, booking);
    const page = `${partner}/extranet/reservations?ref=${booking}`;
    const outside = await fetch(page, { redirect: 'manual' });
    assert.equal(outside.status, 302);
    assert.equal(outside.headers.get('location'), '/extranet/login');
    assert.match(await (await fetch(page)).text(), /<input name="password"/);
    assert.equal((await login('guess')).status, 401);
    assert.equal((await login(extranetLogin.password, 'forged')).status, 403);

    const inside = await login(extranetLogin.password);
    assert.equal(inside.status, 303);
    assert.match(inside.headers.get('set-cookie') ?? '', /HttpOnly/);
    const cookie = cookieIn(inside);
    const html = await (await fetch(page, { headers: { cookie } })).text();
    const shown = note.replace('&', '&amp;').replace('<', '&lt;').replace('>', '&gt;');
    assert.ok(html.includes(`<dd data-testid="booking-note">${shown}</dd>`));
    const none = await (await fetch(`${partner}/extranet/reservations?ref=none`, { headers: { cookie } })).text();
    assert.match(none, /No reservation found/);
    const forged = await fetch(page, { headers: { cookie: 'extranet=forged' }, redirect: 'manual' });
    assert.equal(forged.status, 302);
  });

  it('logs everybody out when it is told to, once, and lets them in again', async () => {
    const page = `${partner}/extranet/reservations`;
    const statusWith = async (cookie: string): Promise<number> =>
      (await fetch(page, { headers: { cookie }, redirect: 'manual' })).status;
    const before = cookieIn(await login(extranetLogin.password));
    assert.equal(await statusWith(before), 200);
    const { clear } = await stack.fault({ name: 'sessions-end' });
    assert.equal(await statusWith(before), 302);
    const after = cookieIn(await login(extranetLogin.password));
    await clear();
    assert.equal(await statusWith(after), 200);
  });
});

describe("the partner's rate limit", () => {
  it('answers 429 with Retry-After beyond its limit', async () => {
    const strict = await ownStack({ workers: 1, retryMs: 20, rate: { requests: 3, perMs: 700 } });
    try {
      const { urls } = strict.stack;
      const answers = await Promise.all(Array.from({ length: 6 }, () => fetch(`${urls.partner}/reservations`)));
      const refused = answers.filter(({ status }) => status === 429);
      assert.equal(refused.length, 3);
      assert.deepEqual(
        refused.map(({ headers }) => headers.get('retry-after')),
        ['1', '1', '1'],
      );
      assert.ok((await json<{ error: string }>(refused[0] ?? Response.error())).error);
      assert.equal((await fetch(`${urls.partner}/version`)).status, 200);
    } finally {
      await strict.end();
    }
  });
});
