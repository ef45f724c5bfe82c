// Spans of the demo's processes, where an OTLP endpoint is named: OpenTelemetry is loaded then, and never otherwise.

import type { ChildConfig } from './child.ts';
import type { Handler } from './http-server.ts';
import type { Attributes, Carrier, SpanFacts, Tracing } from './span-facts.ts';

const off: Tracing = { span: (_facts, work) => work(undefined), open: () => undefined, carrier: () => undefined };
let tracing: Tracing = off;

/** Call it once, before anything is handled. Spans are a witness: a demo that cannot make them goes on without. */
export async function startTracing(config: ChildConfig, startedAt: string): Promise<void> {
  const endpoint = config.otlp?.endpoint ?? process.env['OTEL_EXPORTER_OTLP_ENDPOINT'] ?? '';
  if (endpoint === '') return;
  const protocol = config.otlp?.protocol ?? process.env['OTEL_EXPORTER_OTLP_PROTOCOL'];
  const { exportSpans } = await import('./tracing-export.ts');
  try {
    tracing = await exportSpans({ endpoint, json: protocol === 'http/json', config, startedAt });
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    process.stderr.write(`No spans are made, since OpenTelemetry cannot be loaded: ${why}\n`);
  }
}

/** Runs the work in a span, which ends with it; without tracing it only runs it. */
export function traced<T>(facts: SpanFacts, work: () => T): T {
  return tracing.span(facts, work);
}

/** Tells more of what is done, on the span that is open here. */
export function tell(attributes: Attributes): void {
  tracing.open()?.setAttributes(attributes);
}

export function carrier(): Carrier | undefined {
  return tracing.carrier();
}

/** Each request in a span of its own, in the trace of the one who asks. */
export function served(handle: Handler): Handler {
  return (asked) => {
    const { method, url, headers } = asked;
    const route = url.pathname.replace(/\/\d{1,15}(?=\/|$)/g, '/:id');
    const attributes = { 'http.request.method': method, 'http.route': route, 'url.path': url.pathname };
    return tracing.span({ name: `${method} ${route}`, kind: 'server', attributes, from: headers }, async (span) => {
      const answer = await handle(asked);
      if (answer !== 'hang-up') span?.setAttributes({ 'http.response.status_code': answer.status });
      return answer;
    });
  };
}
