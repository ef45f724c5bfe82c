// The probes on stores of traces keep the contract, against stand-ins that follow the published APIs.

import { jaeger } from '../../smoke/probes/jaeger.ts';
import { tempo } from '../../smoke/probes/tempo.ts';
import { type ProbeBench, testProbe } from '../../smoke/testing.ts';
import { jaegerLike, type TraceStore, tempoLike } from '../servers/trace-stores.ts';
import { tracer } from '../servers/tracer.ts';

const field = "$.attributes['booking.note']";

type Bench = Pick<ProbeBench<unknown>, 'selection' | 'put' | 'snapshot' | 'close'>;

function around(store: TraceStore): Bench {
  const service = tracer(store.url, 'protobuf', { 'service.name': 'worker' });
  return {
    selection: ({ alias }) => ({ where: { "$.attributes['booking.id']": alias }, field }),
    async put({ alias, note }) {
      await service.span('push', { attributes: { 'booking.id': alias, 'booking.note': note } });
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
    const options = { url: store.url, service: 'worker' };
    return {
      ...around(store),
      options: ({ alias }) => ({ ...options, tags: { 'booking.id': alias } }),
      unreachable: () => ({ ...options, url: 'http://127.0.0.1:1' }),
      stalled() {
        store.instead(() => undefined);
        return options;
      },
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
      const options = (alias: string) => ({
        url: store.url,
        query: `{ span.booking.id = "${alias}" }`,
        service: 'worker',
      });
      return {
        ...around(store),
        options: ({ alias }) => options(alias),
        unreachable: ({ alias }) => ({ ...options(alias), url: 'http://127.0.0.1:1' }),
        stalled({ alias }) {
          store.instead(() => undefined);
          return options(alias);
        },
      };
    },
  });
