// The probes on stores of traces keep the contract, against stand-ins that follow the published APIs.

import { jaeger } from '../../smoke/probes/spans/jaeger.ts';
import type { JaegerOptions } from '../../smoke/probes/spans/jaeger-options.ts';
import { tempo } from '../../smoke/probes/spans/tempo.ts';
import type { TempoOptions } from '../../smoke/probes/spans/tempo-options.ts';
import { type Asked, type ProbeBench, testProbe } from '../../smoke/testing.ts';
import { jaegerLike, type TraceStore, tempoLike } from '../servers/trace-stores.ts';
import { tracer } from '../servers/tracer.ts';

const field = "$.attributes['booking.note']";

type Bench<O> = Required<
  Pick<
    ProbeBench<O>,
    'options' | 'selection' | 'put' | 'denied' | 'forbidden' | 'outage' | 'stalled' | 'snapshot' | 'close'
  >
>;

function around<O>(store: TraceStore, options: (asked: Asked) => O): Bench<O> {
  const answered =
    (status: number, says: string) =>
    (asked: Asked): O => {
      store.instead((response) => void response.writeHead(status, { 'content-type': 'text/plain' }).end(says));
      return options(asked);
    };
  const service = tracer(store.url, 'protobuf', { 'service.name': 'worker' });
  return {
    options,
    selection: ({ alias }) => ({ where: { "$.attributes['booking.id']": alias }, field }),
    async put({ alias, note }) {
      await service.span('push', { attributes: { 'booking.id': alias, 'booking.note': note } });
    },
    // Neither has accounts: what stands before it does.
    denied: answered(401, 'Authorization Required'),
    forbidden: answered(403, 'access denied'),
    outage: { begin: store.stop, end: store.start },
    stalled(asked) {
      store.instead(() => undefined);
      return options(asked);
    },
    // Every request of a look is a GET, and what is stored stays.
    snapshot: async () => [store.content(), store.asked.filter((one) => !one.startsWith('GET '))],
    async close() {
      await service.close();
      await store.close();
    },
  };
}

testProbe('jaeger, against a stand-in that follows the published API,', {
  plugin: jaeger,
  provesAbsence: 'unseen',
  unreachableAs: 'refused',
  async setUp() {
    const store = await jaegerLike();
    const options: JaegerOptions = { url: store.url, service: 'worker' };
    return {
      ...around(store, ({ alias }) => ({ ...options, tags: { 'booking.id': alias } })),
      unreachable: () => ({ ...options, url: 'http://127.0.0.1:1' }),
    };
  },
});

for (const speaks of ['protobuf', 'json'] as const)
  testProbe(`tempo in ${speaks}, against a stand-in that follows the published API,`, {
    plugin: tempo,
    provesAbsence: 'unseen',
    unreachableAs: 'refused',
    async setUp() {
      const store = await tempoLike(speaks);
      const options = (alias: string): TempoOptions => ({
        url: store.url,
        query: `{ span.booking.id = "${alias}" }`,
        service: 'worker',
      });
      return {
        ...around(store, ({ alias }) => options(alias)),
        unreachable: ({ alias }) => ({ ...options(alias), url: 'http://127.0.0.1:1' }),
      };
    },
  });
