// Mails made to hurt their reader. Each is left unread or read as what it is, and nothing is proved beside an unread one.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { boxOf, confirmation, lines, plain } from './mails.ts';

const large = 6 * 1024 * 1024;
const filled = (piece: string, bytes = large): string => piece.repeat(Math.floor(bytes / piece.length));
const part = lines('--b', 'Content-Type: multipart/mixed; boundary=b', '', '');
const mixed = (body: string): string => lines('Content-Type: multipart/mixed; boundary=b', '', body, '--b--', '');

const unread: Readonly<Record<string, readonly [mail: string, why: RegExp]>> = {
  'parts in parts in parts': [
    Array.from({ length: 60 }, (_, n) =>
      lines(`Content-Type: multipart/mixed; boundary=b${n}`, '', `--b${n}`, ''),
    ).join(''),
    /nesting depth/,
  ],
  'a million parts': [mixed(filled(lines('--b', '', 'x', ''))), /more than 1000 lines that may part it/],
  'parts of one boundary': [mixed(filled(part, 900 * part.length)), /cannot be read as a mail/],
  'millions of empty lines': [`Subject: x\n\n${filled('\n')}`, /more than 150000 lines/],
  'headers without end': [filled('X-Header: and so on\r\n', 1024 * 1024), /Maximum header size/],
  'HTML that is nested without end': [`Content-Type: text/html\n\n${filled('<div>')}`, /nested more than 500 levels/],
};

for (const [what, [mail, why]] of Object.entries(unread)) {
  test(`${what}: not read, said so, and the mail beside it is found`, async (t) => {
    const box = await boxOf(t);
    await box.put('hostile.eml', mail);
    await box.put('good.eml', confirmation);
    const { candidates, whole, searched } = await box.look();
    assert.deepEqual([candidates.map(({ source }) => source), whole], [['good.eml'], false]);
    assert.match(searched, why);
    assert.ok(searched.length < 1_000);
  });
}

const read: Readonly<Record<string, string>> = {
  'a subject of encoded words without end': lines(`Subject: ${filled('=?utf-8?Q?a?= ', 300_000)}`, '', 'x'),
  'addresses without end': lines(`To: ${filled('"(<a:b@c,', 300_000)}`, '', 'x'),
  'base64 that is none': plain(filled('%%%='), 'Content-Transfer-Encoding: base64'),
  'escapes that are none': plain(filled('='), 'Content-Transfer-Encoding: quoted-printable'),
  'bytes that are no text': plain('\u0000\u001b[2J\u0007\ufffd'),
  'a header named __proto__': plain('x', '__proto__: polluted'),
};

for (const [what, mail] of Object.entries(read)) {
  test(`${what}: read as a mail that does not hold the record`, async (t) => {
    const box = await boxOf(t);
    await box.put('hostile.eml', mail);
    const { candidates, whole } = await box.look();
    assert.deepEqual([candidates.length, whole], [1, true]);
    assert.equal(({} as { polluted?: unknown }).polluted, undefined);
  });
}
