// A look at any store of traces that is asked over HTTP: what is asked is each store's own, the rest is the same.

import type { Host, Probe, ReadContext } from '../plugin.ts';
import { spanReader } from './span.ts';
import { type ReadTraces, spanReading, type WantedSpans } from './trace-reading.ts';
import { type Asking, traceStore } from './trace-store.ts';
import type { StoreTarget } from './trace-store-options.ts';

/** Their clocks and ours may differ by this much, in milliseconds. */
export const clockSlack = 60_000;

export type ReadStore<O> = (options: O, context: ReadContext, asking: Asking, host: Host) => Promise<ReadTraces>;

export async function traceStoreProbe<O extends StoreTarget & WantedSpans>(
  readTraces: ReadStore<O>,
  host: Host,
): Promise<Probe<O>> {
  const store = traceStore(host);
  const read = await spanReader(host.mask);
  return {
    async read(options, context) {
      const asking = store.begin(options, context);
      const traces = await readTraces(options, context, asking, host);
      return spanReading(traces, options, read, asking.cost());
    },
    close: async () => store.close(),
  };
}
