// Escapes values for the place they are put into: a URL, or the text of an XML document.

import { TemplateError } from './scope.ts';

/**
 * A value behind other text of a URL. `before` is the text so far, `after` the literal text that follows.
 * In the authority (`http://HOST:PORT`) `:`, `[` and `]` stay, unless the value belongs to `user:password@`.
 * Throws TemplateError for `.` and `..` as a whole segment: no encoding keeps a URL parser from following them.
 */
export function escapeForUrl(value: string, before: string, after: string): string {
  if (/^\.{1,2}$/.test(value) && /\/$/.test(before) && /^(?:[/?#]|$)/.test(after)) {
    throw new TemplateError(`'${value}' as a part of a path would lead to another address`);
  }
  const encoded = encodeURIComponent(value.toWellFormed());
  const inAuthority = /^[a-z][a-z0-9+.-]{0,31}:\/\/[^/?#]*$/i.test(before);
  if (!inAuthority || /^[^/?#]*@/.test(after)) return encoded;
  return encoded.replaceAll('%3A', ':').replaceAll('%5B', '[').replaceAll('%5D', ']');
}

/** Markup characters become entities; characters that XML 1.0 cannot hold (https://www.w3.org/TR/xml/#charsets) become U+FFFD. */
export function escapeForXml(value: string): string {
  return value
    .toWellFormed()
    .replaceAll(/[\0-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]/g, '\ufffd')
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;')
    .replaceAll("'", '&apos;')
    .replaceAll('\r', '&#13;');
}
