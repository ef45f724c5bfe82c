// Looks with the `jaeger` plug-in, over the HTTP API of jaeger-query that its own UI uses (`/api/traces`).

import { Blind, type Host, type Probe, type ReadContext } from '../plugin.ts';
import type { JaegerOptions } from './jaeger-options.ts';
import { isNoTrace, spansOfJaeger, tracesIn } from './jaeger-spans.ts';
import type { ReadTraces } from './trace-reading.ts';
import { type Asked, type Asking, jsonOf } from './trace-store.ts';
import { usualLimit } from './trace-store-options.ts';
import { clockSlack, traceStoreProbe } from './trace-store-probe.ts';

export function openJaeger(host: Host): Promise<Probe<JaegerOptions>> {
  return traceStoreProbe(readTraces, host);
}

async function readTraces(
  options: JaegerOptions,
  context: ReadContext,
  asking: Asking,
  host: Host,
): Promise<ReadTraces> {
  const { trace, limit = usualLimit } = options;
  const answer = await asking.ask(trace === undefined ? search(options, context, host) : byId(trace));
  const { status, said } = answer;
  const value = jsonOf(answer, 'jaeger-query');
  if (status === 404) {
    if (trace !== undefined && isNoTrace(value)) return { spans: [], said: `${said}: it knows no such trace` };
    throw wrongAddress(said);
  }
  const found = tracesIn(value);
  if (found === undefined) throw wrongAddress(said);
  const spans = found.flatMap(spansOfJaeger);
  if (trace !== undefined || found.length < limit) return { spans, said };
  const why = `there may be more than the newest ${limit}`;
  return { spans, said, more: { why, hint: 'Search with `tags`, read one `trace`, or raise `limit`.' } };
}

function byId(trace: string): Asked {
  return { path: `/api/traces/${trace}`, accept: 'application/json' };
}

/** Times are in microseconds since 1970. */
function search(
  { service = '', name, tags, limit = usualLimit }: JaegerOptions,
  { since }: ReadContext,
  host: Host,
): Asked {
  const query = {
    service,
    ...(name !== undefined && { operation: name }),
    ...(tags && {
      tags: JSON.stringify(Object.fromEntries(Object.entries(tags).map(([key, value]) => [key, String(value)]))),
    }),
    start: `${Math.max(0, since.getTime() - clockSlack)}000`,
    end: `${host.clock.wall().getTime() + clockSlack}000`,
    limit,
  };
  return { path: '/api/traces', query, accept: 'application/json' };
}

function wrongAddress(said: string): Blind {
  return new Blind('wrong-answer', `${said}, and that is no answer of Jaeger`, {
    hint: 'Check `url`: it is the address of jaeger-query with its base path, without /api.',
  });
}
