// The `kafka` plug-in (experimental): reads every partition of a topic from its end before the send, outside of any group.

import type { Plugin } from '../plugin.ts';
import { type KafkaOptions, kafkaOptions } from './kafka-options.ts';

export const kafka: Plugin<KafkaOptions> = {
  name: 'kafka',
  summary:
    'Experimental: messages of a Kafka topic since the moment before the send, read outside of any consumer group',
  options: kafkaOptions,
  queue: true,
  contract: {
    needs: 'to describe and read the topic; no right on any group',
    costs: 'a request for metadata, two for offsets, and one or more fetches from each leader; at most 8 MB',
    proof: 'nothing, as far as a stand-in shows: test/probes/kafka.test.ts',
  },
  // The ends of the partitions are noted before the send.
  connects: ['brokers', 'tls', 'ca', 'sasl', 'topic', 'limit'],
  title: ({ topic }) => (typeof topic === 'string' ? `topic ${topic}` : 'kafka'),
  async open(given, host) {
    const { openKafka } = await import('./kafka-look.ts');
    return openKafka(given, host);
  },
};
