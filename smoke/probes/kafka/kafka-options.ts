// The options of the `kafka` plug-in, as values: `${{ }}` is resolved before they are validated.

import * as v from 'valibot';
import { told } from '../told.ts';

export type KafkaTarget = {
  brokers: string | readonly string[];
  tls?: boolean | undefined;
  ca?: string | undefined;
  sasl?: { mechanism: 'PLAIN' | 'SCRAM-SHA-256' | 'SCRAM-SHA-512'; username: string; password: string } | undefined;
};

export type KafkaOptions = KafkaTarget & { topic: string; limit?: number | undefined };

const name = v.pipe(v.string(), v.minLength(1));
const broker = v.pipe(
  v.string(),
  v.regex(/^(?:[\w.-]+|\[[\da-fA-F:]+\]):\d{1,5}$/, 'must be HOST:PORT, as in 127.0.0.1:9092'),
);

export const kafkaOptions: v.GenericSchema<unknown, KafkaOptions> = v.objectWithRest(
  {
    brokers: told(
      v.union([broker, v.pipe(v.array(broker), v.minLength(1))]),
      'A broker, or several, from which the others are learned. (The plug-in is experimental.)',
      '127.0.0.1:9092',
      ['kafka-1.example:9092', 'kafka-2.example:9092'],
    ),
    topic: told(
      v.pipe(v.string(), v.regex(/^[\w.-]{1,249}$/, 'must be the name of a topic')),
      'The topic, of which every partition is read.',
      'bookings',
    ),
    tls: v.optional(told(v.boolean(), 'Speak TLS with the brokers. Default false, and true with `ca`.', true)),
    ca: v.optional(
      told(name, 'File of the authority that signed the certificates of the brokers (PEM).', './kafka-ca.pem'),
    ),
    sasl: v.optional(
      told(
        v.objectWithRest(
          {
            mechanism: told(
              v.picklist(['PLAIN', 'SCRAM-SHA-256', 'SCRAM-SHA-512']),
              'How the password is proved.',
              'SCRAM-SHA-512',
            ),
            username: told(name, 'The account.', 'smoketrail'),
            password: told(name, 'Its password.', '${{ secret.KAFKA_PASSWORD }}'),
          },
          v.never('unknown key'),
        ),
        'Who asks.',
        { mechanism: 'PLAIN', username: 'smoketrail', password: '${{ secret.KAFKA_PASSWORD }}' },
      ),
    ),
    limit: v.optional(
      told(
        v.pipe(v.number(), v.integer(), v.minValue(1), v.maxValue(50_000)),
        'The most messages that are kept, the newest. Default 10,000.',
        20_000,
      ),
    ),
  },
  v.never('unknown key'),
);

/** What budgets go by and people read. `ssl` is how the shared reading of addresses is told of TLS. */
export function addressOf({ brokers, tls = false }: KafkaTarget): string {
  return `kafka://${[brokers].flat()[0]}${tls ? '?ssl=true' : ''}`;
}
