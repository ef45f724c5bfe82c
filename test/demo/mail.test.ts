import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import type { FaultSpec } from '../../smoke/demo/fault.ts';
import { headerText, quotedPrintable } from '../../smoke/demo/mail-encoding.ts';
import type { Stack } from '../../smoke/demo/stack.ts';
import { mailOf } from '../../smoke/probes/mail/mail-record.ts';
import { arrival, eventually, note, type OwnStack, ownStack, truth } from './on-stack.ts';

type Read = { text: string; html: string; subject: string };

function mailsOf(stack: Stack, booking: number): Buffer[] {
  return readdirSync(stack.paths.mail)
    .filter((name) => name.startsWith(`confirmation-${booking}-`))
    .map((name) => readFileSync(join(stack.paths.mail, name)));
}

function mails(stack: Stack, booking: number, count = 1): Promise<Buffer[]> {
  return eventually(`${count} mails of booking ${booking}`, () => {
    const all = mailsOf(stack, booking);
    return all.length >= count ? all : undefined;
  });
}

async function read(bytes: Buffer | undefined): Promise<Read> {
  const mail = await mailOf(bytes ?? Buffer.alloc(0), 'mail', (text) => text);
  assert.ok('candidate' in mail, 'torn' in mail ? mail.torn : '');
  const column = (name: string): string => {
    const picked = mail.candidate.select(name);
    return picked.fits ? (picked.values[0] ?? '') : '';
  };
  return { text: column('text'), html: column('html'), subject: column('subject') };
}

describe('the confirmation mail', { concurrency: true }, () => {
  let own: OwnStack;
  let stack: Stack;
  before(async () => {
    own = await ownStack({ retryMs: 50, token: 'a-token' });
    stack = own.stack;
  });
  after(() => own.end());

  const send = (room: number): Promise<Response> =>
    fetch(`${stack.urls.web}/api/bookings`, {
      method: 'POST',
      headers: { authorization: 'Bearer a-token' },
      body: JSON.stringify({ room, nights: 1, guest: 'Zoë', hostMessage: note }),
    });
  const booked = async (room: number, ...faults: FaultSpec[]): Promise<number> => {
    for (const fault of faults) await stack.fault({ ...fault, match: { room } });
    return ((await (await send(room)).json()) as { id: number }).id;
  };

  it('is one for each booking, with the note in a quoted-printable text and in base64 HTML', async () => {
    const booking = await booked(201);
    const [bytes] = await mails(stack, booking);
    const raw = String(bytes);
    assert.match(raw, /Content-Transfer-Encoding: quoted-printable/);
    assert.match(raw, /Content-Transfer-Encoding: base64/);
    assert.match(raw, /^Subject: =\?utf-8\?Q\?/m);
    assert.ok(raw.split('\r\n').every((line) => line.length <= 78));
    assert.ok(!raw.includes(note));
    const { text, html, subject } = await read(bytes);
    assert.ok(text.includes(note) && html.includes(note));
    assert.match(subject, new RegExp(`^Réservation ${booking} confirmée`));
    await arrival(stack, booking);
    assert.equal(mailsOf(stack, booking).length, 1);
  });

  const damage: readonly [FaultSpec, (text: string) => boolean][] = [
    [{ name: 'stripped', at: 'mail' }, (text) => !text.includes('smk-')],
    [{ name: 'truncated', at: 'mail', length: 20 }, (text) => text.includes(note.slice(0, 20)) && !text.includes(note)],
    [{ name: 'case-changed', at: 'mail' }, (text) => text.includes(note.toUpperCase())],
    [
      { name: 'html-escaped', at: 'mail' },
      (text) => text.includes(note.replace('&', '&amp;').replace('<', '&lt;').replace('>', '&gt;')),
    ],
  ];
  for (const [index, [fault, becomes]] of damage.entries()) {
    it(`is ${fault.name} by that fault, and the partner's reservation is not`, async () => {
      const booking = await booked(210 + index, fault);
      const { text } = await read((await mails(stack, booking))[0]);
      assert.ok(becomes(text), text);
      assert.equal((await arrival(stack, booking))[0]?.BookingNote, note);
      assert.deepEqual(truth(stack, booking), [`${fault.name}@mail`]);
    });
  }

  it('is never written where it is dropped, and the push goes on', async () => {
    const booking = await booked(220, { name: 'dropped', at: 'mail' });
    await arrival(stack, booking);
    assert.deepEqual([mailsOf(stack, booking).length, truth(stack, booking)], [0, ['dropped@mail']]);
  });

  it('comes twice where it is duplicated, and later where it is delayed', async () => {
    const twice = await booked(221, { name: 'duplicated', at: 'mail' });
    const ids = (await mails(stack, twice, 2)).map((bytes) => /^Message-ID: .*$/m.exec(String(bytes))?.[0]);
    assert.equal(new Set(ids).size, 2);
    const late = await booked(222, { name: 'delayed', at: 'mail', ms: 600 });
    await arrival(stack, late);
    assert.equal(mailsOf(stack, late).length, 0);
    await mails(stack, late);
    assert.deepEqual(truth(stack, late), ['delayed@mail']);
  });

  it('is sent though the partner is down, once however often the push is tried', async () => {
    const booking = await booked(223, { name: 'partner-500', at: 'partner', requests: 'pushes', times: 2 });
    await mails(stack, booking);
    await arrival(stack, booking);
    assert.equal(mailsOf(stack, booking).length, 1);
  });

  it('says what the worker says where the worker spoils the note, and nothing where it drops the job', async () => {
    const spoilt = await booked(224, { name: 'stripped', at: 'worker' });
    assert.doesNotMatch((await read((await mails(stack, spoilt))[0])).text, /smk-/);
    const stale = await booked(225, { name: 'stale-workers', at: 'worker', count: 4 });
    assert.ok((await read((await mails(stack, stale))[0])).text.includes(note), 'an old build writes the same mail');
    const dropped = await booked(226, { name: 'dropped', at: 'worker' });
    await eventually('the fault', () => (truth(stack, dropped).length > 0 ? true : undefined));
    assert.equal(mailsOf(stack, dropped).length, 0);
  });

  it('can be removed again by those who hold the token', async () => {
    const booking = await booked(227);
    await mails(stack, booking);
    const url = `${stack.urls.web}/api/bookings/${booking}/mails`;
    const remove = (headers: Record<string, string>): Promise<Response> => fetch(url, { method: 'DELETE', headers });
    assert.equal((await remove({})).status, 401);
    assert.equal((await remove({ authorization: 'Bearer a-token' })).status, 204);
    assert.equal(mailsOf(stack, booking).length, 0);
    assert.equal((await remove({ authorization: 'Bearer a-token' })).status, 404);
  });

  it('is never seen half written', async () => {
    const ids = await Promise.all(Array.from({ length: 20 }, (_, n) => booked(300 + n)));
    await eventually('20 mails', async () => {
      const all = await Promise.all(ids.flatMap((id) => mailsOf(stack, id)).map(read));
      assert.ok(all.every(({ text }) => text.includes(note)));
      return all.length === ids.length ? true : undefined;
    });
  });
});

it('lines of quoted-printable and encoded words are short, whatever the text', () => {
  const text = `${'ä'.repeat(200)} trailing \n= and ${'x'.repeat(500)}`;
  for (const line of quotedPrintable(text).split('\r\n')) assert.ok(line.length <= 76, line);
  for (const line of headerText('é'.repeat(300)).split('\r\n')) assert.ok(line.length <= 76, line);
  assert.equal(headerText('Booking 8841'), 'Booking 8841');
  assert.match(quotedPrintable('end '), /=20$/);
});
