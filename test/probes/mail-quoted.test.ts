// Mails that only quote the one that was to arrive, or hold the marker where no reader sees it: none of them is it.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { judge } from '../../smoke/core/judge.ts';
import type { Look, Reading, Selection } from '../../smoke/core/look.ts';
import { inflate } from '../../smoke/select/inflate.ts';
import { boxOf, confirmation, lines, marker, plain, withAttachment } from './mails.ts';

function judged(reading: Reading, selection: Partial<Selection> = {}): Look {
  const sought = {
    marker: { text: marker, fixed: 11, prefix: 'smk' },
    aliases: new Map([['booking', 'BK-2026-8841']]),
    sent: [],
  };
  return judge(reading, { allow: [], reference: false, ...selection }, sought, { inflate }).look;
}

function told(look: Look): string {
  return look.kind === 'absent' ? `${look.proves}: ${look.detail}` : look.kind;
}

/** https://www.rfc-editor.org/rfc/rfc3464, appendix E */
const bounce = (quoted: readonly string[]): string =>
  lines(
    'From: Mail Delivery Subsystem <postman@mail.example>',
    'Subject: Returned mail',
    'MIME-Version: 1.0',
    'Content-Type: multipart/report; report-type=delivery-status; boundary="=_r"',
    '',
    '--=_r',
    'Content-Type: text/plain',
    '',
    'Your mail could not be delivered.',
    '--=_r',
    'Content-Type: message/delivery-status',
    '',
    'Reporting-MTA: dns; mail.example',
    '',
    'Final-Recipient: rfc822; zoe@mail.example',
    'Action: failed',
    'Status: 5.1.1',
    'Diagnostic-Code: smtp; 550 no such',
    '  user here',
    '--=_r',
    ...quoted,
    '--=_r--',
    '',
  );

const from = (sender: string, subject: string): string =>
  lines(`From: ${sender}`, `Subject: ${subject}`, '', `copy: ${marker}`, '');

const bounces: Readonly<Record<string, readonly [mail: string, says: RegExp]>> = {
  'that sends the mail back': [
    bounce(['Content-Type: message/rfc822', '', confirmation]),
    /^true: 1\.eml is a bounce or an automatic answer that quotes the marker, and no delivery: 5\.1\.1, smtp; 550 no such user here$/,
  ],
  'that sends its headers back': [
    bounce([
      'Content-Type: text/rfc822-headers',
      '',
      `Subject: =?utf-8?B?${Buffer.from(marker).toString('base64')}?=`,
      '',
    ]),
    /5\.1\.1/,
  ],
  'of a server that writes a plain text': [
    lines('From: MAILER-DAEMON@mail.example', 'Subject: failure notice', '', `--- Below is a copy: ${marker}`, ''),
    /^true: 1\.eml is a bounce/,
  ],
  'of Exim': [plain(`copy: ${marker}`, 'X-Failed-Recipients: zoe@mail.example'), /^true: 1\.eml is a bounce/],
  'of Postfix, by its postmaster': [
    from('Mail Delivery System <postmaster@mail.example>', 'Undelivered Mail Returned to Sender'),
    /^true: 1\.eml is a bounce/,
  ],
  'of a postmaster, by its subject': [
    from('postmaster@mail.example', 'Undelivered Mail Returned to Sender'),
    /^true: 1\.eml is a bounce/,
  ],
  'of Exchange': [plain(`copy: ${marker}`, 'X-MS-Exchange-Message-Is-Ndr:'), /^true: 1\.eml is a bounce/],
  'of Exchange, by its account': [
    from('Microsoft Outlook <MicrosoftExchange329e71ec88ae4615bbc36ab6ce41109e@mail.example>', 'Unzustellbar: Booking'),
    /^true: 1\.eml is a bounce/,
  ],
  'of Exchange, by its postmaster': [
    from('Microsoft Outlook <postmaster@mail.example>', 'Unzustellbar: Booking'),
    /^true: 1\.eml is a bounce/,
  ],
  'of a postmaster, by its words': [
    lines(
      'From: postmaster@mail.example',
      'Subject: Booking',
      '',
      'Delivery has failed to these recipients or groups:',
      marker,
      '',
    ),
    /^true: 1\.eml is a bounce/,
  ],
  'without a sender': [plain(`copy: ${marker}`, 'Return-Path: <>'), /^false: 1\.eml .* has a null sender/],
  'that says X-Autoreply': [plain(`> ${marker}`, 'X-Autoreply: yes'), /^true: .* an automatic answer/],
  'that says auto_reply': [plain(`> ${marker}`, 'Precedence: auto_reply'), /^true: .* an automatic answer/],
  'that is an automatic answer': [
    plain(`> ${marker}`, 'Auto-Submitted: auto-replied (vacation)'),
    /an automatic answer/,
  ],
};

for (const [what, [mail, says]] of Object.entries(bounces)) {
  test(`a bounce ${what} is no arrival, and is told`, async (t) => {
    const box = await boxOf(t);
    await box.put('1.eml', mail);
    assert.match(told(judged(await box.look())), says);
    await box.put('2.eml', confirmation);
    assert.equal(judged(await box.look()).kind, 'intact');
  });
}

test('a bounce of another mail is not told, and one that is asked for by its subject is found', async (t) => {
  const box = await boxOf(t);
  await box.put('1.eml', bounce(['Content-Type: message/rfc822', '', plain('another')]));
  assert.equal(told(judged(await box.look())), 'true: undefined');
  const asked = judged(await box.look(), { where: { subject: 'Returned mail' }, field: 'text' });
  assert.equal(asked.kind, 'stripped');
});

test('what a machine wrote by itself is a mail like any other', async (t) => {
  const box = await boxOf(t);
  for (const mail of [
    plain(`Booked. ${marker}`, 'Auto-Submitted: auto-generated'),
    plain(`Booked. ${marker}`, 'X-Auto-Response-Suppress: All', 'Return-Path: <bounce@hotel.example>'),
    plain(`Booked. ${marker}`, 'Precedence: bulk', 'X-Autoreply: no'),
    from('postmaster@hotel.example', 'Your booking'),
    from('Microsoft Outlook <zoe@hotel.example>', 'Your booking'),
    from('microsoftexchange-team@hotel.example', 'Your booking'),
  ]) {
    await box.put('1.eml', mail);
    assert.equal(judged(await box.look()).kind, 'intact', mail);
  }
});

test('a mail that carries the mail is not the mail, and leaves it open whether it came', async (t) => {
  const box = await boxOf(t);
  const forwarded = lines(
    'Subject: Fwd',
    'Content-Type: multipart/mixed; boundary=b',
    '',
    '--b',
    'Content-Type: message/rfc822',
    '',
    confirmation,
    '--b--',
    '',
  );
  await box.put('1.eml', forwarded);
  assert.match(told(judged(await box.look())), /^false: 1\.eml holds the marker in another mail that it carries$/);
});

for (const header of [
  'References: <MARKER@x>',
  'In-Reply-To: <MARKER@x>',
  'X-Booking: MARKER',
  'To: MARKER@mail.example',
]) {
  test(`a marker in "${header}" is no arrival, unless \`field\` names it`, async (t) => {
    const box = await boxOf(t);
    await box.put('1.eml', plain('Hello.', header.replace('MARKER', marker), 'X-Ref: BK-2026-8841'));
    const reading = await box.look();
    assert.equal(judged(reading).kind, 'absent');
    const [name = ''] = header.split(':');
    const named = { where: { 'header:X-Ref': 'BK-2026-8841' }, field: `header:${name}` };
    assert.equal(judged(reading, named).kind, 'intact');
  });
}

test('the subject and the name of an attachment are content', async (t) => {
  const box = await boxOf(t);
  await box.put('1.eml', lines(`Subject: Booked ${marker}`, '', 'Hello.', ''));
  assert.equal(judged(await box.look()).kind, 'intact');
  await box.put('1.eml', withAttachment(`${marker}.pdf`));
  assert.equal(judged(await box.look()).kind, 'intact');
});

for (const hiding of ['style="color:red; DISPLAY : none !important"', 'style="visibility:hidden"', 'hidden']) {
  test(`a marker in an HTML element with ${hiding} is no arrival, is told, and proves no absence`, async (t) => {
    const box = await boxOf(t);
    const html = (body: string): string => lines('Subject: x', 'Content-Type: text/html', '', body, '');
    await box.put('1.eml', html(`<div ${hiding}>Booked <b>${marker}</b></div><p>Hello.</p>`));
    assert.equal(told(judged(await box.look())), 'false: 1.eml holds the marker where it does not show it');
    const asked = judged(await box.look(), { where: { subject: 'x' }, field: 'html' });
    assert.equal(asked.kind, 'stripped');
    await box.put('1.eml', html(`<div ${hiding}>Booked.</div><p style="text-display: none">${marker}</p>`));
    assert.equal(judged(await box.look()).kind, 'intact');
  });
}
