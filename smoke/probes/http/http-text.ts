// Turns the bytes of an answer into text, in the encoding the answer names.

/** A byte that does not fit the encoding becomes U+FFFD: a marker beside it is still found. */
export function textOf(body: Uint8Array, contentType: string | undefined): string {
  // JSON is UTF-8 whatever a charset beside it says (RFC 8259, sections 8.1 and 11).
  const named = /[/+]json\b/i.test(contentType ?? '') ? undefined : charsetIn(contentType);
  const label = byteOrderMark(body) ?? named ?? declaredIn(body, contentType);
  if (label === undefined && /html/i.test(contentType ?? '')) return asBrowsersDo(body);
  return new TextDecoder(label !== undefined && isKnown(label) ? label : 'utf-8').decode(body);
}

/** HTML that names no encoding: UTF-8 where it can be that, else what browsers fall back to. */
function asBrowsersDo(body: Uint8Array): string {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(body);
  } catch {
    // A page in an old encoding: decoded as UTF-8, every accent would look damaged.
    return new TextDecoder('windows-1252').decode(body);
  }
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
