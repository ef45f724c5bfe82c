// A stand-in for Loki that follows its published HTTP API: query_range over lines in memory, for queries that are label
// matchers and `|=` filters. https://grafana.com/docs/loki/latest/reference/loki-http-api/

import type { ServerResponse } from 'node:http';
import { type Asked, giveJson, type HttpStandIn, httpStandIn } from './http-stand-in.ts';

export type LokiStandIn = HttpStandIn & {
  /** Lines of tenants. `nanoseconds` is when it was written. */
  lines: { tenant: string; labels: Record<string, string>; nanoseconds: bigint; text: string }[];
  /** Writes now, each line a nanosecond after the one before. */
  write(text: string, labels?: Record<string, string>, tenant?: string): void;
};

/** `max_entries_limit_per_query`, as it is where nobody sets it. */
const most = 5000;

export async function lokiStandIn({ tenants = false }: { tenants?: boolean } = {}): Promise<LokiStandIn> {
  const lines: LokiStandIn['lines'] = [];
  let last = 0n;
  const server = await httpStandIn((asked, response) => {
    const tenant = tenants ? asked.headers['x-scope-orgid'] : 'fake';
    if (typeof tenant !== 'string') response.writeHead(401).end('no org id\n');
    else if (asked.path !== '/loki/api/v1/query_range') response.writeHead(404).end('404 page not found\n');
    else
      queryRange(
        asked,
        response,
        lines.filter((line) => line.tenant === tenant),
      );
  });
  return {
    ...server,
    lines,
    write(text, labels = { app: 'worker', pod: 'worker-1' }, tenant = 'fake') {
      const now = BigInt(Date.now()) * 1_000_000n;
      last = now > last ? now : last + 1n;
      lines.push({ tenant, labels, nanoseconds: last, text });
    },
  };
}

function queryRange({ query }: Asked, response: ServerResponse, lines: LokiStandIn['lines']): void {
  const refuse = (says: string): void => void response.writeHead(400, { 'content-type': 'text/plain' }).end(says);
  const limit = Number(query.get('limit') ?? 100);
  const [start, end] = [BigInt(query.get('start') ?? 0), BigInt(query.get('end') ?? 0)];
  const expression = query.get('query') ?? '';
  if (expression.startsWith('count_over_time')) {
    giveJson(response, 200, { status: 'success', data: { resultType: 'matrix', result: [] } });
    return;
  }
  const parts = /^\{([^}]*)\}((?:\s*\|=\s*"[^"]*")*)$/.exec(expression);
  if (parts === null) {
    refuse('parse error at line 1, col 1: syntax error: unexpected IDENTIFIER\n');
    return;
  }
  if (limit > most) {
    refuse(`max entries limit per query exceeded, limit > max_entries_limit_per_query (${limit} > ${most})\n`);
    return;
  }
  const labels = [...(parts[1] ?? '').matchAll(/(\w+)="([^"]*)"/g)];
  const filters = [...(parts[2] ?? '').matchAll(/\|=\s*"([^"]*)"/g)];
  const found = lines
    .filter((line) => line.nanoseconds >= start && line.nanoseconds < end)
    .filter((line) => labels.every(([, name = '', value]) => line.labels[name] === value))
    .filter((line) => filters.every(([, text = '']) => line.text.includes(text)))
    .toSorted((a, b) => (a.nanoseconds < b.nanoseconds ? -1 : 1));
  const backward = query.get('direction') !== 'forward';
  const page = (backward ? found.toReversed() : found).slice(0, limit);
  const streams = Map.groupBy(page, (line) => JSON.stringify(line.labels));
  const result = [...streams].map(([stream, own]) => ({
    stream: JSON.parse(stream) as unknown,
    values: own.map((line) => [String(line.nanoseconds), line.text]),
  }));
  giveJson(response, 200, { status: 'success', data: { resultType: 'streams', result, stats: {} } });
}
