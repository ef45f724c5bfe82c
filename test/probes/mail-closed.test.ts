// Mails that came whole and that nobody can look into: each may be the record, and none proves that it did not come.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { judge } from '../../smoke/core/judge.ts';
import type { Look, Reading, Selection } from '../../smoke/core/look.ts';
import { inflate } from '../../smoke/select/inflate.ts';
import { boxOf, confirmation, lines, marker, plain } from './mails.ts';

function judged(reading: Reading, selection: Partial<Selection> = {}): Look {
  const sought = { marker: { text: marker, fixed: 11, prefix: 'smk' }, aliases: new Map<string, string>(), sent: [] };
  return judge(reading, { allow: [], reference: false, ...selection }, sought, { inflate }).look;
}

function told(look: Look): string {
  if (look.kind === 'absent') return `${look.proves}: ${look.searched}`;
  return look.kind === 'blind' ? `blind: ${look.fault.message}` : look.kind;
}

const of = (type: string, body: string, subject = 'Your booking'): string =>
  lines(`Subject: ${subject}`, 'MIME-Version: 1.0', `Content-Type: ${type}`, '', body, '');
const pgp = (subject?: string): string =>
  of(
    'multipart/encrypted; protocol="application/pgp-encrypted"; boundary=b',
    lines(
      '--b',
      'Content-Type: application/pgp-encrypted',
      '',
      'Version: 1',
      '--b',
      'Content-Type: application/octet-stream',
      '',
      '-----BEGIN PGP MESSAGE-----',
      '--b--',
    ),
    subject,
  );

const closed: Readonly<Record<string, readonly [mail: string, why: RegExp]>> = {
  'PGP/MIME': [pgp(), /1\.eml is encrypted \(PGP\)/],
  'PGP in a text': [plain('-----BEGIN PGP MESSAGE-----'), /1\.eml is encrypted \(PGP\)/],
  'S/MIME': [
    of('application/pkcs7-mime; smime-type=enveloped-data', 'MIAG'),
    /1\.eml is encrypted or sealed \(S\/MIME\)/,
  ],
  TNEF: [of('application/ms-tnef; name=winmail.dat', 'x'), /1\.eml is in Outlook's own format \(TNEF\)/],
  'one part of several': [of('message/partial; id=a; number=1; total=2', 'Subject: x'), /1\.eml is one part of a mail/],
};

for (const [what, [mail, why]] of Object.entries(closed)) {
  test(`${what}: nothing is proved beside it, the look names it, and a mail beside it is found`, async (t) => {
    const box = await boxOf(t);
    await box.put('1.eml', mail);
    assert.match(told(judged(await box.look())), /^false: /);
    assert.match(told(judged(await box.look())), why);
    await box.put('2.eml', confirmation);
    assert.equal(judged(await box.look()).kind, 'intact');
  });
}

test('an encrypted mail that `where` picks is blind where it lacks the marker, and found by its subject', async (t) => {
  const box = await boxOf(t);
  await box.put('1.eml', pgp(`Booking ${marker}`));
  assert.equal(judged(await box.look()).kind, 'intact');
  await box.put('1.eml', pgp());
  const where = { subject: 'Your booking' };
  assert.match(told(judged(await box.look(), { where })), /^blind: 1\.eml is encrypted/);
  assert.match(told(judged(await box.look(), { where, field: 'text' })), /^blind: 1\.eml is encrypted/);
});

test("Outlook's format beside a text, and a signed mail, can be looked into", async (t) => {
  const box = await boxOf(t);
  const beside = (type: string): string =>
    of(
      'multipart/mixed; boundary=b',
      lines('--b', 'Content-Type: text/plain', '', 'Hello.', '--b', `Content-Type: ${type}`, '', 'x', '--b--'),
    );
  await box.put('1.eml', beside('application/ms-tnef'));
  await box.put('2.eml', beside('application/pkcs7-signature'));
  assert.match(told(judged(await box.look())), /^true: /);
});
