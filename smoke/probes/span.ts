// A span as every source of spans gives it, and as a record: one row, with the names that a scenario selects by.

import type { Candidate } from '../core/look.ts';
import type { Json } from '../select/json-text.ts';
import { rowReader } from '../select/row.ts';
import { maskedLine } from './masked-start.ts';
import type { SpanKind } from './span-options.ts';

export type Attributes = { [key: string]: Json };

export type SpanEvent = { name: string; at?: string; attributes: Attributes };
export type SpanLink = { traceId: string; spanId: string; attributes: Attributes };

export type Span = {
  /** 32 and 16 hexadecimal digits, lower case. */
  traceId: string;
  spanId: string;
  parent?: string;
  name: string;
  kind: SpanKind;
  /** ISO 8601. */
  at?: string;
  /** How long it took, in milliseconds. */
  ms?: number;
  attributes: Attributes;
  events: readonly SpanEvent[];
  links: readonly SpanLink[];
  status: { code: 'unset' | 'ok' | 'error'; message: string };
  resource: Attributes;
};

/** Of a name from outside, in what people read. */
const longestName = 100;

/** The function that makes records of spans. `mask` is for the name that is shown of each. */
export async function spanReader(mask: (text: string) => string): Promise<(span: Span) => Candidate> {
  const read = await rowReader();
  return (span) => {
    const { resource, at, ms, traceId, spanId, parent, name, kind, events, links, status } = span;
    const { attributes, labels } = withoutLabels(span.attributes);
    const service = serviceOf(span);
    const instance = textAt(resource, 'service.instance.id') ?? textAt(resource, 'host.name');
    const row = {
      service,
      name,
      kind,
      attributes,
      events: events as unknown as Json,
      links: links as unknown as Json,
      status,
      instance,
      release: textAt(resource, 'service.version'),
      started: textAt(resource, 'process.creation.time'),
      traceId,
      spanId,
      parent,
      ms,
      resource,
      ...(Object.keys(labels).length > 0 && { baggage: labels }),
    };
    const { baggage: _, ...says } = row as typeof row & { baggage?: Attributes };
    const shown = maskedLine(`span ${name}${service === undefined ? '' : ` of ${service}`}`, longestName, mask);
    return read({
      row,
      source: `${shown} (${kind})`,
      // One of many of its trace: a name alone does not tell that the sent text belongs there.
      line: true,
      says: Object.keys(says),
      ...(at !== undefined && { at }),
      ...(instance !== undefined && { instance }),
      ...(Object.keys(labels).length > 0 && { labels: Object.values(labels).map(labelText) }),
    });
  };
}

export function serviceOf({ resource }: Span): string | undefined {
  return textAt(resource, 'service.name');
}

/** `service`, `name` and `kind` of a look's options, as far as they are given. */
export function isMeant(
  span: Span,
  wanted: { service?: string | undefined; name?: string | undefined; kind?: SpanKind | undefined },
): boolean {
  if (wanted.service !== undefined && serviceOf(span) !== wanted.service) return false;
  if (wanted.name !== undefined && span.name !== wanted.name) return false;
  return wanted.kind === undefined || span.kind === wanted.kind;
}

/** Baggage reaches every span of a trace, however empty what is handled there: it tells whose span it is, and no more. */
function withoutLabels(all: Attributes): { attributes: Attributes; labels: Attributes } {
  const isLabel = ([key]: readonly [string, Json]): boolean => /(?:^|\.)(?:baggage|smoketrail\.marker)$/i.test(key);
  const entries = Object.entries(all);
  return {
    attributes: Object.fromEntries(entries.filter((entry) => !isLabel(entry))),
    labels: Object.fromEntries(entries.filter(isLabel)),
  };
}

function labelText(value: Json): string {
  return typeof value === 'string' ? value : JSON.stringify(value);
}

function textAt(attributes: Attributes, key: string): string | undefined {
  const value = Object.hasOwn(attributes, key) ? attributes[key] : undefined;
  if (typeof value === 'number') return String(value);
  return typeof value === 'string' && value !== '' ? value : undefined;
}
