// Looks with the `kafka` plug-in: one client for a run, which joins no group.

import type { Consumer } from '@platformatic/kafka';
import { messageCandidates } from '../../select/message.ts';
import { inTime } from '../before-the-send.ts';
import { orAborted } from '../or-aborted.ts';
import { isPast } from '../past-send.ts';
import { Blind, type Host, type Probe } from '../plugin.ts';
import { originOf, tlsOf } from '../server-target.ts';
import { kafkaBlind } from './kafka-fault.ts';
import { addressOf, type KafkaOptions, type KafkaTarget } from './kafka-options.ts';
import { beginningOf, followTopic, type TopicFollower } from './kafka-topic.ts';

const LIMIT = 10_000;
/** Milliseconds for a connection, and for one answer. */
const PATIENCE = 5000;

export async function openKafka(given: Partial<KafkaOptions>, host: Host): Promise<Probe<KafkaOptions>> {
  const { brokers, tls, ca, sasl, topic, limit = LIMIT } = given;
  if (brokers === undefined || topic === undefined)
    throw new Blind('error', 'the brokers and the topic are not known before the send');
  const target = { brokers, tls, ca, sasl };
  const url = addressOf(target);
  const client = await clientFor(target, host);
  const opened = host.clock.wall();
  const followers = new Map<string, TopicFollower>();

  async function ask<T>(signal: AbortSignal, work: () => Promise<T>): Promise<T> {
    signal.throwIfAborted();
    const place = await host.budget(originOf(url), signal);
    try {
      return await orAborted(work(), signal);
    } catch (error) {
      signal.throwIfAborted();
      // Who leads which partition may have changed.
      client.clearMetadata();
      throw kafkaBlind(error, url, host.mask);
    } finally {
      place.release();
    }
  }

  // Without the ends of before the send nothing is known to be new, so a topic that cannot be asked is blind from here on.
  const from = await inTime(host.clock, (signal) => ask(signal, () => beginningOf(client, topic))).catch(
    async (error: unknown) => {
      await client.close(true);
      throw error;
    },
  );

  return {
    async read(_options, { signal, since, named }) {
      const began = host.clock.now();
      const past = isPast(since, opened);
      const name = past ? String(since.getTime()) : 'opened';
      const follower = followers.get(name) ?? followTopic(topic, limit, past ? { since } : from);
      followers.set(name, follower);
      const cost = await ask(signal, () => follower.read(client));
      const messages = follower.kept.all();
      const unseen = follower.unread();
      return {
        candidates: await messageCandidates(messages.map((message) => ({ ...message, named }))),
        whole: unseen === undefined,
        searched: `${messages.length} ${messages.length === 1 ? 'message' : 'messages'} of topic ${topic} since the send`,
        ...(unseen && { unseen }),
        cost: { ...cost, ms: host.clock.now() - began },
      };
    },
    close: async () => client.close(true),
  };
}

async function clientFor(target: KafkaTarget, host: Host): Promise<Consumer> {
  const secured = await tlsOf({ url: addressOf(target), ca: target.ca }, host);
  // Loaded when something is to be read: no scenario without Kafka pays for it.
  const { Consumer: Client } = await import('@platformatic/kafka');
  // Each broker is verified by its own name.
  const { servername: name, ...tls } = secured ?? {};
  return new Client({
    clientId: 'smoketrail',
    // Asked for by the client, and never sent: only one that joins sends it.
    groupId: 'smoketrail',
    bootstrapBrokers: [...[target.brokers].flat()],
    autocreateTopics: false,
    // Whoever looks decides when to try again.
    retries: 0,
    connectTimeout: PATIENCE,
    requestTimeout: PATIENCE,
    timeout: PATIENCE,
    // An IP address may not be named so.
    ...(secured && { tls, tlsServerName: name !== undefined }),
    ...(target.sasl && { sasl: target.sasl }),
  });
}
