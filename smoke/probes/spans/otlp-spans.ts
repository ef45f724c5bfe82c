// Reads spans out of OTLP in the shape of its JSON encoding, whoever sent it: what is not as it should be is left out.
// Field names: https://opentelemetry.io/docs/specs/otlp/ and the JSON mapping of Protocol Buffers.

import type { Json } from '../../select/json-text.ts';
import type { Attributes, Span, SpanEvent, SpanLink } from './span.ts';
import { type SpanKind, spanKinds } from './span-options.ts';

type Fields = Readonly<Record<string, unknown>>;

/** A value in a value: deeper than any attribute that was meant for people. */
const deepest = 20;

/** `value`: an ExportTraceServiceRequest, or a trace as Tempo answers (`batches`, or with `trace` around it). */
export function spansIn(value: unknown): Span[] {
  const top = fields(value);
  const inner = 'trace' in top ? fields(top['trace']) : top;
  return list(inner['resourceSpans'] ?? inner['batches']).flatMap((one) => {
    const { resource, scopeSpans } = fields(one);
    const about = attributesOf(fields(resource)['attributes']);
    return list(scopeSpans).flatMap((scope) => list(fields(scope)['spans']).flatMap((span) => spanOf(span, about)));
  });
}

function spanOf(value: unknown, resource: Attributes): Span[] {
  const given = fields(value);
  const traceId = idOf(given['traceId'], 32);
  const spanId = idOf(given['spanId'], 16);
  if (traceId === undefined || spanId === undefined) return [];
  const parent = idOf(given['parentSpanId'], 16);
  const start = nanos(given['startTimeUnixNano']);
  const end = nanos(given['endTimeUnixNano']);
  const at = timeOf(start);
  return [
    {
      traceId,
      spanId,
      ...(parent !== undefined && { parent }),
      name: text(given['name']),
      kind: kindOf(given['kind']),
      ...(at !== undefined && { at }),
      ...(start !== undefined && end !== undefined && end >= start && { ms: Number((end - start) / 1000n) / 1000 }),
      attributes: attributesOf(given['attributes']),
      events: list(given['events']).map(eventOf),
      links: list(given['links']).flatMap(linkOf),
      status: statusOf(given['status']),
      resource,
    },
  ];
}

function eventOf(value: unknown): SpanEvent {
  const { name, timeUnixNano, attributes } = fields(value);
  const at = timeOf(nanos(timeUnixNano));
  return { name: text(name), ...(at !== undefined && { at }), attributes: attributesOf(attributes) };
}

function linkOf(value: unknown): SpanLink[] {
  const given = fields(value);
  const traceId = idOf(given['traceId'], 32);
  const spanId = idOf(given['spanId'], 16);
  if (traceId === undefined || spanId === undefined) return [];
  return [{ traceId, spanId, attributes: attributesOf(given['attributes']) }];
}

function statusOf(value: unknown): Span['status'] {
  const { code, message } = fields(value);
  const ok = code === 1 || code === 'STATUS_CODE_OK';
  const error = code === 2 || code === 'STATUS_CODE_ERROR';
  return { code: ok ? 'ok' : error ? 'error' : 'unset', message: text(message) };
}

function kindOf(value: unknown): SpanKind {
  if (typeof value === 'number') return spanKinds[value] ?? 'unspecified';
  const name = typeof value === 'string' ? value.replace(/^SPAN_KIND_/, '').toLowerCase() : '';
  return spanKinds.find((kind) => kind === name) ?? 'unspecified';
}

function attributesOf(value: unknown): Attributes {
  return Object.fromEntries(
    list(value).flatMap((pair): [string, Json][] => {
      const { key, value: inner } = fields(pair);
      return typeof key === 'string' && key !== '' ? [[key, anyValue(inner, 0)]] : [];
    }),
  );
}

/** An AnyValue: exactly one of its fields is set. */
function anyValue(value: unknown, depth: number): Json {
  if (depth > deepest) return '…';
  const given = fields(value);
  if (typeof given['stringValue'] === 'string') return given['stringValue'];
  if (typeof given['boolValue'] === 'boolean') return given['boolValue'];
  if (typeof given['bytesValue'] === 'string') return given['bytesValue'];
  const { intValue, doubleValue, arrayValue, kvlistValue } = given;
  if (typeof intValue === 'number' || typeof intValue === 'string') return whole(intValue);
  if (typeof doubleValue === 'number' || typeof doubleValue === 'string') return decimal(doubleValue);
  if (arrayValue !== undefined) return list(fields(arrayValue)['values']).map((one) => anyValue(one, depth + 1));
  if (kvlistValue === undefined) return null;
  return Object.fromEntries(
    list(fields(kvlistValue)['values']).flatMap((pair): [string, Json][] => {
      const { key, value: inner } = fields(pair);
      return typeof key === 'string' ? [[key, anyValue(inner, depth + 1)]] : [];
    }),
  );
}

/** One that a number cannot hold stays text, with all its digits. */
function whole(value: number | string): Json {
  const number = Number(value);
  return Number.isSafeInteger(number) ? number : String(value);
}

function decimal(value: number | string): Json {
  const number = Number(value);
  return Number.isFinite(number) ? number : String(value);
}

/** Hexadecimal, as OTLP in JSON has it, or base64, as Tempo's JSON has it. All zeros is none. */
function idOf(value: unknown, digits: number): string | undefined {
  if (typeof value !== 'string' || value.length > 64) return undefined;
  const isHex = value.length === digits && /^[0-9a-f]+$/i.test(value);
  const id = isHex ? value.toLowerCase() : Buffer.from(value, 'base64').toString('hex');
  return id.length === digits && /[^0]/.test(id) ? id : undefined;
}

function nanos(value: unknown): bigint | undefined {
  if (typeof value === 'number' && Number.isFinite(value) && value > 0) return BigInt(Math.trunc(value));
  return typeof value === 'string' && /^\d{1,20}$/.test(value) && !/^0+$/.test(value) ? BigInt(value) : undefined;
}

function timeOf(time: bigint | undefined): string | undefined {
  const date = time === undefined ? undefined : new Date(Number(time / 1_000_000n));
  return date === undefined || Number.isNaN(date.getTime()) ? undefined : date.toISOString();
}

function fields(value: unknown): Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Fields) : {};
}

function list(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}

function text(value: unknown): string {
  return typeof value === 'string' ? value : '';
}
