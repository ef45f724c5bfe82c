// Publishes one message on RabbitMQ as a step, and waits until the broker says that it has it.

import type { ConfirmChannel, Options } from 'amqplib';
import { textOf } from '../../core/text-of.ts';
import { jsonText } from '../http/http-body.ts';
import { withTrace } from '../http/trace-headers.ts';
import { orAborted } from '../or-aborted.ts';
import { Blind, type Host, type Sent, type Trigger } from '../plugin.ts';
import { originOf } from '../server-target.ts';
import { rabbitmqBlind, type Stage } from './rabbitmq-fault.ts';
import { openLink } from './rabbitmq-link.ts';
import type { RabbitmqOptions } from './rabbitmq-options.ts';

export function rabbitmqTrigger(host: Host): Trigger<RabbitmqOptions> {
  return {
    async fire(given, { signal, idempotencyKey, trace }): Promise<Sent> {
      const headers = withTrace(given.headers, trace);
      const options = headers === undefined ? given : { ...given, headers };
      const began = host.clock.now();
      const { url, exchange, 'routing-key': key = '' } = options;
      const what = `publish to ${exchange || 'the default exchange'} (routing key ${key === '' ? 'empty' : key})`;
      const body = bodyOf(options);
      const progress: Progress = { stage: 'connect', left: false, returned: false };
      const cost = () => ({ requests: 1, bytes: body.length, ms: host.clock.now() - began });
      try {
        if (exchange === undefined) throw new Blind('error', 'a step that publishes needs an `exchange`');
        signal.throwIfAborted();
        await published(options, exchange, body, idempotencyKey, host, signal, progress);
        return { outcome: 'done', summary: `${what}: confirmed`, cost: cost() };
      } catch (error) {
        const isOurs = signal.aborted && error === signal.reason;
        const { fault } = isOurs
          ? new Blind('timeout', `${originOf(url)}: ${textOf(signal.reason)}`)
          : rabbitmqBlind(error, url, progress.stage);
        const isCertain = !progress.left || progress.returned || (!isOurs && isRefused(error));
        return {
          outcome: isCertain ? 'refused' : 'unknown',
          summary: `${what} failed: ${fault.message}`,
          fault,
          cost: cost(),
        };
      }
    },
  };
}

/** `returned`: no queue is bound for it, so nobody took it. */
type Progress = { stage: Stage; left: boolean; returned: boolean };

async function published(
  options: RabbitmqOptions,
  exchange: string,
  body: Buffer,
  idempotencyKey: string | undefined,
  host: Host,
  signal: AbortSignal,
  progress: Progress,
): Promise<void> {
  const where = originOf(options.url);
  const place = await host.budget(where, signal);
  try {
    const link = await openLink(options, host, signal);
    try {
      const channel = await orAborted(link.model.createConfirmChannel(), signal);
      progress.stage = 'publish';
      signal.throwIfAborted();
      progress.left = true;
      progress.returned = await orAborted(confirmed(channel, exchange, options, body, idempotencyKey), signal);
      if (progress.returned) throw new Blind('wrong-answer', `${where}: no queue took it`, { hint: unrouted });
    } finally {
      await link.end();
    }
  } finally {
    place.release();
  }
}

const unrouted = 'Check the routing key, and that the queue is there and bound to the exchange.';

/** Resolves with whether it came back unrouted, which the broker says before it confirms. */
function confirmed(
  channel: ConfirmChannel,
  exchange: string,
  options: RabbitmqOptions,
  body: Buffer,
  idempotencyKey: string | undefined,
): Promise<boolean> {
  const { promise, resolve, reject } = Promise.withResolvers<boolean>();
  let returned = false;
  let fault: unknown;
  channel.on('return', () => {
    returned = true;
  });
  channel.on('error', (error: unknown) => {
    fault ??= error;
  });
  channel.on('close', () => reject(fault ?? new Error('channel closed')));
  channel.publish(
    exchange,
    options['routing-key'] ?? '',
    body,
    propertiesOf(options, idempotencyKey),
    (error: unknown) => {
      if (error === null || error === undefined) resolve(returned);
      // What ended the channel is told by its own event.
      else if (/nacked/i.test(textOf(error)))
        reject(
          new Blind('busy', `${originOf(options.url)}: the broker could not take it (nack)`, {
            hint: 'A queue may be full, with `overflow: reject-publish`; others may have it.',
          }),
        );
    },
  );
  return promise;
}

/** The broker closed the channel over it: no queue has it. */
function isRefused(error: unknown): boolean {
  const code: unknown = error instanceof Error ? Reflect.get(error, 'code') : undefined;
  return code === 403 || code === 404 || code === 406 || code === 311;
}

function propertiesOf(options: RabbitmqOptions, idempotencyKey: string | undefined): Options.Publish {
  const { headers, json, properties = {} } = options;
  const { persistent = true, priority, type, expiration, ...named } = properties;
  const contentType = named['content-type'] ?? (json === undefined ? undefined : 'application/json');
  const messageId = named['message-id'] ?? idempotencyKey;
  return {
    mandatory: true,
    persistent,
    ...(headers && { headers: { ...headers } }),
    ...(contentType !== undefined && { contentType }),
    ...(named['content-encoding'] !== undefined && { contentEncoding: named['content-encoding'] }),
    ...(messageId !== undefined && { messageId }),
    ...(named['correlation-id'] !== undefined && { correlationId: named['correlation-id'] }),
    ...(named['reply-to'] !== undefined && { replyTo: named['reply-to'] }),
    ...(named['app-id'] !== undefined && { appId: named['app-id'] }),
    ...(type !== undefined && { type }),
    ...(expiration !== undefined && { expiration }),
    ...(priority !== undefined && { priority }),
  };
}

function bodyOf({ json, text = '' }: RabbitmqOptions): Buffer {
  return Buffer.from(json === undefined ? text : jsonText(json));
}
