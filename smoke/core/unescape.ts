// Undoes the escapes that write a text inside another text: backslashes (JSON, PHP), percent signs, HTML entities.

import { entities, longestEntity } from './entities.ts';

/** Kinds of escape, to be combined with `|`. `plus`: a plus sign stands for a space, as in HTML forms. */
export const escapes = { json: 1, url: 2, html: 4, plus: 8 } as const;

export type EscapeName = 'json' | 'url' | 'html';

const backslash = 0x5c;
const percent = 0x25;
const ampersand = 0x26;
const plusSign = 0x2b;

/** What one escape stands for, packed into a number to spare an object for each: consumed × 2²¹ + code point; 0 for none. */
const shift = 0x20_0000;

/**
 * The text with the escapes of these kinds undone once, or undefined where it has none. A percent escape gives
 * the byte as a character (U+00C3 for `%C3`): whoever looks for letters beyond ASCII searches for their UTF-8 too.
 * Linear in time, whatever the text.
 */
export function unescapeText(text: string, kinds: number): string | undefined {
  if (!mayHave(text, kinds)) return undefined;
  const out = new Uint16Array(text.length);
  let length = 0;
  let seen = 0;
  let changed = false;
  for (let at = 0; at < text.length; ) {
    const code = text.charCodeAt(at);
    const read = isEscape(code) ? readEscape(text, at, code, kinds) : 0;
    if (read === 0) {
      out[length++] = code;
      seen |= code;
      at += 1;
      continue;
    }
    changed = true;
    at += Math.floor(read / shift);
    const point = read % shift;
    seen |= point;
    if (point > 0xffff) {
      out[length++] = 0xd800 + ((point - 0x1_0000) >> 10);
      out[length++] = 0xdc00 + ((point - 0x1_0000) & 0x3ff);
    } else {
      out[length++] = point;
    }
  }
  if (!changed) return undefined;
  const units = out.subarray(0, length);
  return seen <= 0xff
    ? Buffer.from(units).toString('latin1')
    : Buffer.from(units.buffer, units.byteOffset, units.byteLength).toString('utf16le');
}

/** Where the stretch from `from` to `to` of the unescaped text stood in the escaped one, and which kinds were undone in it. */
export function traceEscapes(
  text: string,
  kinds: number,
  from: number,
  to: number,
): { start: number; end: number; names: readonly EscapeName[] } {
  const names = new Set<EscapeName>();
  let start = 0;
  let at = 0;
  for (let length = 0; at < text.length && length < to; ) {
    if (length <= from) start = at;
    const code = text.charCodeAt(at);
    const read = isEscape(code) ? readEscape(text, at, code, kinds) : 0;
    if (read !== 0 && length >= from) names.add(nameOf(code));
    at += read === 0 ? 1 : Math.floor(read / shift);
    length += read % shift > 0xffff ? 2 : 1;
  }
  return { start, end: at, names: [...names] };
}

function mayHave(text: string, kinds: number): boolean {
  return (
    ((kinds & escapes.json) !== 0 && text.includes('\\')) ||
    ((kinds & escapes.url) !== 0 && text.includes('%')) ||
    ((kinds & escapes.html) !== 0 && text.includes('&')) ||
    ((kinds & escapes.plus) !== 0 && text.includes('+'))
  );
}

function isEscape(code: number): boolean {
  return code === backslash || code === percent || code === ampersand || code === plusSign;
}

function nameOf(code: number): EscapeName {
  if (code === backslash) return 'json';
  return code === ampersand ? 'html' : 'url';
}

function readEscape(text: string, at: number, code: number, kinds: number): number {
  if (code === backslash) return (kinds & escapes.json) === 0 ? 0 : readBackslash(text, at);
  if (code === ampersand) return (kinds & escapes.html) === 0 ? 0 : readEntity(text, at);
  if (code === plusSign) return (kinds & escapes.plus) === 0 ? 0 : shift + 0x20;
  if ((kinds & escapes.url) === 0) return 0;
  const byte = readHex(text, at + 1, 2);
  return byte === -1 ? 0 : 3 * shift + byte;
}

/** JSON's escapes, and `\'`, `\xHH`, `\u{…}` of PHP, JavaScript and Python. */
function readBackslash(text: string, at: number): number {
  const simple = simpleEscapes.get(text.charCodeAt(at + 1));
  if (simple !== undefined) return 2 * shift + simple;
  if (text[at + 1] === 'x') {
    const byte = readHex(text, at + 2, 2);
    return byte === -1 ? 0 : 4 * shift + byte;
  }
  if (text[at + 1] !== 'u') return 0;
  if (text[at + 2] !== '{') {
    const unit = readHex(text, at + 2, 4);
    return unit === -1 ? 0 : 6 * shift + unit;
  }
  const close = closing(text, at + 3, 0x7d, 6);
  const point = close === -1 ? -1 : readHex(text, at + 3, close - at - 3);
  return point === -1 || point > 0x10_ffff ? 0 : (close - at + 1) * shift + point;
}

const simpleEscapes: ReadonlyMap<number, number> = new Map(
  Object.entries({ '"': '"', "'": "'", '\\': '\\', '/': '/', b: '\b', f: '\f', n: '\n', r: '\r', t: '\t' }).map(
    ([letter, meaning]) => [letter.charCodeAt(0), meaning.charCodeAt(0)],
  ),
);

function readEntity(text: string, at: number): number {
  const close = closing(text, at + 1, 0x3b, Math.max(longestEntity, 10));
  if (close === -1) return 0;
  const taken = (close - at + 1) * shift;
  if (text[at + 1] !== '#') {
    const named = entities.get(text.slice(at + 1, close));
    return named === undefined ? 0 : taken + named;
  }
  const hex = text[at + 2] === 'x' || text[at + 2] === 'X';
  const point = hex ? readHex(text, at + 3, close - at - 3) : readDecimal(text, at + 2, close);
  return point === -1 || point > 0x10_ffff ? 0 : taken + point;
}

/** Position of the closing character, at most `most` characters of letters, digits or # further on; else -1. */
function closing(text: string, from: number, wanted: number, most: number): number {
  for (let at = from; at <= from + most && at < text.length; at += 1) {
    const code = text.charCodeAt(at);
    if (code === wanted) return at === from ? -1 : at;
    const fits =
      (code >= 48 && code <= 57) || (code >= 65 && code <= 90) || (code >= 97 && code <= 122) || code === 0x23;
    if (!fits) return -1;
  }
  return -1;
}

function readHex(text: string, from: number, digits: number): number {
  if (digits === 0 || digits > 8) return -1;
  let value = 0;
  for (let at = from; at < from + digits; at += 1) {
    const digit = hexDigit(text.charCodeAt(at));
    if (digit === -1) return -1;
    value = value * 16 + digit;
  }
  return value;
}

function readDecimal(text: string, from: number, to: number): number {
  if (to === from || to - from > 8) return -1;
  let value = 0;
  for (let at = from; at < to; at += 1) {
    const digit = text.charCodeAt(at) - 48;
    if (digit < 0 || digit > 9) return -1;
    value = value * 10 + digit;
  }
  return value;
}

/** Value of a hex digit's character code, or -1. */
export function hexDigit(code: number): number {
  if (code >= 48 && code <= 57) return code - 48;
  if (code >= 97 && code <= 102) return code - 87;
  return code >= 65 && code <= 70 ? code - 55 : -1;
}
