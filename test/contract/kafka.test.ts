// The kafka probe keeps the contract, against a stand-in that follows the published protocol.

import { kafka } from '../../smoke/probes/kafka/kafka.ts';
import { testProbe } from '../../smoke/testing.ts';
import { kafkaStandIn } from '../servers/kafka-stand-in.ts';

testProbe('kafka, against a stand-in that follows the published protocol,', {
  plugin: kafka,
  unreachableAs: 'refused',
  async setUp() {
    const broker = await kafkaStandIn('bookings');
    const options = { brokers: broker.address, topic: 'bookings' };
    return {
      options: () => options,
      selection: ({ alias }) => ({ where: { '$.booking': alias }, field: '$.note' }),
      put: async ({ alias, note }) => broker.put({ value: JSON.stringify({ booking: alias, note }), partition: 1 }),
      unreachable: () => ({ brokers: '127.0.0.1:1', topic: 'bookings' }),
      // No `denied`: the stand-in speaks no SASL.
      forbidden() {
        // TOPIC_AUTHORIZATION_FAILED
        broker.failFetches(29);
        return options;
      },
      outage: { begin: broker.stop, end: broker.start },
      stalled() {
        broker.stall('ends');
        return options;
      },
      snapshot: async () => broker.content(),
      close: () => broker.close(),
    };
  },
});
