// A message of RabbitMQ as a record: its body, and what it says of itself and of its way.

import { brotliDecompressSync, gunzipSync, inflateSync } from 'node:zlib';
import type { Json } from '../../select/json-text.ts';
import { bytesText } from '../../select/message.ts';
import type { RowInput } from '../../select/row.ts';

export type Fields = Readonly<Record<string, unknown>>;

/** As it came, from an exchange or out of the firehose. */
export type Passed = {
  content: Uint8Array;
  exchange: string;
  routingKey: string;
  redelivered: boolean;
  /** By their names in the client: `messageId`. */
  properties: Fields;
  headers: Fields;
  /** Only the firehose tells: the queues that it was put into, and those that it was delivered from. */
  routed?: readonly string[];
  delivered?: readonly string[];
};

/** What a body may unpack to, in bytes. */
const UNPACKED = 8 * 1024 * 1024;
const DEPTH = 20;

/** Columns that a record has where the message says them. */
const told = ['messageId', 'correlationId', 'appId', 'type', 'contentType', 'replyTo', 'userId', 'expiration'] as const;

export function recordOf(passed: Passed, named: boolean): { input: RowInput; closed?: string } {
  const { content, exchange, routingKey, redelivered, properties, routed, delivered } = passed;
  const { bytes, closed } = unpacked(content, properties['contentEncoding']);
  const { 'x-death': deaths, ...others } = passed.headers;
  const headers = Object.fromEntries(
    Object.entries(others).flatMap(([name, value]): [string, Json][] =>
      name.startsWith('x-first-death-') ? [] : [[name, plain(value)]],
    ),
  );
  const death = Array.isArray(deaths) ? deaths.map((one) => plain(one)) : undefined;
  const at = timeOf(passed);
  const input: RowInput = {
    row: {
      body: bytesText(bytes),
      exchange,
      routingKey,
      headers,
      ...Object.fromEntries(
        told.flatMap((name) => (properties[name] === undefined ? [] : [[name, plain(properties[name])]])),
      ),
      ...(at !== undefined && { timestamp: at }),
      redelivered,
      ...(death && { death }),
      ...(routed && { routedQueues: [...routed] }),
      ...(delivered && { deliveredFrom: [...delivered] }),
    },
    source: sourceOf(passed, death),
    named,
    // Where it went and what became of it is not what it holds.
    says: ['body', 'routingKey', 'headers', 'messageId', 'correlationId'],
    headers: Object.fromEntries(
      Object.entries(headers).map(([name, value]) => [name, typeof value === 'string' ? value : JSON.stringify(value)]),
    ),
    ...(at !== undefined && { at }),
  };
  return { input, ...(closed !== undefined && { closed }) };
}

function sourceOf({ exchange, routingKey, delivered }: Passed, death: readonly Json[] | undefined): string {
  const where = exchange === '' ? 'the default exchange' : exchange;
  const [last] = death ?? [];
  const died =
    typeof last === 'object' && last !== null && !Array.isArray(last)
      ? `, dead-lettered from ${String(last['queue'])} (${String(last['reason'])})`
      : '';
  const taken = delivered?.length ? `, delivered from ${delivered.join(', ')}` : '';
  return `message to ${where} (routing key ${routingKey === '' ? 'empty' : routingKey})${died}${taken}`;
}

/** The broker's own stamp, where it writes one, else the sender's, in seconds. */
function timeOf({ headers, properties }: Passed): string | undefined {
  const stamp = headers['timestamp_in_ms'];
  const told = properties['timestamp'];
  const ms = typeof stamp === 'number' ? stamp : typeof told === 'number' ? told * 1000 : Number.NaN;
  return ms > 0 && ms < 8.64e15 ? new Date(ms).toISOString() : undefined;
}

/** A body that cannot be unpacked stays as it is: the search looks into it all the same. */
function unpacked(content: Uint8Array, encoding: unknown): { bytes: Uint8Array; closed?: string } {
  const options = { maxOutputLength: UNPACKED };
  try {
    switch (typeof encoding === 'string' ? encoding.trim().toLowerCase() : '') {
      case 'gzip':
      case 'x-gzip':
        return { bytes: gunzipSync(content, options) };
      case 'deflate':
        return { bytes: inflateSync(content, options) };
      case 'br':
        return { bytes: brotliDecompressSync(content, options) };
      case 'base64':
        return { bytes: Buffer.from(bytesText(content), 'base64') };
      default:
        return { bytes: content };
    }
  } catch (error) {
    const isLarge = error instanceof Error && Reflect.get(error, 'code') === 'ERR_BUFFER_TOO_LARGE';
    return { bytes: content, ...(isLarge && { closed: 'its body unpacks to more than 8 MB' }) };
  }
}

/** A value of the protocol's tables, with times and decimals as texts. */
function plain(value: unknown, depth: number = DEPTH): Json {
  if (value === null || typeof value === 'boolean' || typeof value === 'string') return value;
  if (typeof value === 'number') return Number.isFinite(value) ? value : String(value);
  if (value instanceof Uint8Array) return bytesText(value);
  if (typeof value !== 'object' || depth === 0) return null;
  if (Array.isArray(value)) return value.map((one) => plain(one, depth - 1));
  const kind: unknown = Reflect.get(value, '!');
  const inner: unknown = Reflect.get(value, 'value');
  if (kind === 'timestamp' && typeof inner === 'number')
    return inner >= 0 && inner < 8.64e12 ? new Date(inner * 1000).toISOString() : inner;
  if (kind === 'decimal' && typeof inner === 'object' && inner !== null) {
    const [digits, places] = [Number(Reflect.get(inner, 'digits')), Number(Reflect.get(inner, 'places'))];
    return digits / 10 ** places;
  }
  return Object.fromEntries(Object.entries(value).map(([name, one]) => [name, plain(one, depth - 1)]));
}

/** Bytes that it keeps in memory, roughly: headers may be larger than a body. */
export function sizeOf({ content, exchange, routingKey, properties, headers }: Passed): number {
  return 200 + content.length + exchange.length + routingKey.length + weigh(properties) + weigh(headers);
}

function weigh(value: unknown, depth: number = DEPTH): number {
  if (typeof value === 'string' || value instanceof Uint8Array) return value.length + 16;
  if (typeof value !== 'object' || value === null || depth === 0) return 8;
  return Object.entries(value).reduce((sum, [name, one]) => sum + name.length + 16 + weigh(one, depth - 1), 16);
}
