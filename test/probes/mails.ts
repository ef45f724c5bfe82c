// Mails as programs write them, for the tests of the `mail` probe.

import { lstat, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TestContext } from 'node:test';
import type { Reading } from '../../smoke/core/look.ts';
import { mail } from '../../smoke/probes/mail/mail.ts';
import type { MailOptions } from '../../smoke/probes/mail/mail-options.ts';
import type { Probe } from '../../smoke/probes/plugin.ts';
import { lookContext, testHost } from '../host.ts';

export type Box = {
  dir: string;
  put(name: string, text: string | Buffer): Promise<void>;
  /** Looks with a probe that stays open for the test. */
  look(options?: Partial<MailOptions>, since?: Date, signal?: AbortSignal): Promise<Reading>;
};

export async function boxOf(t: TestContext): Promise<Box> {
  const dir = await mkdtemp(join(tmpdir(), 'smoketrail-mail-'));
  const probe = (await mail.open?.({}, testHost({ baseDir: dir }))) as Probe<MailOptions>;
  t.after(async () => {
    await probe.close?.();
    await rm(dir, { recursive: true, force: true });
  });
  return {
    dir,
    put: (name, text) => writeFile(join(dir, name), text),
    look: (options = {}, since = new Date(), signal = new AbortController().signal) =>
      probe.read({ path: '.', ...options }, lookContext({ since, signal })),
  };
}

export const marker = 'smk-t4n2xw7f3kq9tz2m';

/** With CRLF, as mail has it. */
export function lines(...all: readonly string[]): string {
  return all.join('\r\n');
}

/** Text as quoted-printable with a soft break in the marker, HTML as base64, words of RFC 2047 in the subject. */
export const confirmation: string = lines(
  'From: =?iso-8859-1?Q?H=F4tel_Aurora?= <reservations@hotel.example>',
  'To: =?utf-8?B?Wm/Dqw==?= <zoe@mail.example>, Second <b@mail.example>',
  'Subject: =?utf-8?Q?R=C3=A9servation_8841?=',
  ' =?utf-8?Q?_confirm=C3=A9e?=',
  'Date: Mon, 05 Jan 2026 12:00:00 +0100',
  'Message-ID: <8841@hotel.example>',
  'X-Booking: 8841',
  'X-Hop: one',
  'X-Hop: two',
  'MIME-Version: 1.0',
  'Content-Type: multipart/alternative; boundary="=_b"',
  '',
  'Preamble',
  '--=_b',
  'Content-Type: text/plain; charset=utf-8',
  'Content-Transfer-Encoding: quoted-printable',
  '',
  'Zo=C3=AB arrives late & needs <parking>, =C3=A0 bient=C3=B4t. smk-t4n2xw=',
  '7f3kq9tz2m Gr=C3=BC=C3=9Fe',
  '--=_b',
  'Content-Type: text/html; charset=utf-8',
  'Content-Transfer-Encoding: base64',
  '',
  Buffer.from(`<style>p{}</style><p>Zoë &amp; needs &lt;parking&gt;.<br>${marker}</p>`).toString('base64'),
  '--=_b--',
  '',
);

export function plain(body: string, ...headers: readonly string[]): string {
  return lines('From: a@mail.example', 'Subject: hello', ...headers, '', body, '');
}

/** A mail that is nothing but an attachment of that name. */
export function withAttachment(filename: string): string {
  return lines(
    'Content-Type: multipart/mixed; boundary=b',
    '',
    '--b',
    `Content-Disposition: attachment; filename="${filename}"`,
    'Content-Type: application/pdf',
    '',
    'x',
    '--b--',
    '',
  );
}

/** Everything that a look could change, but for access times. */
export async function stateOf(dir: string): Promise<string[]> {
  const found: string[] = [];
  for (const entry of await readdir(dir, { recursive: true, withFileTypes: true })) {
    const path = join(entry.parentPath, entry.name);
    const { mtimeMs, ctimeMs, mode, size } = await lstat(path);
    const text = entry.isFile() ? await readFile(path, 'latin1') : '';
    found.push(`${path} ${mtimeMs} ${ctimeMs} ${mode} ${size} ${text}`);
  }
  return found.sort();
}
