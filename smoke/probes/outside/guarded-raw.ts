// Checks what somebody else's plug-in shows to people: what came back, as it came.

import type { RawAnswer } from '../plugin.ts';
import { type Culprit, demandOf, objectOf } from './guarded-fault.ts';

/** @throws Blind `wrong-answer` that names the plug-in. */
export function checkedRaw(culprit: Culprit, value: unknown): RawAnswer {
  const { status, headers, text, format, bytes } = objectOf(culprit, value, 'an answer to show');
  const demand = demandOf(culprit, 'an answer to show');
  if (typeof status !== 'string' || typeof text !== 'string') throw demand('`status` and `text`, texts');
  if (!isFormat(format)) throw demand('`format`: json, xml, html or text');
  if (typeof bytes !== 'number') throw demand('`bytes`, a number');
  if (!Array.isArray(headers) || !headers.every(isHeader)) throw demand('`headers`, a list of pairs of texts');
  return { status, headers, text, format, bytes };
}

function isFormat(value: unknown): value is RawAnswer['format'] {
  return value === 'json' || value === 'xml' || value === 'html' || value === 'text';
}

function isHeader(value: unknown): value is readonly [string, string] {
  return Array.isArray(value) && value.length === 2 && value.every((one) => typeof one === 'string');
}
