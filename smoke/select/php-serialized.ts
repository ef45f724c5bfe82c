// Reads PHP's serialize() format as data: arrays and object properties, never a class. Format: https://www.php.net/serialize
// and, for the details, ext/standard/var_unserializer.re in the PHP source. Lengths count bytes.

import { DEPTH_CAP, type Json, noteDigits } from './json-text.ts';

/** `number` is how the number read last was written. */
type Cursor = { bytes: Buffer; at: number; number: string };

/** True where a text is worth trying: an array, an object, an enum or a custom-serialized object. */
export function looksSerialized(text: string): boolean {
  return /^[aOCE]:\d+:/.test(text);
}

/** The value, or undefined where the text is not exactly one serialized value. */
export function parsePhp(text: string): Json | undefined {
  const cursor = { bytes: Buffer.from(text, 'utf8'), at: 0, number: '' };
  const value = readValue(cursor, 0);
  return cursor.at === cursor.bytes.length ? value : undefined;
}

function readValue(cursor: Cursor, depth: number): Json | undefined {
  if (depth > DEPTH_CAP) return undefined;
  const type = take(cursor, 1);
  if (type === 'N') return take(cursor, 1) === ';' ? null : undefined;
  if (take(cursor, 1) !== ':') return undefined;
  switch (type) {
    case 'i':
    case 'd':
      return readNumber(cursor);
    case 'b':
      return until(cursor, ';') === '1';
    case 's':
      return readString(cursor, ';');
    case 'E':
      return readString(cursor, ';');
    case 'r':
    case 'R':
      // A reference to a value that stands elsewhere in the same text, where it is searched.
      return until(cursor, ';') === undefined ? undefined : null;
    case 'a':
      return readMembers(cursor, depth, true);
    case 'O':
      return readString(cursor, ':') === undefined ? undefined : readMembers(cursor, depth, false);
    case 'C':
      return readString(cursor, ':') === undefined ? undefined : readBlock(cursor);
    default:
      return undefined;
  }
}

function readNumber(cursor: Cursor): Json | undefined {
  const source = until(cursor, ';');
  if (source === undefined || !/^-?\d+(\.\d+)?([eE][+-]?\d+)?$/.test(source)) {
    return source !== undefined && /^-?(INF|NAN)$/.test(source) ? source : undefined;
  }
  cursor.number = source;
  return Number(source);
}

/** `5:"hello"` and the character that ends it. */
function readString(cursor: Cursor, end: string): string | undefined {
  const length = readLength(cursor);
  if (length === undefined || take(cursor, 1) !== '"') return undefined;
  const text = take(cursor, length);
  return take(cursor, 2) === `"${end}` ? text : undefined;
}

/** `12:{…}` of a class that serializes itself: its own text, whatever it means. */
function readBlock(cursor: Cursor): string | undefined {
  const length = readLength(cursor);
  if (length === undefined || take(cursor, 1) !== '{') return undefined;
  const text = take(cursor, length);
  return take(cursor, 1) === '}' ? text : undefined;
}

function readMembers(cursor: Cursor, depth: number, array: boolean): Json | undefined {
  const count = readLength(cursor);
  if (count === undefined || take(cursor, 1) !== '{') return undefined;
  const entries: { name: string; value: Json; number: string }[] = [];
  let list = array;
  for (let index = 0; index < count; index++) {
    const key = readValue(cursor, depth + 1);
    if (typeof key !== 'string' && typeof key !== 'number') return undefined;
    list &&= key === index;
    const value = readValue(cursor, depth + 1);
    if (value === undefined) return undefined;
    entries.push({ name: propertyName(String(key)), value, number: cursor.number });
  }
  if (take(cursor, 1) !== '}') return undefined;
  const made: Json = list
    ? entries.map(({ value }) => value)
    : Object.fromEntries(entries.map(({ name, value }) => [name, value]));
  for (const [index, { name, value, number }] of entries.entries()) {
    if (typeof value === 'number') noteDigits(made, list ? String(index) : name, value, number);
  }
  return made;
}

/** Private and protected properties are written as NUL, class or `*`, NUL, name. */
function propertyName(key: string): string {
  return key.startsWith('\0') ? key.slice(key.indexOf('\0', 1) + 1) : key;
}

function readLength(cursor: Cursor): number | undefined {
  const text = until(cursor, ':');
  return text !== undefined && /^\d{1,9}$/.test(text) ? Number(text) : undefined;
}

function take(cursor: Cursor, length: number): string | undefined {
  const end = cursor.at + length;
  if (end > cursor.bytes.length) return undefined;
  const text = cursor.bytes.toString('utf8', cursor.at, end);
  cursor.at = end;
  return text;
}

/** The text up to a character, at most 40 bytes on: numbers and lengths are short. */
function until(cursor: Cursor, end: string): string | undefined {
  const at = cursor.bytes.indexOf(end, cursor.at, 'latin1');
  if (at === -1 || at - cursor.at > 40) return undefined;
  const text = cursor.bytes.toString('latin1', cursor.at, at);
  cursor.at = at + 1;
  return text;
}
