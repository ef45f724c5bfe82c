// Messages as the firehose repeats them: one event when a message is published, one each time it is delivered.
// https://www.rabbitmq.com/docs/firehose

import { createHash } from 'node:crypto';
import type { ConsumeMessage } from 'amqplib';
import type { Fields, Passed } from './rabbitmq-record.ts';

export const traceExchange = 'amq.rabbitmq.trace';

export type FirehoseFilter = { exchange?: string | undefined; queue?: string | undefined };

export type Traced =
  | { event: 'publish'; passed: Passed; key: string }
  | { event: 'deliver'; passed: Passed; key: string; queue: string };

/** A pattern with a `*` or `#` of a name in it takes more; `tracedOf` looks again. */
export function firehosePatterns({ exchange, queue }: FirehoseFilter): readonly string[] {
  return [
    exchange === undefined ? 'publish.#' : `publish.${exchange}`,
    queue === undefined ? 'deliver.#' : `deliver.${queue}`,
  ];
}

/** Undefined where the event is of another exchange or queue, or is none. */
export function tracedOf({ content, fields, properties }: ConsumeMessage, filter: FirehoseFilter): Traced | undefined {
  const [, event, name = ''] = /^(publish|deliver)\.(.*)$/s.exec(fields.routingKey) ?? [];
  const about: Fields = properties.headers ?? {};
  const exchange = textOf(about['exchange_name']);
  if (event === undefined || (filter.exchange !== undefined && exchange !== filter.exchange)) return undefined;
  const routed = textsOf(about['routed_queues']);
  if (filter.queue !== undefined && !(event === 'publish' ? routed.includes(filter.queue) : name === filter.queue))
    return undefined;
  const [routingKey = ''] = textsOf(about['routing_keys']);
  const { headers, ...said } = fieldsOf(about['properties']);
  const own = Object.fromEntries(Object.entries(said).map(([key, value]) => [camel(key), value]));
  const passed: Passed = {
    content: new Uint8Array(content),
    exchange,
    routingKey,
    redelivered: Boolean(about['redelivered']),
    properties: own,
    headers: fieldsOf(headers),
    ...(event === 'publish' && { routed }),
  };
  const key = createHash('sha1')
    .update(JSON.stringify([exchange, routingKey, own['messageId'], own['correlationId'], own['timestamp']]))
    .update(content)
    .digest('base64');
  return event === 'publish' ? { event, passed, key } : { event: 'deliver', passed, key, queue: name };
}

/**
 * Joins the events of a message: a delivery belongs to the oldest one like it that was not delivered from that queue
 * yet; one that is delivered again belongs to the one that was. `changed` where the delivery is told with it.
 */
export function joinTraced<T extends { passed: Passed }>(
  known: readonly T[],
  { passed, queue }: Extract<Traced, { event: 'deliver' }>,
): { of: T; passed: Passed } | undefined {
  const of = passed.redelivered
    ? known.findLast((one) => one.passed.delivered?.includes(queue))
    : known.find((one) => !one.passed.delivered?.includes(queue) && one.passed.routed?.includes(queue) !== false);
  if (of === undefined) return undefined;
  const { delivered = [] } = of.passed;
  return {
    of,
    passed: {
      ...of.passed,
      redelivered: of.passed.redelivered || passed.redelivered,
      delivered: [...new Set([...delivered, queue])],
    },
  };
}

function camel(name: string): string {
  return name.replace(/_([a-z])/g, (_all, letter: string) => letter.toUpperCase());
}

function textOf(value: unknown): string {
  return typeof value === 'string' ? value : '';
}

function textsOf(value: unknown): string[] {
  return Array.isArray(value) ? value.filter((one) => typeof one === 'string') : [];
}

function fieldsOf(value: unknown): Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Fields) : {};
}
