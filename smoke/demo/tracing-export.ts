// Makes the demo's spans with the OpenTelemetry SDK and exports each as soon as it ends.

import type * as Api from '@opentelemetry/api';
import type * as Exporters from '@opentelemetry/exporter-trace-otlp-proto';
import type * as Resources from '@opentelemetry/resources';
import type * as Sdk from '@opentelemetry/sdk-trace-node';
import type { ChildConfig } from './child.ts';
import type { Carrier, SpanFacts, Tracing } from './span-facts.ts';

export type Exporting = { endpoint: string; json: boolean; config: ChildConfig; startedAt: string };

/** By a name that a bundler does not follow: the published package does not bring these along. */
async function load<T>(name: string): Promise<T> {
  return (await import(name)) as T;
}

export async function exportSpans({ endpoint, json, config, startedAt }: Exporting): Promise<Tracing> {
  const { context, propagation, SpanKind, SpanStatusCode, trace, ROOT_CONTEXT } =
    await load<typeof Api>('@opentelemetry/api');
  const { OTLPTraceExporter } = await load<typeof Exporters>(
    `@opentelemetry/exporter-trace-otlp-${json ? 'http' : 'proto'}`,
  );
  const { resourceFromAttributes } = await load<typeof Resources>('@opentelemetry/resources');
  const { NodeTracerProvider, SimpleSpanProcessor } = await load<typeof Sdk>('@opentelemetry/sdk-trace-node');
  const exporter = new OTLPTraceExporter({ url: `${endpoint.replace(/\/$/, '')}/v1/traces` });
  const providers = new Map<string, Sdk.NodeTracerProvider>();

  /** A resource is the process's; one that plays a stale build for some rooms has a provider for each build. */
  function providerOf(build: { commit: string; startedAt: string }): Sdk.NodeTracerProvider {
    const key = `${build.commit} ${build.startedAt}`;
    const known = providers.get(key);
    if (known !== undefined) return known;
    const made = new NodeTracerProvider({
      resource: resourceFromAttributes({
        'service.name': config.role === 'partner' ? 'partner' : `booking-${config.role}`,
        'service.version': build.commit,
        'service.instance.id': config.name,
        'process.creation.time': build.startedAt,
      }),
      spanProcessors: [new SimpleSpanProcessor(exporter)],
    });
    providers.set(key, made);
    return made;
  }

  const own = { commit: config.label.commit, startedAt };
  providerOf(own).register();
  const kinds = {
    server: SpanKind.SERVER,
    client: SpanKind.CLIENT,
    producer: SpanKind.PRODUCER,
    consumer: SpanKind.CONSUMER,
  };

  function linksOf(link: Carrier | undefined): Api.Link[] {
    const linked = link === undefined ? undefined : trace.getSpanContext(propagation.extract(ROOT_CONTEXT, link));
    return linked === undefined ? [] : [{ context: linked }];
  }

  function begin({ name, kind, attributes, from, link, build = own }: SpanFacts): Api.Context {
    // A trace of its own takes the baggage of what it follows from, and not its trace.
    const before = link === undefined ? context.active() : propagation.extract(ROOT_CONTEXT, link);
    const around = from === undefined ? before : propagation.extract(ROOT_CONTEXT, from);
    const options = { kind: kinds[kind], attributes, links: linksOf(link), root: link !== undefined };
    const span = providerOf(build).getTracer('smoketrail-demo').startSpan(name, options, around);
    return trace.setSpan(around, span);
  }

  return {
    span(facts, work) {
      const around = begin(facts);
      const span = trace.getSpan(around);
      const failed = (error: unknown): never => {
        span?.setStatus({
          code: SpanStatusCode.ERROR,
          message: error instanceof Error ? error.message : String(error),
        });
        span?.end();
        throw error;
      };
      try {
        const done = context.with(around, () => work(span));
        if (!(done instanceof Promise)) {
          span?.end();
          return done;
        }
        return done.then((value: unknown) => {
          span?.end();
          return value;
        }, failed) as typeof done;
      } catch (error) {
        return failed(error);
      }
    },
    open: () => trace.getActiveSpan(),
    carrier() {
      if (trace.getActiveSpan() === undefined) return undefined;
      const carried: Record<string, string> = {};
      propagation.inject(context.active(), carried);
      return carried;
    },
  };
}
