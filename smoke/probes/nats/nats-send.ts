// Publishes one message as a step: on a plain subject, or into a stream that confirms it.

import type { MsgHdrs, NatsConnection } from '@nats-io/transport-node';
import { textOf } from '../../core/text-of.ts';
import { rowCandidate } from '../../select/row.ts';
import { withTrace } from '../http/trace-headers.ts';
import { orAborted } from '../or-aborted.ts';
import { Blind, type FireContext, type Host, type Sent, type Trigger } from '../plugin.ts';
import { originOf } from '../server-target.ts';
import { connectNats, roundTrip } from './nats-connection.ts';
import { natsBlind } from './nats-fault.ts';
import { firstUrl, type NatsOptions } from './nats-options.ts';

type Published = { says: string; stored?: { stream: string; seq: number; duplicate: boolean } };

/** Milliseconds that a stream has to confirm a message. */
const CONFIRM = 10_000;

export function natsTrigger(host: Host): Trigger<NatsOptions> {
  return {
    async fire(options, context): Promise<Sent> {
      const { signal } = context;
      const began = host.clock.now();
      const url = firstUrl(options);
      const what = `publish on ${options.subject ?? '(no subject)'}`;
      const bytes = payloadOf(options).length;
      const cost = () => ({ requests: 1, bytes, ms: host.clock.now() - began });
      let left = false;
      try {
        const { says, stored } = await orAborted(
          inConnection(options, host, signal, (connection) =>
            publish(connection, options, context, () => {
              left = true;
            }),
          ),
          signal,
        );
        return {
          outcome: 'done',
          summary: `${what} at ${originOf(url)} → ${says}`,
          ...(stored && { answer: await rowCandidate({ row: stored, source: `confirmation of ${stored.stream}` }) }),
          cost: cost(),
        };
      } catch (error) {
        const blind = signal.aborted ? undefined : natsBlind(error, url, host.mask);
        const message = blind?.message ?? `${originOf(url)}: ${textOf(signal.reason)}`;
        return {
          outcome: left && !isUndone(blind) ? 'unknown' : 'refused',
          summary: `${what} failed: ${message}`,
          fault: blind?.fault ?? { kind: 'timeout', message },
          cost: cost(),
        };
      }
    },
  };
}

async function inConnection<T>(
  options: NatsOptions,
  host: Host,
  signal: AbortSignal,
  use: (connection: NatsConnection) => Promise<T>,
): Promise<T> {
  if (options.subject === undefined || /(?:^|\.)[*>](?:\.|$)/.test(options.subject))
    throw new Blind('error', 'a message is published on one subject, without wildcards: name it with `subject`');
  signal.throwIfAborted();
  const place = await host.budget(originOf(firstUrl(options)), signal);
  let connection: NatsConnection | undefined;
  const stop = (): void => void connection?.close();
  signal.addEventListener('abort', stop, { once: true });
  try {
    connection = await connectNats(options, host);
    signal.throwIfAborted();
    return await use(connection);
  } finally {
    signal.removeEventListener('abort', stop);
    await connection?.close();
    place.release();
  }
}

async function publish(
  connection: NatsConnection,
  options: NatsOptions,
  { idempotencyKey, trace }: FireContext,
  onLeft: () => void,
): Promise<Published> {
  const { subject = '', stream } = options;
  const data = payloadOf(options);
  const headers = await headersOf(withTrace(options.headers, trace));
  if (stream !== undefined) {
    const { jetstream } = await import('@nats-io/jetstream');
    onLeft();
    const stored = await jetstream(connection).publish(subject, data, {
      ...(headers && { headers }),
      // The stream drops a second message with this id.
      ...(idempotencyKey !== undefined && { msgID: idempotencyKey }),
      expect: { streamName: stream },
      timeout: CONFIRM,
    });
    const { seq, duplicate } = stored;
    const says = duplicate ? `${stored.stream} had it as ${seq} before` : `stored as ${seq} in ${stored.stream}`;
    return { says, stored: { stream: stored.stream, seq, duplicate } };
  }
  const refusal = refusalOf(connection);
  onLeft();
  connection.publish(subject, data, headers && { headers });
  await roundTrip(connection);
  // The server tells a refusal before it answers; the client hands it on a little later, and by the next answer for certain.
  await roundTrip(connection);
  if (refusal.error !== undefined) throw refusal.error;
  return { says: 'the server has it' };
}

/** Nobody answers a plain message, but the server says where the account may not publish. */
function refusalOf(connection: NatsConnection): { error?: Error } {
  const refusal: { error?: Error } = {};
  void (async () => {
    for await (const status of connection.status()) if (status.type === 'error') refusal.error ??= status.error;
  })();
  return refusal;
}

function payloadOf({ json, text }: NatsOptions): Uint8Array {
  return Buffer.from(json === undefined ? (text ?? '') : JSON.stringify(json));
}

async function headersOf(given: NatsOptions['headers']): Promise<MsgHdrs | undefined> {
  if (given === undefined) return undefined;
  const { headers } = await import('@nats-io/transport-node');
  const all = headers();
  for (const [name, value] of Object.entries(given)) all.set(name, value);
  return all;
}

/** The server itself, or the stream, said that it did not take it. */
function isUndone(blind: Blind | undefined): boolean {
  return blind !== undefined && ['permission', 'wrong-answer'].includes(blind.fault.kind);
}
