// JSON that keeps the source's digits: parsing, and writing values back as the text they came from.

import { Blind } from '../probes/plugin.ts';

export type Json = null | boolean | number | string | Json[] | { [key: string]: Json };

/** Levels of arrays and objects read; deeper than any record is, and far from the end of the stack. */
export const DEPTH_CAP = 200;

/** Values in one document: eight megabytes of nothing but commas would fill gigabytes once they are read. */
const VALUE_CAP = 300_000;

/** A piece of the text in V8's message: cut where it likes, it may be a part of a secret that nobody could tell any more. */
const quotedPiece = /, (?:\.{3}"[\s\S]*"(?:\.{3})?|"[\s\S]*"\.{3}) is not valid JSON$/;

/** Container → key → digits, where JavaScript's number would print otherwise (`9007199254740993`, `1.0`, `1e2`). */
const digits = new WeakMap<object, Map<string, string>>();

/**
 * Parses JSON. Duplicate keys: the last wins; `__proto__` is a key like any other.
 * @throws Blind `wrong-answer` for what is not JSON, `gave-up` for more than `cap` levels or too many values.
 */
export function parseJson(text: string, cap: number = DEPTH_CAP): Json {
  const source = text.startsWith('\uFEFF') ? text.slice(1) : text;
  const { depth, values, digitsMatter } = survey(source);
  if (depth > cap) throw new Blind('gave-up', `the JSON is nested more than ${cap} levels deep`);
  if (values > VALUE_CAP) throw new Blind('gave-up', `the JSON holds more than ${VALUE_CAP} values`);
  try {
    return JSON.parse(source, digitsMatter ? keepDigits : undefined) as Json;
  } catch (cause) {
    throw new Blind('wrong-answer', `not JSON: ${(cause as Error).message.replace(quotedPiece, '')}`, {
      cause,
      hint: 'If the answer has another format, say so with `as: xml`, `html` or `text`.',
    });
  }
}

function keepDigits(this: unknown, key: string, value: unknown, context?: { source?: string }): unknown {
  if (typeof value === 'number' && context?.source !== undefined)
    noteDigits(this as object, key, value, context.source);
  return value;
}

/** Remembers how a number was written, where that differs from how it prints. */
export function noteDigits(container: object, key: string, value: number, source: string): void {
  if (String(value) === source) return;
  const known = digits.get(container) ?? new Map<string, string>();
  digits.set(container, known.set(key, source));
}

/** A changed copy of a container keeps its numbers' digits. */
export function copyDigits(from: object, to: object): void {
  const known = digits.get(from);
  if (known !== undefined) digits.set(to, known);
}

/** Opened value → the text it was packed in. */
const packedIn = new WeakMap<object, string>();

/** An opened text still is the text it was, wherever it is shown as a whole. */
export function notePacked(value: object, text: string): void {
  packedIn.set(value, text);
}

/** The source's text of a value: a text as it is, null as nothing, containers as JSON. */
export function valueText(container: object, key: string | number, value: Json): string {
  if (typeof value === 'string') return value;
  const packed = value !== null && typeof value === 'object' ? packedIn.get(value) : undefined;
  if (packed !== undefined) return packed;
  return value === null ? '' : jsonText(container, String(key), value);
}

/** The value as JSON, numbers as they were written. */
export function jsonText(container: object, key: string, value: Json): string {
  if (typeof value === 'number') return digits.get(container)?.get(key) ?? String(value);
  if (value === null || typeof value !== 'object') return JSON.stringify(value);
  const packed = packedIn.get(value);
  if (packed !== undefined) return JSON.stringify(packed);
  if (Array.isArray(value)) return `[${value.map((item, index) => jsonText(value, String(index), item)).join(',')}]`;
  const members = Object.entries(value).map(([name, item]) => `${JSON.stringify(name)}:${jsonText(value, name, item)}`);
  return `{${members.join(',')}}`;
}

/** One pass before parsing: how deep it goes, how many values it has at the most, and whether a number in it could lose digits (the slower way is rare). */
function survey(text: string): { depth: number; values: number; digitsMatter: boolean } {
  let values = 1;
  let level = 0;
  let depth = 0;
  let run = 0;
  let digitsMatter = false;
  for (let at = 0; at < text.length; at++) {
    const code = text.charCodeAt(at);
    if (code >= 48 && code <= 57) {
      run++;
      if (run > 15) digitsMatter = true;
      continue;
    }
    // `.`, `e` and `E` behind a digit, and a minus, which may stand before a zero.
    if (code === 45 || (run > 0 && (code === 46 || code === 101 || code === 69))) digitsMatter = true;
    run = 0;
    if (code === 34) at = endOfString(text, at);
    else if (code === 44) values++;
    else if (code === 91 || code === 123) {
      values++;
      depth = Math.max(depth, ++level);
    } else if (code === 93 || code === 125) level--;
  }
  return { depth, values, digitsMatter };
}

function endOfString(text: string, start: number): number {
  for (let at = text.indexOf('"', start + 1); at !== -1; at = text.indexOf('"', at + 1)) {
    let slashes = 0;
    while (text.charCodeAt(at - 1 - slashes) === 92) slashes++;
    if (slashes % 2 === 0) return at;
  }
  return text.length;
}
