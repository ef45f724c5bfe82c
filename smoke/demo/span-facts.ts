// What the demo tells of what it does, as spans: known without OpenTelemetry.

export type Attributes = { [key: string]: string | number | boolean };

/** `traceparent` and `baggage`, as headers and jobs carry them. */
export type Carrier = Readonly<Record<string, string>>;

export type SpanFacts = {
  name: string;
  kind: 'server' | 'client' | 'producer' | 'consumer';
  attributes: Attributes;
  /** The caller, whose trace goes on. */
  from?: Readonly<Record<string, string | string[] | undefined>>;
  /** What it follows from, in a trace of its own. */
  link?: Carrier | undefined;
  /** The build that does this, where it is not the process's own. */
  build?: { commit: string; startedAt: string };
};

export type OpenSpan = { setAttributes(attributes: Attributes): unknown };

export type Tracing = {
  span<T>(facts: SpanFacts, work: (span: OpenSpan | undefined) => T): T;
  /** The span that is open here. */
  open(): OpenSpan | undefined;
  /** What carries it on; undefined where none is open. */
  carrier(): Carrier | undefined;
};
