// Turns the bytes of an answer into text, in the encoding the answer names.

/** A byte that does not fit the encoding becomes U+FFFD: a marker beside it is still found. */
export function textOf(body: Uint8Array, contentType: string | undefined): string {
  const label = byteOrderMark(body) ?? charsetIn(contentType) ?? declaredIn(body, contentType) ?? 'utf-8';
  return new TextDecoder(isKnown(label) ? label : 'utf-8').decode(body);
}

function isKnown(label: string): boolean {
  try {
    return new TextDecoder(label).encoding !== '';
  } catch {
    // A label nobody knows: UTF-8 is the likeliest, and what it cannot read shows as U+FFFD.
    return false;
  }
}

function byteOrderMark(body: Uint8Array): string | undefined {
  const [first, second, third] = body;
  if (first === 0xef && second === 0xbb && third === 0xbf) return 'utf-8';
  if (first === 0xff && second === 0xfe) return 'utf-16le';
  if (first === 0xfe && second === 0xff) return 'utf-16be';
  return undefined;
}

function charsetIn(contentType: string | undefined): string | undefined {
  return /;\s*charset\s*=\s*["']?([\w.:-]{1,40})/i.exec((contentType ?? '').slice(0, 512))?.[1];
}

/** XML and HTML may name their encoding in their first line or in a `meta` element. */
function declaredIn(body: Uint8Array, contentType: string | undefined): string | undefined {
  if (!/xml|html/i.test(contentType ?? 'xml')) return undefined;
  const head = new TextDecoder('latin1').decode(body.subarray(0, 1024));
  const declared = /^\s*<\?xml[^>]{0,200}?\sencoding\s*=\s*["']([\w.:-]{1,40})/i.exec(head)?.[1];
  const meta = /<meta[^>]{0,200}?charset\s*=\s*["']?([\w.:-]{1,40})/i.exec(head)?.[1];
  const label = declared ?? meta;
  // It was read byte by byte, so it cannot be one of the two-byte encodings it may claim.
  return label !== undefined && /^utf-?16/i.test(label) ? 'utf-8' : label;
}
