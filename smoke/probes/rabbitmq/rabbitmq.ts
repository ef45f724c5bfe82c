// The `rabbitmq` plug-in: messages that pass an exchange from the moment before the send; as a step, one that is published.

import type { Plugin } from '../plugin.ts';
import { type RabbitmqOptions, rabbitmqOptions, sendOnly } from './rabbitmq-options.ts';

export const rabbitmq: Plugin<RabbitmqOptions> = {
  name: 'rabbitmq',
  summary: 'Messages that pass an exchange of RabbitMQ, tapped beside its queues; as a step, one that is published',
  options: rabbitmqOptions,
  queue: true,
  evidence: 'tap',
  documents: ['text'],
  contract: {
    needs:
      "configure '^amq\\.gen-.*', write '^amq\\.gen-.*', read '^(amq\\.gen-.*|EXCHANGE)$'; for the default exchange an operator's `rabbitmqctl trace_on`",
    costs: 'a queue of its own, a copy of each message that passes, and three requests a look',
    proof: 'nothing but a queue of its own: test/contract/rabbitmq.test.ts, test/probes/rabbitmq.test.ts',
  },
  // The tap is laid before the send.
  connects: ['url', 'ca', 'exchange', 'type', 'binding', 'headers', 'firehose', 'queue', 'limit'],
  title({ exchange, binding, firehose, queue, ...options }) {
    const named = typeof exchange === 'string' && exchange !== '' ? exchange : undefined;
    if (sendOnly.some((name) => options[name] !== undefined))
      return `publish to ${named ?? (typeof options['routing-key'] === 'string' ? options['routing-key'] : 'rabbitmq')}`;
    if (firehose === true) return typeof queue === 'string' ? `messages to ${queue} (firehose)` : 'firehose';
    const keys = typeof binding === 'string' ? ` (${binding})` : '';
    return named === undefined ? 'rabbitmq' : `messages of ${named}${keys}`;
  },
  lookFault(options) {
    const wrong = sendOnly.find((name) => options[name] !== undefined);
    if (wrong !== undefined) return `\`${wrong}\` is for a step that publishes; a look publishes nothing`;
    if (options['exchange'] === '' && options['firehose'] !== true)
      return 'what is published to the default exchange cannot be tapped there: say `firehose: true`, with tracing switched on by an operator, or tap an exchange that is bound to the queue';
    const { type, binding = '#' } = options;
    if (type === 'direct' && [binding].flat().some((key) => typeof key === 'string' && /[*#]/.test(key)))
      return 'a direct exchange hands on exact routing keys only: name them as `binding`';
    if (type === 'headers' && options['headers'] === undefined)
      return 'a headers exchange goes by headers: name them as `headers`';
    return undefined;
  },
  async open(given, host) {
    const { openRabbitmq } = await import('./rabbitmq-look.ts');
    return openRabbitmq(given, host);
  },
  async trigger(host) {
    const { rabbitmqTrigger } = await import('./rabbitmq-send.ts');
    return rabbitmqTrigger(host);
  },
};
