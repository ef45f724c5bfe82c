// Looks with the `tempo` plug-in, over Tempo's HTTP API: `/api/traces/ID`, and `/api/search` with TraceQL.

import { Blind, type Host, type Probe, type ReadContext } from '../plugin.ts';
import { decodeTraces } from './otlp-protobuf.ts';
import { spansIn } from './otlp-spans.ts';
import type { Span } from './span.ts';
import type { TempoOptions } from './tempo-options.ts';
import type { ReadTraces } from './trace-reading.ts';
import { type Asking, jsonOf, type StoreAnswer } from './trace-store.ts';
import { usualLimit } from './trace-store-options.ts';
import { clockSlack, traceStoreProbe } from './trace-store-probe.ts';

/** Bytes of all traces of one look. */
const byteCap = 32 * 1024 * 1024;

const lags =
  'A search finds a trace only some seconds after its spans came: let the deadline allow for that, or read it by `trace`.';

export function openTempo(host: Host): Promise<Probe<TempoOptions>> {
  return traceStoreProbe(readTraces, host);
}

async function readTraces(
  options: TempoOptions,
  context: ReadContext,
  asking: Asking,
  host: Host,
): Promise<ReadTraces> {
  const { trace, query = '', limit = usualLimit } = options;
  if (trace !== undefined) {
    const { spans, said, isThere } = await traceOf(trace, asking);
    return { spans, said: isThere ? said : `${said}: it knows no such trace` };
  }
  const answer = await asking.ask({
    path: '/api/search',
    query: { q: query, limit, ...windowOf(context, host) },
    accept: 'application/json',
  });
  const found = answer.status === 404 ? undefined : idsIn(jsonOf(answer, 'Tempo'));
  if (found === undefined) throw wrongAddress(answer.said);
  const ids = found.slice(0, limit);
  const spans: Span[] = [];
  for (const [index, id] of ids.entries()) {
    if (asking.cost().bytes > byteCap)
      return {
        spans,
        said: answer.said,
        ...cut(`only ${index} of ${ids.length} traces were read: they are over 32 MB`),
      };
    spans.push(...(await traceOf(id, asking)).spans);
  }
  const { said } = answer;
  return found.length < limit
    ? { spans, said, late: lags }
    : { spans, said, ...cut(`there may be more than ${limit}`) };
}

function cut(why: string): Pick<ReadTraces, 'more'> {
  return { more: { why, hint: 'Ask for less in `query`, read one `trace`, or raise `limit`.' } };
}

/** Times are in seconds since 1970. */
function windowOf({ since }: ReadContext, host: Host): { start: number; end: number } {
  return {
    start: Math.floor(Math.max(0, since.getTime() - clockSlack) / 1000),
    end: Math.ceil((host.clock.wall().getTime() + clockSlack) / 1000),
  };
}

async function traceOf(id: string, asking: Asking): Promise<{ spans: Span[]; said: string; isThere: boolean }> {
  // Its JSON has ids in base64, and other names at the top: the protobuf form is OTLP as it is.
  const answer = await asking.ask({ path: `/api/traces/${id}`, accept: 'application/protobuf' });
  const { status, said } = answer;
  // One that was dropped since the search, or never came. A server that is no Tempo says so in a page of its own.
  if (status === 404 && /html/i.test(answer.type)) throw wrongAddress(said);
  if (status === 404) return { spans: [], said, isThere: false };
  return { spans: spansIn(contentOf(answer)), said, isThere: true };
}

function contentOf(answer: StoreAnswer): unknown {
  const { type, body, said } = answer;
  if (!/protobuf|octet-stream/i.test(type)) {
    const value = jsonOf(answer, 'Tempo');
    const isTrace =
      typeof value === 'object' && value !== null && ['batches', 'resourceSpans', 'trace'].some((key) => key in value);
    if (!isTrace) throw wrongAddress(said);
    return value;
  }
  try {
    return decodeTraces(body);
  } catch (cause) {
    const why = cause instanceof Error ? cause.message : String(cause);
    throw new Blind('wrong-answer', `${said}, and that is no trace in Protocol Buffers: ${why}`, { cause });
  }
}

/** Undefined where the answer is none of Tempo's. Ids come without their leading zeros. */
function idsIn(value: unknown): string[] | undefined {
  if (typeof value !== 'object' || value === null || !('traces' in value || 'metrics' in value)) return undefined;
  const traces: unknown = 'traces' in value ? value.traces : [];
  return (Array.isArray(traces) ? traces : []).flatMap((trace: unknown) => {
    const id: unknown = typeof trace === 'object' && trace !== null && 'traceID' in trace ? trace.traceID : undefined;
    return typeof id === 'string' && /^[0-9a-f]{1,32}$/i.test(id) ? [id.padStart(32, '0')] : [];
  });
}

function wrongAddress(said: string): Blind {
  return new Blind('wrong-answer', `${said}, and that is no answer of Tempo`, {
    hint: 'Check `url`: it is the address of Tempo with its prefix, without /api.',
  });
}
