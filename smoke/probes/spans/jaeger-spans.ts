// Reads spans out of the JSON of Jaeger's HTTP API (`data` of `/api/traces`): what is not as it should be is left out.

import type { Json } from '../../select/json-text.ts';
import type { Attributes, Span, SpanEvent, SpanLink } from './span.ts';
import { spanKinds } from './span-options.ts';

type Fields = Readonly<Record<string, unknown>>;

/** Undefined where the answer is none of Jaeger's. */
export function tracesIn(value: unknown): readonly unknown[] | undefined {
  const { data, errors } = fields(value);
  if (Array.isArray(data)) return data;
  return data === null && list(errors).length === 0 ? [] : undefined;
}

/** `{"data": null, "errors": [{"code": 404, "msg": "trace not found"}]}` */
export function isNoTrace(value: unknown): boolean {
  return list(fields(value)['errors']).some((error) => fields(error)['code'] === 404);
}

export function spansOfJaeger(trace: unknown): Span[] {
  const { spans, processes } = fields(trace);
  const known = fields(processes);
  const resources = new Map(Object.entries(known).map(([id, one]) => [id, resourceOf(one)]));
  return list(spans).flatMap((span) => spanOf(span, resources.get(String(fields(span)['processID'])) ?? {}));
}

function resourceOf(value: unknown): Attributes {
  const { serviceName, tags } = fields(value);
  const attributes = tagsOf(tags);
  // As clients of Jaeger's own have it.
  const { hostname } = attributes;
  return {
    ...(hostname !== undefined && { 'host.name': hostname }),
    ...attributes,
    ...(typeof serviceName === 'string' && { 'service.name': serviceName }),
  };
}

function spanOf(value: unknown, resource: Attributes): Span[] {
  const given = fields(value);
  const traceId = idOf(given['traceID'], 32);
  const spanId = idOf(given['spanID'], 16);
  if (traceId === undefined || spanId === undefined) return [];
  const { 'span.kind': kind, ...attributes } = tagsOf(given['tags']);
  const references = list(given['references']).flatMap(referenceOf);
  const parent = references.find((one) => one.isParent && one.traceId === traceId);
  const at = timeOf(given['startTime']);
  const { duration } = given;
  return [
    {
      traceId,
      spanId,
      ...(parent !== undefined && { parent: parent.spanId }),
      name: typeof given['operationName'] === 'string' ? given['operationName'] : '',
      kind: spanKinds.find((one) => one === String(kind).toLowerCase()) ?? 'unspecified',
      ...(at !== undefined && { at }),
      ...(typeof duration === 'number' && { ms: duration / 1000 }),
      attributes,
      events: list(given['logs']).map(eventOf),
      links: references
        .filter((one) => one !== parent)
        .map((one): SpanLink => ({ traceId: one.traceId, spanId: one.spanId, attributes: {} })),
      status: statusOf(attributes),
      resource,
    },
  ];
}

type Reference = { isParent: boolean; traceId: string; spanId: string };

function referenceOf(value: unknown): Reference[] {
  const { refType, traceID, spanID } = fields(value);
  const traceId = idOf(traceID, 32);
  const spanId = idOf(spanID, 16);
  return traceId === undefined || spanId === undefined ? [] : [{ isParent: refType === 'CHILD_OF', traceId, spanId }];
}

function eventOf(value: unknown): SpanEvent {
  const { timestamp, fields: told } = fields(value);
  const { event, ...attributes } = tagsOf(told);
  const at = timeOf(timestamp);
  return { name: typeof event === 'string' ? event : '', ...(at !== undefined && { at }), attributes };
}

function statusOf(attributes: Attributes): Span['status'] {
  const code = attributes['otel.status_code'];
  const message = attributes['otel.status_description'];
  const isError = code === 'ERROR' || attributes['error'] === true || attributes['error'] === 'true';
  return {
    code: isError ? 'error' : code === 'OK' ? 'ok' : 'unset',
    message: typeof message === 'string' ? message : '',
  };
}

function tagsOf(value: unknown): Attributes {
  return Object.fromEntries(
    list(value).flatMap((tag): [string, Json][] => {
      const { key, value: inner } = fields(tag);
      const isScalar = typeof inner === 'string' || typeof inner === 'number' || typeof inner === 'boolean';
      return typeof key === 'string' && key !== '' && isScalar ? [[key, inner]] : [];
    }),
  );
}

/** Ids may come without their leading zeros. */
function idOf(value: unknown, digits: number): string | undefined {
  if (typeof value !== 'string' || !/^[0-9a-f]+$/i.test(value) || value.length > digits) return undefined;
  return /[^0]/.test(value) ? value.toLowerCase().padStart(digits, '0') : undefined;
}

/** Microseconds since 1970. */
function timeOf(value: unknown): string | undefined {
  const date = typeof value === 'number' ? new Date(value / 1000) : undefined;
  return date === undefined || Number.isNaN(date.getTime()) ? undefined : date.toISOString();
}

function fields(value: unknown): Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Fields) : {};
}

function list(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}
