// Opens what was packed into a text: JSON in a JSON string, a PHP-serialized job. Data is parsed, never instantiated.

import { copyDigits, DEPTH_CAP, type Json, notePacked, parseJson } from './json-text.ts';
import { looksSerialized, parsePhp } from './php-serialized.ts';

/** Packed texts within packed texts; a queue needs two. */
const LAYERS = 4;

/** The value with every packed text in it opened, or undefined where there is none. The original stays as it is. */
export function unfold(value: Json, layers: number = LAYERS): Json | undefined {
  if (typeof value === 'string') return layers === 0 ? undefined : unpack(value, layers);
  if (value === null || typeof value !== 'object') return undefined;
  let opened = false;
  const entries = Object.entries(value).map(([key, item]): [string, Json] => {
    const inner = unfold(item, layers);
    opened ||= inner !== undefined;
    return [key, inner ?? item];
  });
  if (!opened) return undefined;
  const copy: Json = Array.isArray(value) ? entries.map(([, item]) => item) : Object.fromEntries(entries);
  copyDigits(value, copy);
  return copy;
}

function unpack(text: string, layers: number): Json | undefined {
  const packed = looksSerialized(text) ? parsePhp(text) : looksLikeJson(text) ? json(text) : undefined;
  if (packed === undefined || packed === null) return undefined;
  if (typeof packed === 'string') return packed === text ? undefined : unfold(packed, layers - 1);
  if (typeof packed !== 'object') return undefined;
  const opened = unfold(packed, layers - 1) ?? packed;
  if (typeof opened === 'object' && opened !== null) notePacked(opened, text);
  return opened;
}

/** Brackets or quotes at both ends: a note that only begins so stays a text without the cost of trying. */
function looksLikeJson(text: string): boolean {
  const first = text.charAt(0);
  const last = text.trimEnd().at(-1);
  return (first === '{' && last === '}') || (first === '[' && last === ']') || (first === '"' && last === '"');
}

function json(text: string): Json | undefined {
  try {
    return parseJson(text, DEPTH_CAP / 2);
  } catch {
    // Not JSON after all: it stays the text it is.
    return undefined;
  }
}
