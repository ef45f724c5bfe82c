// The otlp probe keeps the contract, with spans that the OpenTelemetry SDK exports, in both encodings of the protocol.

import { createServer } from 'node:http';
import { SpanKind } from '@opentelemetry/api';
import { otlp } from '../../smoke/probes/spans/otlp.ts';
import { testProbe } from '../../smoke/testing.ts';
import { freePort } from '../servers/free-port.ts';
import { type Spoken, tracer } from '../servers/tracer.ts';

for (const spoken of ['json', 'protobuf'] as const satisfies readonly Spoken[])
  testProbe(`otlp in ${spoken}`, {
    plugin: otlp,
    provesAbsence: 'unseen',
    unreachableAs: 'error',
    async setUp() {
      const port = await freePort();
      const listen = `127.0.0.1:${port}`;
      const service = tracer(`http://${listen}`, spoken, { 'service.name': 'worker' });
      const taken = createServer();
      await new Promise<void>((resolve) => taken.listen(0, '127.0.0.1', resolve));
      const { port: other } = taken.address() as { port: number };
      return {
        options: () => ({ listen, service: 'worker', kind: 'consumer' as const }),
        selection: ({ alias }) => ({
          where: { "$.attributes['booking.id']": alias },
          field: "$.attributes['booking.note']",
        }),
        async put({ alias, note }) {
          const attributes = { 'booking.id': alias, 'booking.note': note };
          // Before anything listens, an exporter gives up: nobody reads what came of it.
          await service.span('partner-push process', { kind: SpanKind.CONSUMER, attributes }).catch(() => undefined);
        },
        // It listens itself and reads what it holds: nobody turns it down, stalls or ends, and there is nothing to change.
        unreachable: () => ({ listen: `127.0.0.1:${other}`, service: 'worker' }),
        async close() {
          await service.close();
          taken.close();
        },
      };
    },
  });
