// Stand-ins for Jaeger and Grafana Tempo, of which there are no real ones here: they take OTLP as those do, and answer as
// their published HTTP APIs say. What is stored is what the OpenTelemetry SDK exported.

import { once } from 'node:events';
import { createServer, type IncomingMessage, type RequestListener, type Server, type ServerResponse } from 'node:http';
import { decodeTraces } from '../../smoke/probes/spans/otlp-protobuf.ts';
import { spansIn } from '../../smoke/probes/spans/otlp-spans.ts';
import type { Attributes, Span } from '../../smoke/probes/spans/span.ts';

export type TraceStore = {
  url: string;
  /** Addresses that were asked for, in order. */
  asked: string[];
  /** Headers of the latest request. */
  headers: () => IncomingMessage['headers'];
  /** Answers so from now on, or as the API does again. */
  instead(answer: ((response: ServerResponse) => void) | undefined): void;
  /** All that is stored. */
  content(): unknown;
  /** Takes no connection any more, and takes them again on the same port with what was stored. */
  stop(): Promise<void>;
  start(): Promise<void>;
  close(): Promise<void>;
};

type Stored = { span: Span; bytes: Buffer };
type Api = (
  url: URL,
  stored: readonly Stored[],
  request: IncomingMessage,
) => { status: number; type: string; body: string | Uint8Array };

async function store(api: Api): Promise<TraceStore> {
  const stored: Stored[] = [];
  const asked: string[] = [];
  let latest: IncomingMessage['headers'] = {};
  let instead: ((response: ServerResponse) => void) | undefined;
  const listener: RequestListener = async (request, response) => {
    const chunks: Buffer[] = [];
    for await (const chunk of request as AsyncIterable<Buffer>) chunks.push(chunk);
    if (request.method === 'POST' && request.url === '/v1/traces') {
      const bytes = Buffer.concat(chunks);
      for (const span of spansIn(decodeTraces(bytes))) stored.push({ span, bytes });
      // No exporter is left with a connection that ends when this does.
      response.writeHead(200, { 'content-type': 'application/x-protobuf', connection: 'close' }).end();
      return;
    }
    asked.push(`${request.method} ${request.url}`);
    latest = request.headers;
    if (instead !== undefined) return instead(response);
    const { status, type, body } = api(new URL(request.url ?? '/', 'http://store'), stored, request);
    response.writeHead(status, { 'content-type': type }).end(body);
  };
  let server: Server | undefined;
  let port = 0;
  async function start(): Promise<void> {
    const starting = createServer((request, response) => void listener(request, response));
    server = starting;
    starting.listen(port, '127.0.0.1');
    await once(starting, 'listening');
    ({ port } = starting.address() as { port: number });
  }
  async function stop(): Promise<void> {
    const ending = server;
    server = undefined;
    if (ending === undefined) return;
    ending.closeAllConnections();
    ending.close();
    await once(ending, 'close');
  }
  await start();
  return {
    url: `http://127.0.0.1:${port}`,
    asked,
    headers: () => latest,
    instead: (answer) => {
      instead = answer;
    },
    content: () => stored.map(({ span }) => structuredClone(span)),
    stop,
    start,
    close: stop,
  };
}

const json = 'application/json';

/** jaeger-query, https://www.jaegertracing.io/docs/latest/architecture/apis/ (the HTTP JSON that its UI uses). */
export function jaegerLike(): Promise<TraceStore> {
  return store((url, stored) => {
    const [, byId] = /^\/api\/traces\/([0-9a-f]+)$/.exec(url.pathname) ?? [];
    if (byId !== undefined) {
      const spans = ofTrace(stored, byId);
      if (spans.length > 0) return { status: 200, type: json, body: JSON.stringify({ data: [jaegerTrace(spans)] }) };
      const errors = [{ code: 404, msg: 'trace not found' }];
      return { status: 404, type: json, body: JSON.stringify({ data: null, total: 0, limit: 0, offset: 0, errors }) };
    }
    if (url.pathname !== '/api/traces') return { status: 404, type: 'text/html', body: '<html>not found</html>' };
    const asked = Object.fromEntries(url.searchParams);
    if (asked['service'] === undefined)
      return {
        status: 400,
        type: json,
        body: JSON.stringify({ errors: [{ code: 400, msg: "parameter 'service' is required" }] }),
      };
    const tags = Object.entries(JSON.parse(asked['tags'] ?? '{}') as Record<string, string>);
    const isMeant = ({ span }: Stored): boolean =>
      span.resource['service.name'] === asked['service'] &&
      (asked['operation'] === undefined || span.name === asked['operation']) &&
      tags.every(([key, value]) => String(span.attributes[key]) === value) &&
      isWithin(span, Number(asked['start']) / 1000, Number(asked['end']) / 1000);
    const ids = idsOf(stored.filter(isMeant)).slice(0, Number(asked['limit'] ?? 20));
    const data = ids.map((id) => jaegerTrace(ofTrace(stored, id)));
    return { status: 200, type: json, body: JSON.stringify({ data, total: 0, limit: 0, offset: 0, errors: null }) };
  });
}

/** Tempo, https://grafana.com/docs/tempo/latest/api_docs/. `speaks`: the form of a trace; in JSON its ids are in base64. */
export function tempoLike(speaks: 'protobuf' | 'json'): Promise<TraceStore> {
  return store((url, stored, { headers }) => {
    const [, byId] = /^\/api\/traces\/([0-9a-f]+)$/.exec(url.pathname) ?? [];
    if (byId !== undefined) {
      const found = stored.filter(({ span }) => span.traceId === byId);
      if (found.length === 0) return { status: 404, type: 'text/plain; charset=utf-8', body: 'trace not found' };
      // Messages one after the other are one message with all their parts.
      const bytes = Buffer.concat(found.map((one) => one.bytes));
      if (speaks === 'protobuf' && headers.accept === 'application/protobuf')
        return { status: 200, type: 'application/protobuf', body: bytes };
      return { status: 200, type: json, body: tempoJson(bytes) };
    }
    if (url.pathname !== '/api/search') return { status: 404, type: 'text/plain', body: '404 page not found' };
    const asked = Object.fromEntries(url.searchParams);
    const [, key = '', value] = /^\{ span\.([\w.]+) = "([^"]*)" \}$/.exec(asked['q'] ?? '') ?? [];
    if (value === undefined)
      return { status: 400, type: 'text/plain', body: 'invalid TraceQL query: parse error at line 1' };
    const isMeant = ({ span }: Stored): boolean =>
      String(span.attributes[key]) === value &&
      isWithin(span, Number(asked['start']) * 1000, Number(asked['end']) * 1000);
    const ids = idsOf(stored.filter(isMeant)).slice(0, Number(asked['limit'] ?? 20));
    const traces = ids.map((traceID) => ({ traceID: traceID.replace(/^0+/, ''), rootServiceName: 'web' }));
    return { status: 200, type: json, body: JSON.stringify({ traces, metrics: { inspectedBytes: '1' } }) };
  });
}

function ofTrace(stored: readonly Stored[], id: string): Span[] {
  return stored.filter(({ span }) => span.traceId === id.padStart(32, '0')).map(({ span }) => span);
}

/** The newest first. */
function idsOf(stored: readonly Stored[]): string[] {
  return [...new Set(stored.map(({ span }) => span.traceId))].reverse();
}

function isWithin({ at }: Span, from: number, to: number): boolean {
  const time = Date.parse(at ?? '');
  return time >= from && time <= to;
}

function tempoJson(bytes: Uint8Array): string {
  const { resourceSpans } = decodeTraces(bytes) as { resourceSpans: unknown };
  return JSON.stringify({ batches: resourceSpans }, (key, value: unknown) =>
    /^(?:traceId|spanId|parentSpanId)$/.test(key) ? Buffer.from(String(value), 'hex').toString('base64') : value,
  );
}

function jaegerTrace(spans: readonly Span[]): unknown {
  const processes = Object.fromEntries(
    spans.map(({ resource: { 'service.name': serviceName, ...tags } }, index) => [
      `p${index + 1}`,
      { serviceName, tags: tagsOf(tags) },
    ]),
  );
  return {
    traceID: spans[0]?.traceId,
    spans: spans.map((span, index) => ({
      traceID: span.traceId,
      spanID: span.spanId,
      operationName: span.name,
      references: [
        ...(span.parent === undefined ? [] : [{ refType: 'CHILD_OF', traceID: span.traceId, spanID: span.parent }]),
        ...span.links.map((link) => ({ refType: 'FOLLOWS_FROM', traceID: link.traceId, spanID: link.spanId })),
      ],
      startTime: Date.parse(span.at ?? '') * 1000,
      duration: Math.round((span.ms ?? 0) * 1000),
      tags: [
        ...tagsOf(span.attributes),
        { key: 'span.kind', type: 'string', value: span.kind },
        ...(span.status.code === 'error'
          ? tagsOf({ error: true, 'otel.status_code': 'ERROR', 'otel.status_description': span.status.message })
          : []),
      ],
      logs: span.events.map(({ name, at, attributes }) => ({
        timestamp: Date.parse(at ?? '') * 1000,
        fields: [...tagsOf({ event: name }), ...tagsOf(attributes)],
      })),
      processID: `p${index + 1}`,
      warnings: null,
    })),
    processes,
    warnings: null,
  };
}

function tagsOf(attributes: Attributes): unknown[] {
  return Object.entries(attributes).map(([key, value]) => {
    const type = typeof value === 'number' ? 'int64' : typeof value === 'boolean' ? 'bool' : 'string';
    return { key, type, value: typeof value === 'object' ? JSON.stringify(value) : value };
  });
}
