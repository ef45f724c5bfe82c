import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { renameSync, rmSync } from 'node:fs';
import { chmod, mkdir, rename, symlink, utimes, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'node:test';
import * as v from 'valibot';
import type { Candidate, Reading } from '../../smoke/core/look.ts';
import { mail } from '../../smoke/probes/mail/mail.ts';
import { mailOptions } from '../../smoke/probes/mail/mail-options.ts';
import { Blind } from '../../smoke/probes/plugin.ts';
import { lookContext, testHost } from '../host.ts';
import { boxOf, confirmation, lines, marker, plain, stateOf, withAttachment } from './mails.ts';

const asRoot = process.getuid?.() === 0;

function value(candidate: Candidate | undefined, selector: string): string | undefined {
  const picked = candidate?.select(selector);
  assert.ok(picked?.fits === true, picked?.fits === false ? picked.why : 'no mail');
  return picked.values[0];
}

function blindly(promise: Promise<unknown>, message: RegExp, kind?: string): Promise<void> {
  return assert.rejects(promise, (error) => {
    assert.ok(error instanceof Blind, String(error));
    assert.match(error.message, message);
    if (kind !== undefined) assert.equal(error.fault.kind, kind);
    return true;
  });
}

function subjects({ candidates }: Reading): (string | undefined)[] {
  return candidates.map((one) => value(one, 'subject'));
}

test('a mail is a record with everything decoded: words, quoted-printable, base64, charsets', async (t) => {
  const box = await boxOf(t);
  await box.put('1.eml', confirmation);
  const { candidates, whole, searched } = await box.look();
  const [mail] = candidates;
  assert.equal(whole, true);
  assert.match(searched, /^1 mail of \. since \d\d:\d\d:\d\d UTC$/);
  assert.equal(mail?.source, '1.eml');
  assert.equal(mail?.at, '2026-01-05T11:00:00.000Z');
  assert.equal(value(mail, 'subject'), 'Réservation 8841 confirmée');
  assert.equal(value(mail, 'from'), 'reservations@hotel.example');
  assert.equal(value(mail, 'to'), 'zoe@mail.example, b@mail.example');
  assert.equal(value(mail, 'message-id'), '<8841@hotel.example>');
  assert.equal(value(mail, 'header:X-Booking'), '8841');
  assert.equal(value(mail, 'header:from'), 'Hôtel Aurora <reservations@hotel.example>');
  assert.equal(value(mail, "$.headers['x-hop'][1]"), 'two');
  assert.equal(value(mail, 'text')?.trim(), `Zoë arrives late & needs <parking>, à bientôt. ${marker} Grüße`);
  assert.equal(value(mail, 'html')?.trim(), `Zoë & needs <parking>.\n${marker}`);
  assert.equal(value(mail, '/Réservation (\\d+)/'), '8841');
});

test('what stands in a mail of an older charset is read as what it is, an unknown one without a fault', async (t) => {
  const box = await boxOf(t);
  const latin = Buffer.from(plain('Grüße', 'Content-Type: text/plain; charset=iso-8859-1'), 'latin1');
  await box.put('1.eml', latin);
  await box.put('2.eml', plain('hello', 'Content-Type: text/plain; charset=x-klingon'));
  const { candidates, whole } = await box.look();
  assert.equal(whole, true);
  assert.deepEqual(candidates.map((one) => value(one, 'text')?.trim()).toSorted(), ['Grüße', 'hello']);
});

test('attachments are told by their names, and a mail without text has an empty one', async (t) => {
  const box = await boxOf(t);
  await box.put('1.eml', withAttachment('invoice.pdf'));
  const [mail] = (await box.look()).candidates;
  assert.equal(value(mail, '$.attachments[0]'), 'invoice.pdf');
  assert.equal(value(mail, 'text'), '');
});

test('an empty folder proves that there is no mail; one that is not there, or holds other files, is blind', async (t) => {
  const box = await boxOf(t);
  const empty = await box.look();
  assert.deepEqual([empty.candidates.length, empty.whole], [0, true]);
  await blindly(box.look({ path: 'outbox' }), /outbox is not there/, 'error');
  await blindly(box.look({ path: 'outbox/*.eml' }), /is not there/, 'error');
  await blindly(box.look({ path: 'guest.mbox' }), /guest\.mbox is not there/, 'error');
  await box.put('mail.txt', 'hello');
  await blindly(box.look(), /holds 1 files, and none ends in \.eml/, 'wrong-answer');
  assert.equal((await box.look({ path: '*.eml' })).whole, true);
});

test('a folder or a mail without permission is blind or proves nothing', {
  skip: asRoot && 'root may read everything',
}, async (t) => {
  const box = await boxOf(t);
  await mkdir(join(box.dir, 'closed'), { mode: 0o000 });
  await blindly(box.look({ path: 'closed' }), /cannot be read \(EACCES\)/, 'permission');
  await box.put('1.eml', confirmation);
  await chmod(join(box.dir, '1.eml'), 0o000);
  const { whole, searched } = await box.look();
  assert.equal(whole, false);
  assert.match(searched, /1\.eml cannot be read/);
});

for (const [what, text] of [
  ['has no end to its headers', 'From: a@mail.example\r\nSubject: hel'],
  ['is empty', ''],
  ['lacks its last boundary', confirmation.slice(0, confirmation.indexOf('--=_b--'))],
  ['is cut in the middle of a part', confirmation.slice(0, confirmation.indexOf('7f3kq9'))],
  ['ends within its base64', plain('aGVsbG8gd29ybG', 'Content-Transfer-Encoding: base64')],
  ['has parts and no boundary', plain('x', 'Content-Type: multipart/mixed')],
] as const) {
  test(`a mail that ${what} is not taken for a record, and nothing is proved beside it`, async (t) => {
    const box = await boxOf(t);
    await box.put('1.eml', text);
    const reading = await box.look();
    assert.deepEqual([reading.candidates.length, reading.whole], [0, false]);
    assert.match(reading.searched, /1\.eml/);
  });
}

test('a mail that was half written is read once it is whole', async (t) => {
  const box = await boxOf(t);
  await box.put('1.eml', confirmation.slice(0, 400));
  assert.equal((await box.look()).whole, false);
  await box.put('1.eml', confirmation);
  const { candidates, whole } = await box.look();
  assert.deepEqual([candidates.length, whole], [1, true]);
});

test('mails that are older than the send are not read, and files that are being written are passed over', async (t) => {
  const box = await boxOf(t);
  await box.put('old.eml', plain('old'));
  const hourAgo = new Date(Date.now() - 3_600_000);
  await utimes(join(box.dir, 'old.eml'), hourAgo, hourAgo);
  await box.put('.new.eml.tmp', 'half');
  await box.put('.new.eml', 'half');
  const now = await box.look();
  assert.deepEqual([now.candidates.length, now.whole], [0, true]);
  assert.equal((await box.look({}, hourAgo)).candidates.length, 1);
});

test('the newest mails are read; where there are more, an absence proves nothing', async (t) => {
  const box = await boxOf(t);
  for (let n = 1; n <= 5; n += 1) {
    await box.put(`${n}.eml`, lines(`Subject: mail ${n}`, '', ''));
    const at = new Date(Date.now() - 10_000 + n * 1_000);
    await utimes(join(box.dir, `${n}.eml`), at, at);
  }
  const few = await box.look({ limit: 2 });
  assert.deepEqual([subjects(few), few.whole], [['mail 4', 'mail 5'], false]);
  assert.match(few.searched, /only the newest 2 mails were read/);
  const all = await box.look({ limit: 5 });
  assert.deepEqual([all.candidates.length, all.whole], [5, true]);
});

test('a mail over 8 MB is not read, and said so', async (t) => {
  const box = await boxOf(t);
  await box.put('big.eml', plain('x'.repeat(8 * 1024 * 1024)));
  await box.put('1.eml', plain('x'));
  const { candidates, whole, searched } = await box.look();
  assert.deepEqual([candidates.length, whole], [1, false]);
  assert.match(searched, /big\.eml is larger than 8 MB/);
});

test('a maildir is read in new and cur, and a mail that moves between them is one mail', async (t) => {
  const box = await boxOf(t);
  for (const folder of ['new', 'cur', 'tmp']) await mkdir(join(box.dir, folder));
  await writeFile(join(box.dir, 'tmp', '3.host'), plain('half'));
  await writeFile(join(box.dir, 'new', '1.host'), lines('Subject: fresh', '', ''));
  await writeFile(join(box.dir, 'cur', '2.host:2,S'), lines('Subject: seen', '', ''));
  assert.deepEqual(subjects(await box.look()).toSorted(), ['fresh', 'seen']);
  await writeFile(join(box.dir, 'cur', '1.host:2,'), lines('Subject: fresh', '', ''));
  assert.equal((await box.look()).candidates.length, 2);
  await rename(join(box.dir, 'new', '1.host'), join(box.dir, 'cur', '1.host:2,'));
  assert.equal((await box.look()).candidates.length, 2);
});

test('an mbox is cut into its mails; a quoted From is text again', async (t) => {
  const box = await boxOf(t);
  const one = lines(
    'From a@x Mon Jan  5 12:00:00 2026',
    'Subject: one',
    '',
    '>From here on',
    '>>From there',
    'no From ',
    '',
    '',
  );
  const two = 'From b@x Mon Jan  5 12:00:01 2026\nSubject: two\n\nA line\nFrom within, behind no empty line\n\n';
  await box.put('guest', one + two);
  const reading = await box.look({ path: 'guest' });
  assert.deepEqual([subjects(reading), reading.whole], [['one', 'two'], true]);
  assert.equal(value(reading.candidates[0], 'text'), 'From here on\n>From there\nno From \n\n');
  assert.equal(reading.candidates[1]?.source, 'guest, mail 2');
  assert.match(value(reading.candidates[1], 'text') ?? '', /From within/);
  const last = await box.look({ path: 'guest', limit: 1 });
  assert.deepEqual([subjects(last), last.whole], [['two'], false]);
});

test('of an mbox that is longer than what is read, a last mail from before the send proves what lies behind it', async (t) => {
  const box = await boxOf(t);
  const mail = (n: number, date: string): string =>
    `From a@x Mon Jan  5 12:00:00 2026\nSubject: ${n}\nDate: ${date}\n\nx\n\n`;
  await box.put('old', mail(1, 'Mon, 05 Jan 2026 12:00:00 +0000') + mail(2, 'Mon, 05 Jan 2026 13:00:00 +0000'));
  assert.equal((await box.look({ path: 'old', limit: 1 })).whole, true);
  await box.put('new', mail(1, new Date().toUTCString()) + mail(2, new Date().toUTCString()));
  assert.equal((await box.look({ path: 'new', limit: 1 })).whole, false);
});

test('a mail that did not change is not read again, and one that did is', async (t) => {
  const box = await boxOf(t);
  await box.put('1.eml', lines('Subject: one', '', ''));
  const first = await box.look();
  const second = await box.look();
  assert.ok(first.cost.bytes > 0);
  assert.equal(second.cost.bytes, 0);
  assert.equal(second.candidates[0], first.candidates[0]);
  await writeFile(join(box.dir, 'next'), lines('Subject: two', '', ''));
  await rename(join(box.dir, 'next'), join(box.dir, '1.eml'));
  assert.deepEqual(subjects(await box.look()), ['two']);
});

test('ten looks change nothing: no flags, no names, no bytes, no times', async (t) => {
  const box = await boxOf(t);
  for (const folder of ['new', 'cur', 'tmp']) await mkdir(join(box.dir, folder));
  await writeFile(join(box.dir, 'new', '1.host'), confirmation);
  await writeFile(join(box.dir, 'cur', '2.host:2,'), confirmation);
  await box.put('guest', `From a@x Mon Jan  5 12:00:00 2026\n${confirmation}`);
  const before = await stateOf(box.dir);
  for (let n = 0; n < 10; n += 1) {
    await box.look();
    await box.look({ path: 'guest' });
    await box.look({ path: 'new/*' });
  }
  assert.deepEqual(await stateOf(box.dir), before);
});

test('a mail that is moved or deleted while others are read is looked for again', async (t) => {
  const box = await boxOf(t);
  await mkdir(join(box.dir, 'new'));
  await mkdir(join(box.dir, 'cur'));
  const place = (name: string): string => join(box.dir, name);
  for (const name of ['1.host', '2.host', '3.host']) await writeFile(place(`new/${name}`), confirmation);
  const { signal } = new AbortController();
  let asked = 0;
  // Asked before the folder is listed, and before each mail.
  signal.throwIfAborted = () => {
    asked += 1;
    if (asked !== 2) return;
    for (const name of ['1.host', '2.host', '3.host']) renameSync(place(`new/${name}`), place(`cur/${name}:2,`));
    rmSync(place('cur/3.host:2,'));
  };
  const { candidates, whole, searched } = await box.look({}, new Date(), signal);
  assert.deepEqual([candidates.length, whole], [2, true], searched);
});

test('a file that cannot be reached proves nothing, and the others are read', async (t) => {
  const box = await boxOf(t);
  await symlink('2.eml', join(box.dir, '2.eml'));
  await box.put('1.eml', confirmation);
  const { candidates, whole, searched } = await box.look();
  assert.deepEqual([candidates.length, whole], [1, false]);
  assert.match(searched, /2\.eml cannot be read/);
});

test('what has the name of a mail and is no file is told, and never waited for', { timeout: 10_000 }, async (t) => {
  const box = await boxOf(t);
  assert.equal(spawnSync('mkfifo', [join(box.dir, 'pipe.eml')]).status, 0);
  await mkdir(join(box.dir, 'folder.eml'));
  await mkdir(join(box.dir, 'archive'));
  await symlink('nowhere', join(box.dir, 'link.eml'));
  await box.put('1.eml', confirmation);
  for (const path of ['.', '*']) {
    const { candidates, whole, searched } = await box.look({ path });
    assert.deepEqual([candidates.length, whole], [1, false]);
    assert.match(searched, /pipe\.eml is no file but a pipe/);
    assert.match(searched, /folder\.eml is a folder/);
    assert.match(searched, /link\.eml is a link to a file that is not there/);
  }
  await blindly(box.look({ path: 'pipe.eml' }), /pipe\.eml is no file but a pipe/, 'wrong-answer');
});

test('an aborted look ends', async (t) => {
  const box = await boxOf(t);
  await box.put('1.eml', confirmation);
  const stopped = lookContext({ signal: AbortSignal.abort(new Error('enough')) });
  const probe = await mail.open?.({}, testHost({ baseDir: box.dir }));
  await assert.rejects(async () => probe?.read({ path: '.' }, stopped), /enough/);
});

test('the options refuse what they cannot mean', () => {
  const wrong = [{}, { path: '' }, { path: 'x', limit: 0 }, { path: 'x', limit: 2.5 }, { path: 'x', folder: 'y' }];
  for (const one of wrong) assert.equal(v.safeParse(mailOptions, one).success, false, JSON.stringify(one));
});
