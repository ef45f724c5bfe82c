// Mails that nobody can look into without a key, a program of their own or their other parts.

import type { Email } from 'postal-mime';

const types: readonly (readonly [type: RegExp, why: string])[] = [
  [/^(?:multipart\/encrypted|application\/pgp-encrypted)\b/i, 'is encrypted (PGP)'],
  [/^application\/(?:x-)?pkcs7-mime\b/i, 'is encrypted or sealed (S/MIME)'],
  [/^message\/partial\b/i, 'is one part of a mail that was sent in several'],
];
const tnef = /^application\/(?:vnd\.)?ms-tnef\b/i;

/** Why what a mail holds cannot be told, though it came whole. */
export function whyClosed({ headers, attachments, text = '', html = '' }: Email): string | undefined {
  const own = headers.find(({ key }) => key === 'content-type')?.value.trim() ?? '';
  const all = [own, ...attachments.map(({ mimeType }) => mimeType)];
  const known = types.find(([type]) => all.some((one) => type.test(one)));
  if (known !== undefined) return known[1];
  if (/^-----BEGIN PGP MESSAGE-----/m.test(text)) return 'is encrypted (PGP)';
  // Beside a text it holds attachments and how the text looks.
  const isBare = text.trim() === '' && html.trim() === '';
  return isBare && all.some((one) => tnef.test(one)) ? "is in Outlook's own format (TNEF)" : undefined;
}
