// One mail as a record: MIME words, quoted-printable, base64 and charsets decoded, so that selectors see what a guest sees.

import type { Address, Email } from 'postal-mime';
import type { Aside, Candidate } from '../../core/look.ts';
import { textOf } from '../../core/text-of.ts';
import { readableText } from '../../select/markup-body.ts';
import { rowCandidate } from '../../select/row.ts';
import { whyClosed } from './mail-closed.ts';
import { quotedIn, returned } from './mail-quoted.ts';
import { ownWordsOf } from './mail-reply.ts';

/** `torn`: why it cannot be told what it holds; half of it may be missing. */
export type Mail = { candidate: Candidate; date: number; asides: readonly Aside[] } | { torn: string };

/** What a guest sees of a mail. Its other headers are found by selectors alone. */
const seen = ['subject', 'text', 'html', 'attachments'];

/** Bytes. */
export const largestMail: number = 8 * 1024 * 1024;

/** Of a mail of ordinary lines in 8 MB there are some 110,000; a parser needs memory for each. */
const mostLines = 150_000;
/** Lines that may be boundaries between parts. */
const mostBoundaries = 1_000;
const limits = { maxNestingDepth: 32, maxHeadersSize: 512 * 1024, maxRfc822NestingDepth: 4 };
// A mail within a mail is another one.
const options = { ...limits, forceRfc822Attachments: true };

export async function mailOf(bytes: Buffer, source: string, mask: (text: string) => string): Promise<Mail> {
  if (bytes.length === 0) return { torn: `${source} is empty` };
  const many = tooMany(bytes);
  if (many !== undefined) return { torn: `${source} cannot be read as a mail: it has more than ${many}` };
  const { default: PostalMime, decodeWords } = await import('postal-mime');
  try {
    const email = await PostalMime.parse(bytes, options);
    const torn = tornIn(bytes, email);
    if (torn !== undefined) return { torn: `${source} is not whole: ${torn}` };
    const html = email.html === undefined ? { shown: '', hidden: '' } : await readableText(email.html);
    const headers = headersOf(email, decodeWords);
    const row = {
      subject: email.subject ?? '',
      from: addresses(email.from === undefined ? [] : [email.from]),
      to: addresses(email.to),
      cc: addresses(email.cc),
      date: email.date ?? '',
      'message-id': email.messageId ?? '',
      text: email.text ?? '',
      html: html.shown,
      attachments: email.attachments.map(({ filename, mimeType }) => filename ?? mimeType),
      headers,
    };
    const at = email.date === undefined ? {} : { at: email.date };
    const date = Date.parse(email.date ?? '');
    const isReturned = returned(email) !== undefined;
    const says = isReturned ? [] : seen;
    const why = isReturned ? undefined : whyClosed(email);
    const closed = why === undefined ? {} : { closed: `${source} ${why}: nobody can look into it` };
    const quoted = await quotedIn(email, { source, mask, parse: (part) => PostalMime.parse(part, options) });
    // A preheader is shown in a list of mails, and a style sheet may show what an element hides.
    const unshown = { text: html.hidden, says: `${source} holds the marker where it does not show it`, doubtful: true };
    const own = isReturned ? undefined : await ownWordsOf(email);
    const repeated = {
      text: [row.text, row.html].join('\n'),
      says: `${source} is a reply that holds the marker in what it quotes alone`,
      doubtful: true,
    };
    const asides = [
      ...(quoted === undefined ? [] : [quoted]),
      ...(isReturned || html.hidden === '' ? [] : [unshown]),
      ...(own === undefined ? [] : [repeated]),
    ];
    const candidate = await rowCandidate({ row, source, says, headers, ...at });
    // A selector that names a column gets all of it.
    const { text, leaves } =
      own === undefined ? candidate : await rowCandidate({ row: { ...row, ...own }, source, says });
    return { candidate: { ...candidate, text, leaves, ...closed }, date, asides };
  } catch (error) {
    return { torn: `${source} cannot be read as a mail: ${textOf(error)}` };
  }
}

function tooMany(bytes: Buffer): string | undefined {
  let lines = 0;
  let boundaries = 0;
  for (let at = 0; at < bytes.length; at = bytes.indexOf(10, at) + 1) {
    if (lines > 0 && at === 0) break;
    lines += 1;
    if (bytes[at] === 45 && bytes[at + 1] === 45) boundaries += 1;
    if (lines > mostLines) return `${mostLines} lines`;
    if (boundaries > mostBoundaries) return `${mostBoundaries} lines that may part it`;
  }
  return undefined;
}

/** What shows that a mail is still being written, or was cut off. A plain text may end anywhere. */
function tornIn(bytes: Buffer, { headers }: Email): string | undefined {
  const start = bytes.indexOf('\n\n');
  const windows = bytes.indexOf('\r\n\r\n');
  if (start < 0 && windows < 0) return 'its headers do not end';
  const value = (name: string): string => headers.find(({ key }) => key === name)?.value ?? '';
  const type = value('content-type');
  if (/^\s*multipart\//i.test(type)) {
    const [, quoted, plain] = /\bboundary\s*=\s*(?:"([^"]+)"|([^\s;]+))/i.exec(type) ?? [];
    const boundary = quoted ?? plain;
    if (boundary === undefined) return 'it has parts, and no boundary between them';
    return bytes.includes(`--${boundary}--`) ? undefined : 'its last boundary is missing';
  }
  if (!/^\s*base64\s*$/i.test(value('content-transfer-encoding'))) return undefined;
  const body = bytes.subarray(start < 0 || (windows >= 0 && windows < start) ? windows : start).toString('latin1');
  return body.replace(/[^A-Za-z0-9+/=]/g, '').length % 4 === 0 ? undefined : 'its base64 ends too early';
}

/** Lower-case name → decoded value, or all values of one that stands there several times. */
function headersOf({ headers }: Email, decode: (text: string) => string): Record<string, string | string[]> {
  const byName = Map.groupBy(headers, ({ key }) => key);
  return Object.fromEntries(
    [...byName].map(([name, all]) => {
      const values = all.map(({ value }) => decode(value));
      return [name, values.length === 1 ? (values[0] ?? '') : values];
    }),
  );
}

/** The addresses alone: names are in the headers. */
function addresses(all: readonly Address[] = []): string {
  return all
    .flatMap((one) => one.group ?? [one])
    .map(({ address }) => address)
    .join(', ');
}
