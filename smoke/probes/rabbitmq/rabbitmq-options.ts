// The options of the `rabbitmq` plug-in, as values: `${{ }}` is resolved before they are validated.

import * as v from 'valibot';
import type { ServerTarget } from '../server-target.ts';
import { told } from '../told.ts';

type Value = string | number | boolean;

export type RabbitmqProperties = {
  'content-type'?: string | undefined;
  'content-encoding'?: string | undefined;
  'message-id'?: string | undefined;
  'correlation-id'?: string | undefined;
  'reply-to'?: string | undefined;
  'app-id'?: string | undefined;
  type?: string | undefined;
  expiration?: string | undefined;
  priority?: number | undefined;
  persistent?: boolean | undefined;
};

export type RabbitmqOptions = ServerTarget & {
  exchange?: string | undefined;
  type?: 'topic' | 'fanout' | 'direct' | 'headers' | undefined;
  binding?: string | readonly string[] | undefined;
  headers?: Readonly<Record<string, Value>> | undefined;
  firehose?: boolean | undefined;
  queue?: string | undefined;
  limit?: number | undefined;
  'routing-key'?: string | undefined;
  json?: unknown;
  text?: string | undefined;
  properties?: RabbitmqProperties | undefined;
};

/** What only a step that publishes has. */
export const sendOnly: readonly (keyof RabbitmqOptions)[] = ['routing-key', 'json', 'text', 'properties'];

/** The protocol's longest name or routing key, in bytes. */
const shortText = v.pipe(v.string(), v.maxBytes(255));
const name = v.pipe(shortText, v.minLength(1));
const unknownKey = v.never('unknown key');

const properties = v.objectWithRest(
  {
    'content-type': v.optional(told(shortText, 'Default: that of `json`.', 'application/vnd.bookings+json')),
    'content-encoding': v.optional(told(shortText, 'Told and not done: the body is sent as it is.', 'utf-8')),
    'message-id': v.optional(told(shortText, 'An id of the message.', '${{ marker }}')),
    'correlation-id': v.optional(told(shortText, 'An id that an answer carries.', '${{ marker }}')),
    'reply-to': v.optional(told(shortText, 'The queue for an answer.', 'answers')),
    'app-id': v.optional(told(shortText, 'The name of the sender.', 'smoke')),
    type: v.optional(told(shortText, 'What kind of message it is.', 'booking.created')),
    expiration: v.optional(told(shortText, 'Milliseconds until a queue drops it, as a text.', '60000')),
    priority: v.optional(told(v.pipe(v.number(), v.integer(), v.minValue(0), v.maxValue(255)), 'Its priority.', 5)),
    persistent: v.optional(told(v.boolean(), 'It outlives a restart of the broker. Default true.', false)),
  },
  unknownKey,
);

const binding = v.union([shortText, v.pipe(v.array(shortText), v.minLength(1), v.maxLength(50))]);

const entries = {
  url: told(
    v.pipe(
      v.string(),
      v.regex(/^amqps?:\/\//, 'must begin with amqp:// or amqps://'),
      v.check((url) => URL.canParse(url) && new URL(url).hostname !== '', 'must name a host'),
    ),
    'Address of the broker, with the vhost as its path. `amqps://` for TLS.',
    '${{ secret.AMQP_URL }}',
    'amqp://127.0.0.1:5672/bookings',
  ),
  ca: v.optional(
    told(
      v.pipe(v.string(), v.minLength(1)),
      'File of the authority that signed the certificate of the broker (PEM).',
      './rabbitmq-ca.pem',
    ),
  ),
  exchange: v.optional(
    told(
      shortText,
      'The exchange that is tapped; for a step, where it publishes (empty: the default exchange).',
      'bookings',
    ),
  ),
  type: v.optional(
    told(
      v.picklist(['topic', 'fanout', 'direct', 'headers']),
      'What the exchange is: then nothing but silence from a tap on all of it proves an absence.',
      'topic',
    ),
  ),
  binding: v.optional(
    told(
      binding,
      'The routing keys that are tapped, as a queue is bound: one, or a list. Default #, which is all of a topic or fanout exchange.',
      'booking.*',
    ),
  ),
  headers: v.optional(
    told(
      v.record(shortText, v.union([v.string(), v.number(), v.boolean()])),
      'For a step, the headers of the message; for a look, the arguments of the binding at a headers exchange.',
      { kind: 'booking', 'x-match': 'any' },
    ),
  ),
  firehose: v.optional(
    told(
      v.boolean(),
      'Tap what the tracing of the whole vhost repeats (amq.rabbitmq.trace), where an operator switched it on. Default false.',
      true,
    ),
  ),
  queue: v.optional(
    told(name, 'With `firehose`: what was put into this queue, and delivered from it.', 'partner-push'),
  ),
  limit: v.optional(
    told(
      v.pipe(v.number(), v.integer(), v.minValue(1), v.maxValue(50_000)),
      'The most messages that are kept, the newest. Default 10000.',
      20_000,
    ),
  ),
  'routing-key': v.optional(told(shortText, 'The routing key of the message. Default: empty.', 'booking.created')),
  json: v.optional(told(v.unknown(), 'A body sent as JSON.', { booking: 8841, note: 'Arriving late. ${{ marker }}' })),
  text: v.optional(told(v.string(), 'A body sent as it is.', 'Note: ${{ marker }}')),
  properties: v.optional(told(properties, 'What else the message says of itself.', { 'message-id': '${{ marker }}' })),
};

export const rabbitmqOptions: v.GenericSchema<unknown, RabbitmqOptions> = v.pipe(
  v.objectWithRest(entries, unknownKey),
  v.check(
    ({ exchange, firehose }) => exchange !== undefined || firehose === true,
    'name the exchange, or say `firehose: true`',
  ),
  v.check(({ queue, firehose }) => queue === undefined || firehose === true, '`queue` goes with `firehose: true`'),
  v.check(
    ({ binding, headers, type, firehose }) =>
      firehose !== true || [binding, headers, type].every((given) => given === undefined),
    '`firehose` has no binding, headers or type: `exchange` and `queue` say what is looked at',
  ),
  v.check(
    ({ ca, url }) => ca === undefined || url.startsWith('amqps:'),
    '`ca` is for TLS: the url must begin with amqps://',
  ),
  v.check(({ json, text }) => json === undefined || text === undefined, 'only one of json and text'),
);
