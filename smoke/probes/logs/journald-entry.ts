// An entry of the journal in journalctl's JSON, as a line. https://systemd.io/JOURNAL_EXPORT_FORMATS/ (JSON Format)

import { type Json, parseJson } from '../../select/json-text.ts';
import { bytesText } from '../../select/message.ts';
import type { StoredLine } from './store-lines.ts';

/** Undefined where it cannot be read: torn, or with a field of bytes that is too long. */
export function entryIn(line: string): StoredLine | undefined {
  const fields = objectIn(line);
  if (fields === undefined) return undefined;
  const columns = Object.fromEntries(
    Object.entries(fields).flatMap(([name, value]) => {
      const text = textIn(value);
      return text === undefined ? [] : [[name, text]];
    }),
  );
  const { MESSAGE = '', _HOSTNAME: host, _SYSTEMD_UNIT: unit, SYSLOG_IDENTIFIER: identifier } = columns;
  const from = [host, unit ?? identifier].filter((part) => part !== undefined).join('/');
  const at = timeOf(columns['_SOURCE_REALTIME_TIMESTAMP'] ?? columns['__REALTIME_TIMESTAMP']);
  return {
    text: MESSAGE,
    source: `entry${from === '' ? '' : ` of ${from}`}${at === undefined ? '' : ` at ${at}`}`,
    at,
    instance: from === '' ? undefined : from,
    columns,
  };
}

function objectIn(line: string): { readonly [name: string]: Json } | undefined {
  try {
    const value = parseJson(line);
    return typeof value === 'object' && value !== null && !Array.isArray(value) ? value : undefined;
  } catch {
    // Whoever asked tells that an entry could not be read.
    return undefined;
  }
}

/** A field that is no text is a list of its bytes; one that was given several times, a list of its values: the first counts. */
function textIn(value: Json | undefined): string | undefined {
  if (typeof value === 'string') return value;
  if (!Array.isArray(value)) return undefined;
  const bytes = value.filter((one) => typeof one === 'number');
  return bytes.length === value.length ? bytesText(Uint8Array.from(bytes)) : textIn(value[0]);
}

/** Microseconds since 1970. */
function timeOf(microseconds: string | undefined): string | undefined {
  if (microseconds === undefined || !/^\d{1,17}$/.test(microseconds)) return undefined;
  const milliseconds = Math.floor(Number(microseconds) / 1000);
  if (milliseconds > 8.64e15) return undefined;
  return `${new Date(milliseconds).toISOString().slice(0, -1)}${microseconds.slice(-3).padStart(3, '0')}Z`;
}
