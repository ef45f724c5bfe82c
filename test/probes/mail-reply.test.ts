// Replies that quote the mail that was to arrive: what they quote is no arrival, what they say themselves is.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { judge } from '../../smoke/core/judge.ts';
import type { Look, Reading, Selection } from '../../smoke/core/look.ts';
import { ownWordsOf } from '../../smoke/probes/mail/mail-reply.ts';
import { inflate } from '../../smoke/select/inflate.ts';
import { boxOf, confirmation, lines, marker } from './mails.ts';

function judged(reading: Reading, selection: Partial<Selection> = {}): Look {
  const sought = { marker: { text: marker, fixed: 11, prefix: 'smk' }, aliases: new Map(), sent: [] };
  return judge(reading, { allow: [], reference: false, ...selection }, sought, { inflate }).look;
}

const mail = (subject: string, headers: readonly string[], ...body: readonly string[]): string =>
  lines('From: zoe@mail.example', `Subject: ${subject}`, ...headers, '', ...body, '');
const reply = (...body: readonly string[]): string =>
  mail('Re: Your booking', ['In-Reply-To: <1@hotel.example>'], ...body);
const page = (html: string): string =>
  mail('AW: Your booking', ['References: <1@hotel.example>', 'Content-Type: text/html'], html);

const quoting: Readonly<Record<string, string>> = {
  'with marked lines': reply('Thanks!', '', 'On Monday, Hotel wrote:', '> Booked.', `> ${marker}`),
  'twice over': reply('Thanks!', `> > ${marker}`),
  'without headers that say so': mail('RE: Your booking', [], 'Thanks!', 'On Monday, Hotel wrote:', '', `> ${marker}`),
  'as Outlook does': reply(
    'Thanks!',
    '________________________________',
    'From: Hotel <a@hotel.example>',
    'Sent: Monday',
    '',
    `Booked. ${marker}`,
  ),
  'below a line': reply('Thanks!', '-----Original Message-----', `Booked. ${marker}`),
  'in HTML': page(`<p>Thanks!</p><div class="gmail_quote">On Monday:<blockquote>${marker}</blockquote></div>`),
  'in HTML of Outlook': page(`<p>Thanks!</p><hr><div id="divRplyFwdMsg"><b>From:</b> Hotel</div><div>${marker}</div>`),
  "in Word's HTML": page(
    `<p>Thanks!</p><div><div style='border:none;border-top:solid #E1E1E1 1.0pt'>From: Hotel</div></div><p>${marker}</p>`,
  ),
};

for (const [what, text] of Object.entries(quoting)) {
  test(`a reply that quotes the mail ${what} is no arrival, is told, and proves no absence`, async (t) => {
    const box = await boxOf(t);
    await box.put('1.eml', text);
    const look = judged(await box.look());
    assert.equal(look.kind, 'absent');
    if (look.kind !== 'absent') return;
    assert.deepEqual(
      [look.proves, look.detail],
      [false, '1.eml is a reply that holds the marker in what it quotes alone'],
    );
    await box.put('2.eml', confirmation);
    const found = judged(await box.look());
    assert.equal(found.kind, 'intact');
    assert.equal(found.kind === 'intact' && found.worse, undefined);
  });
}

test('what a reply says itself is an arrival, above its quote, below it, or in HTML', async (t) => {
  const box = await boxOf(t);
  for (const text of [
    reply(`Booked. ${marker}`, '', 'On Monday, Zoë wrote:', '> Please book.'),
    reply('> Please book.', '', `Booked. ${marker}`),
    page(`<p>Booked. ${marker}</p><blockquote>Please book.</blockquote>`),
    reply('--- Your booking ---', 'From: 1 May', 'Date: 2 May', marker),
    mail(`Re: Booked ${marker}`, ['In-Reply-To: <1@hotel.example>'], 'Booked.'),
  ]) {
    await box.put('1.eml', text);
    assert.equal(judged(await box.look()).kind, 'intact', text);
  }
});

test('a confirmation that quotes the note of a guest is a mail like any other', async (t) => {
  const box = await boxOf(t);
  for (const text of [
    mail('Your booking', [], 'Your wish:', `> ${marker}`),
    mail('Your booking', ['References: <8841@hotel.example>'], 'You wrote:', `> ${marker}`),
    mail('Re: Your booking', [], 'Your wish:', `> ${marker}`),
    mail('Reservation: done', ['In-Reply-To: <1@hotel.example>'], `> ${marker}`),
    mail('Your booking', ['Content-Type: text/html'], `<blockquote>${marker}</blockquote>`),
  ]) {
    await box.put('1.eml', text);
    assert.equal(judged(await box.look()).kind, 'intact', text);
  }
});

test('a column that a selector names holds the quote, too', async (t) => {
  const box = await boxOf(t);
  await box.put('1.eml', reply('Thanks!', `> ${marker}`));
  const picked = { where: { subject: 'Re: Your booking' }, field: 'text' };
  assert.equal(judged(await box.look(), picked).kind, 'intact');
});

test('a reply that is made to hurt its reader takes no time', async () => {
  for (const text of [
    `wrote:${'\n'.repeat(1_000_000)}x`,
    `From:${'@'.repeat(290)}\n`.repeat(20_000),
    `${'-'.repeat(70)}\n`.repeat(90_000),
    `wrote${' '.repeat(1_000_000)}`.repeat(5),
    ' '.repeat(5_000_000),
  ]) {
    const began = performance.now();
    await ownWordsOf({ headers: [], attachments: [], headerLines: [], subject: 'Re: Your booking', text });
    await ownWordsOf({
      headers: [{ key: 'references', value: 'x', originalKey: 'References' }],
      attachments: [],
      headerLines: [],
      subject: 'Re: x',
      text,
    });
    assert.ok(performance.now() - began < 4_000, `${performance.now() - began} ms`);
  }
});
