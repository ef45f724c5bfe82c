// A span as every source of spans gives it, and as a record: one row, with the names that a scenario selects by.

import type { Candidate } from '../../core/look.ts';
import type { Json } from '../../select/json-text.ts';
import { type RowInput, rowReader } from '../../select/row.ts';
import { maskedLine } from '../masked-start.ts';
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
/** Traces that a trace links to. A worker that takes jobs in batches links to each. */
const mostLinked = 1_000;

/** The function that makes records of spans; one that is asked again has the same record. `mask` is for the names that are shown. */
export async function spanReader(
  mask: (text: string) => string,
): Promise<(spans: readonly Span[]) => readonly Candidate[]> {
  const read = await rowReader();
  const made = new WeakMap<Span, { linked: string; record: Candidate }>();
  return (spans) => {
    const links = linksOf(spans);
    return spans.map((span) => {
      const linked = [...(links.get(span.traceId) ?? [])];
      const before = made.get(span);
      if (before?.linked === linked.join()) return before.record;
      const record = read(rowOf(span, linked, mask));
      made.set(span, { linked: linked.join(), record });
      return record;
    });
  };
}

/**
 * Trace → the traces that one of its spans links to. A worker's trace may be its own, and only the span that took the job
 * links to the one of the send: the others of its trace belong to it as well.
 */
function linksOf(spans: readonly Span[]): ReadonlyMap<string, ReadonlySet<string>> {
  const links = new Map<string, Set<string>>();
  for (const { traceId, links: own } of spans) {
    for (const link of own) {
      const known = links.get(traceId) ?? new Set();
      if (link.traceId !== traceId && known.size < mostLinked) links.set(traceId, known.add(link.traceId));
    }
  }
  return links;
}

function rowOf(span: Span, linked: readonly string[], mask: (text: string) => string): RowInput {
  const { resource, at, ms, traceId, spanId, parent, name, kind, attributes, events, links, status } = span;
  const service = serviceOf(span);
  const instance = textAt(resource, 'service.instance.id') ?? textAt(resource, 'host.name');
  const { said, asked } = withoutQueries(attributes);
  const shown = maskedLine(`span ${name}${service === undefined ? '' : ` of ${service}`}`, longestName, mask);
  return {
    row: {
      service,
      name,
      kind,
      attributes: said,
      events: events as unknown as Json,
      links: links as unknown as Json,
      status,
      instance,
      release: textAt(resource, 'service.version'),
      started: textAt(resource, 'process.creation.time'),
      traceId,
      spanId,
      parent,
      linked: [...linked],
      ms,
      resource,
      ...(Object.keys(asked).length > 0 && { asked }),
    },
    says,
    source: `${shown} (${kind})`,
    // One of many of its trace: a name alone does not tell that the sent text belongs there.
    line: true,
    ...(at !== undefined && { at }),
    ...(instance !== undefined && { instance }),
  };
}

/**
 * An exporter that got no answer sends again what was taken in. Both sides of a request may share an id. Undefined where
 * it has no time, and so tells too little of itself.
 */
export function spanKey(span: Span): string | undefined {
  const { traceId, spanId, kind, at, name } = span;
  if (at === undefined) return undefined;
  return [traceId, spanId, kind, at, serviceOf(span), name].join(' ');
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

/** All columns but `asked`. */
const says = [
  ...['service', 'name', 'kind', 'attributes', 'events', 'links', 'status', 'instance', 'release', 'started'],
  ...['traceId', 'spanId', 'parent', 'linked', 'ms', 'resource'],
];

const addresses: ReadonlySet<string> = new Set(['url.full', 'http.url', 'http.target', 'url.query']);

/** How our own requests call themselves, as spans of those who were asked have it. */
const ours = /^smoketrail\//;
const agents = ['user_agent.original', 'http.user_agent'] as const;

/**
 * A search for the marker makes a span as well, with the question in its address, and is no record: queries are found by
 * selectors alone, and so are whole addresses where the request was ours.
 */
function withoutQueries(attributes: Attributes): { said: Attributes; asked: Attributes } {
  const said: [string, Json][] = [];
  const asked: [string, Json][] = [];
  const isOurs = agents.some((key) => ours.test(textAt(attributes, key) ?? ''));
  for (const [key, value] of Object.entries(attributes)) {
    if (isOurs && (key === 'url.path' || addresses.has(key))) {
      asked.push([key, value]);
      continue;
    }
    const isAsked = addresses.has(key) && typeof value === 'string' && (key === 'url.query' || value.includes('?'));
    if (isAsked) asked.push([key, value]);
    if (!isAsked) said.push([key, value]);
    else if (key !== 'url.query') said.push([key, value.slice(0, value.indexOf('?'))]);
  }
  return { said: Object.fromEntries(said), asked: Object.fromEntries(asked) };
}

function textAt(attributes: Attributes, key: string): string | undefined {
  const value = Object.hasOwn(attributes, key) ? attributes[key] : undefined;
  if (typeof value === 'number') return String(value);
  return typeof value === 'string' && value !== '' ? value : undefined;
}
