// Dates as a booking needs them: offsets such as `+1d`, formats such as `dd.MM.yyyy`, time zones with their summer time.

import { TemplateError } from './scope.ts';

type Local = { year: number; month: number; day: number; hour: number; minute: number; second: number };

type Unit = 'y' | 'M' | 'w' | 'd' | 'h' | 'm' | 's';
type Offset = { amount: number; unit: Unit };

const SECONDS: Readonly<Record<'h' | 'm' | 's', number>> = { h: 3600, m: 60, s: 1 };
const DAY_MS = 86_400_000;
/** Four digits hold the year between them. */
const EARLIEST = Date.UTC(1000, 0, 1);
const LATEST = Date.UTC(9999, 11, 30);

/** What is wrong with an offset like `+1d -2h`, or undefined. */
export function offsetFault(text: string): string | undefined {
  for (const part of words(text)) {
    if (!/^[+-]\d{1,5}[yMwdhms]$/.test(part)) {
      return `'${part}' is no offset: write a sign, a number and one of y M w d h m s, like '+1d' or '-2h'`;
    }
  }
  return undefined;
}

/** What is wrong with a format like `dd.MM.yyyy`, or undefined. */
export function formatFault(format: string): string | undefined {
  const odd = tokens(format).find((token) => token.kind === 'unknown');
  if (odd === undefined) return undefined;
  return `'${odd.text}' means nothing in a date format: use yyyy yy MM dd HH mm ss, and quotes around other letters`;
}

/** What is wrong with the name of a time zone, or undefined. */
export function zoneFault(zone: string): string | undefined {
  try {
    clockOf(zone);
    return undefined;
  } catch (error) {
    if (error instanceof RangeError) return `'${zone}' is no time zone: use a name like 'Europe/Lisbon'`;
    throw error;
  }
}

/**
 * `now` moved by `offset` and written in `zone`. Days, weeks, months and years move the calendar there; hours,
 * minutes and seconds move the clock. Without a format: an ISO date, or with `time` an ISO date and time with its UTC offset.
 * Throws TemplateError.
 */
export function formatDate(now: Date, offset: string, format: string | undefined, zone: string, time: boolean): string {
  const fault = offsetFault(offset) ?? (format === undefined ? undefined : formatFault(format)) ?? zoneFault(zone);
  if (fault !== undefined) throw new TemplateError(fault);
  const instant = moved(now.getTime(), words(offset).map(parsed), zone);
  const local = localTime(instant, zone);
  if (format === undefined) return time ? isoTime(local, instant, zone) : isoDate(local);
  return tokens(format)
    .map((token) => (token.kind === 'field' ? field(token.text, local) : token.text))
    .join('');
}

function words(text: string): string[] {
  return text.split(/\s+/).filter((word) => word !== '');
}

function parsed(word: string): Offset {
  return { amount: Number(word.slice(0, -1)), unit: word.slice(-1) as Unit };
}

function moved(start: number, offsets: readonly Offset[], zone: string): number {
  let instant = start;
  for (const { amount, unit } of offsets) {
    if (unit === 'h' || unit === 'm' || unit === 's') instant += amount * SECONDS[unit] * 1000;
    else instant = instantOf(movedCalendar(localTime(instant, zone), amount, unit), zone);
    if (!(instant > EARLIEST && instant < LATEST)) throw new TemplateError('this date is too far away');
  }
  return instant;
}

function movedCalendar(local: Local, amount: number, unit: 'y' | 'M' | 'w' | 'd'): Local {
  if (unit === 'd' || unit === 'w') {
    const days = amount * (unit === 'w' ? 7 : 1);
    const date = new Date(utc({ ...local, day: local.day + days }));
    return { ...local, year: date.getUTCFullYear(), month: date.getUTCMonth() + 1, day: date.getUTCDate() };
  }
  const months = local.year * 12 + (local.month - 1) + amount * (unit === 'y' ? 12 : 1);
  const year = Math.floor(months / 12);
  const month = (months % 12) + 1;
  const last = new Date(utc({ ...local, year, month: month + 1, day: 0 })).getUTCDate();
  return { ...local, year, month, day: Math.min(local.day, last) };
}

/** A time that the clocks skip moves forward; one that they show twice means the first. */
function instantOf(local: Local, zone: string): number {
  const asUtc = utc(local);
  if (!(asUtc > EARLIEST && asUtc < LATEST)) return Number.NaN;
  const before = asUtc - shift(asUtc - DAY_MS, zone);
  const after = asUtc - shift(asUtc + DAY_MS, zone);
  for (const instant of [Math.min(before, after), Math.max(before, after)]) {
    if (utc(localTime(instant, zone)) === asUtc) return instant;
  }
  return before;
}

/** Milliseconds that local time is ahead of UTC. */
function shift(instant: number, zone: string): number {
  return utc(localTime(instant, zone)) - Math.floor(instant / 1000) * 1000;
}

function utc(local: Local): number {
  const date = new Date(0);
  date.setUTCFullYear(local.year, local.month - 1, local.day);
  date.setUTCHours(local.hour, local.minute, local.second);
  return date.getTime();
}

const clocks = new Map<string, Intl.DateTimeFormat>();

function clockOf(zone: string): Intl.DateTimeFormat {
  const known = clocks.get(zone);
  if (known) return known;
  const clock = new Intl.DateTimeFormat('en-US', {
    timeZone: zone,
    hourCycle: 'h23',
    calendar: 'gregory',
    numberingSystem: 'latn',
    year: 'numeric',
    month: 'numeric',
    day: 'numeric',
    hour: 'numeric',
    minute: 'numeric',
    second: 'numeric',
  });
  clocks.set(zone, clock);
  return clock;
}

function localTime(instant: number, zone: string): Local {
  const local: Local = { year: 0, month: 1, day: 1, hour: 0, minute: 0, second: 0 };
  for (const { type, value } of clockOf(zone).formatToParts(instant)) {
    if (Object.hasOwn(local, type)) local[type as keyof Local] = Number(value);
  }
  return local;
}

function pad(value: number, width = 2): string {
  return String(value).padStart(width, '0');
}

function isoDate(local: Local): string {
  return `${pad(local.year, 4)}-${pad(local.month)}-${pad(local.day)}`;
}

function isoTime(local: Local, instant: number, zone: string): string {
  const minutes = Math.round(shift(instant, zone) / 60_000);
  const ahead = Math.abs(minutes);
  const offset = zone === 'UTC' ? 'Z' : `${minutes < 0 ? '-' : '+'}${pad(Math.floor(ahead / 60))}:${pad(ahead % 60)}`;
  return `${isoDate(local)}T${pad(local.hour)}:${pad(local.minute)}:${pad(local.second)}${offset}`;
}

type Token = { kind: 'field' | 'text' | 'unknown'; text: string };

function tokens(format: string): Token[] {
  const found: Token[] = [];
  for (const [piece] of format.matchAll(/yyyy|yy|MM|dd|HH|mm|ss|'[^']*'|[\s\S]/g)) {
    if (piece.length > 1 && piece.startsWith("'"))
      found.push({ kind: 'text', text: piece === "''" ? "'" : piece.slice(1, -1) });
    else if (/^[a-zA-Z']/.test(piece)) found.push({ kind: piece.length > 1 ? 'field' : 'unknown', text: piece });
    else found.push({ kind: 'text', text: piece });
  }
  return found;
}

function field(token: string, local: Local): string {
  switch (token) {
    case 'yyyy':
      return pad(local.year, 4);
    case 'yy':
      return pad(local.year % 100);
    case 'MM':
      return pad(local.month);
    case 'dd':
      return pad(local.day);
    case 'HH':
      return pad(local.hour);
    case 'mm':
      return pad(local.minute);
    default:
      return pad(local.second);
  }
}
