// A service with the OpenTelemetry SDK, as the tests of spans need one: it exports each span as soon as it ends.

import { type Attributes, type Context, context, type Link, type Span, type SpanKind, trace } from '@opentelemetry/api';
import { OTLPTraceExporter as JsonExporter } from '@opentelemetry/exporter-trace-otlp-http';
import { OTLPTraceExporter as ProtobufExporter } from '@opentelemetry/exporter-trace-otlp-proto';
import { resourceFromAttributes } from '@opentelemetry/resources';
import { NodeTracerProvider, SimpleSpanProcessor } from '@opentelemetry/sdk-trace-node';

export type Spoken = 'json' | 'protobuf';

export type Tracer = {
  /** Makes a span and resolves once it was exported. `inside` may add to it while it is open. */
  span(name: string, more: SpanMore, inside?: (span: Span) => void): Promise<Span>;
  close(): Promise<void>;
};

export type SpanMore = { kind?: SpanKind; attributes?: Attributes; links?: Link[]; parent?: Span };

/** `url`: of the receiver, without a path. */
export function tracer(url: string, spoken: Spoken, resource: Attributes, compression?: 'gzip'): Tracer {
  const Exporter = spoken === 'json' ? JsonExporter : ProtobufExporter;
  const exporter = new Exporter({
    url: `${url}/v1/traces`,
    timeoutMillis: 1_000,
    ...(compression && { compression: compression as never }),
  });
  const provider = new NodeTracerProvider({
    resource: resourceFromAttributes(resource),
    spanProcessors: [new SimpleSpanProcessor(exporter)],
  });
  const made = provider.getTracer('test');
  return {
    async span(name, { parent, ...options }, inside) {
      const around: Context = parent === undefined ? context.active() : trace.setSpan(context.active(), parent);
      const span = made.startSpan(name, options, around);
      inside?.(span);
      span.end();
      await provider.forceFlush();
      return span;
    },
    close: () => provider.shutdown(),
  };
}
