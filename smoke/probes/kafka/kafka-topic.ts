// Follows the partitions of a topic from the offsets noted before the send, by plain fetches: no group is joined, and
// nothing is committed.

import type { ClusterPartitionMetadata, Consumer, RecordsBatch } from '@platformatic/kafka';
import type { Reading } from '../../core/look.ts';
import { bytesText, type MessageInput } from '../../select/message.ts';
import { type Kept, keepNewest } from '../keep-newest.ts';

/** Offsets by partition; a moment in place of them for a send of the past. */
/** `id` is the topic's own: one by the same name that is made anew has another. */
export type Beginning = { ends: ReadonlyMap<number, bigint>; id: string } | { since: Date };

export type TopicFollower = {
  kept: Kept<MessageInput>;
  read(client: Consumer): Promise<{ requests: number; bytes: number }>;
  unread(): Reading['unseen'];
};

type FetchResponse = Awaited<ReturnType<Consumer['fetch']>>;

const BYTES = 8 * 1024 * 1024;
const PIECE = 1024 * 1024;
/** Milliseconds that a broker may wait for something to be there, which it is. */
const WAIT = 500;
/** The attribute of batches that are the broker's own: the ends of transactions. */
const CONTROL = 0x20;
const [latest, earliest] = [-1n, -2n];

export async function beginningOf(client: Consumer, topic: string): Promise<Beginning> {
  const { topics } = await client.metadata({ topics: [topic], forceUpdate: true });
  return { id: topics.get(topic)?.id ?? '', ends: await offsetsAt(client, topic) };
}

export async function offsetsAt(
  client: Consumer,
  topic: string,
  timestamp: bigint = latest,
): Promise<Map<number, bigint>> {
  const found = (await client.listOffsets({ topics: [topic], timestamp })).get(topic) ?? [];
  return new Map(found.map((offset, partition) => [partition, offset]));
}

export function followTopic(topic: string, limit: number, from: Beginning): TopicFollower {
  const kept = keepNewest<MessageInput>({ limit, sizeOf: ({ bytes }) => bytes.length });
  let next: Map<number, bigint> | undefined = 'ends' in from ? new Map(from.ends) : undefined;
  let known = 'ends' in from ? from.id : undefined;
  let isCut = false;
  let isBehind = false;

  async function read(client: Consumer): Promise<{ requests: number; bytes: number }> {
    const metadata = await client.metadata({ topics: [topic], forceUpdate: true });
    const { id, partitions } = metadata.topics.get(topic) ?? { id: '', partitions: [] };
    if (known !== undefined && known !== id) {
      isCut = true;
      next = new Map();
    }
    known = id;
    const ends = await offsetsAt(client, topic);
    const firsts = await offsetsAt(client, topic, earliest);
    let requests = 3;
    if (next === undefined && 'since' in from) {
      const found = await offsetsAt(client, topic, BigInt(from.since.getTime()));
      requests += 1;
      // Without a message of that time or later there is no such offset.
      next = new Map([...found].map(([at, offset]) => [at, offset < 0n ? (ends.get(at) ?? 0n) : offset]));
    }
    next ??= new Map();
    const positions = next;
    for (const [partition, first] of firsts) {
      // One that was not there before the send is read from its beginning.
      const at = positions.get(partition) ?? first;
      const isLost = at < first || at > (ends.get(partition) ?? at);
      if (isLost) isCut = true;
      positions.set(partition, isLost ? first : at);
    }
    let bytes = 0;
    for (const [leader, led] of byLeader(partitions)) {
      const wanted = (): number[] => led.filter((one) => (positions.get(one) ?? 0n) < (ends.get(one) ?? 0n));
      for (let left = wanted(); left.length > 0 && bytes < BYTES; left = wanted()) {
        const before = left.map((one) => positions.get(one));
        bytes += take(
          await client.fetch({ node: leader, topics: [{ topicId: id, partitions: left.map(asked) }], ...bounds }),
        );
        requests += 1;
        if (left.every((one, index) => positions.get(one) === before[index])) break;
      }
    }
    isBehind = [...ends].some(([partition, end]) => (positions.get(partition) ?? 0n) < end);
    return { requests, bytes };
  }

  const asked = (partition: number) => ({
    partition,
    currentLeaderEpoch: -1,
    fetchOffset: next?.get(partition) ?? 0n,
    lastFetchedEpoch: -1,
    partitionMaxBytes: PIECE,
  });

  function take({ responses }: FetchResponse): number {
    let bytes = 0;
    for (const { partitions } of responses)
      for (const { partitionIndex, records } of partitions)
        for (const batch of records ?? []) bytes += takeBatch(partitionIndex, batch);
    return bytes;
  }

  function takeBatch(partition: number, batch: RecordsBatch): number {
    let bytes = 0;
    const isControl = (batch.attributes & CONTROL) !== 0;
    // Offsets are given without gaps: where some are missing the topic is compacted, and a newer message took their place.
    const isCompacted = !isControl && batch.records.length <= batch.lastOffsetDelta;
    if (isCompacted || batch.firstOffset > (next?.get(partition) ?? 0n)) isCut = true;
    for (const record of isControl ? [] : batch.records) {
      const offset = batch.firstOffset + BigInt(record.offsetDelta);
      // A batch is sent whole, though it may begin before the offset that was asked for.
      if (offset < (next?.get(partition) ?? 0n)) continue;
      const { key, value, headers } = record;
      const named = headers.map(([name, text]) => [bytesText(name ?? empty), bytesText(text ?? empty)]);
      kept.add({
        bytes: value ?? empty,
        source: `message ${offset} of ${topic}/${partition}`,
        at: timeOf(batch.firstTimestamp + record.timestampDelta),
        headers: {
          ...Object.fromEntries(named),
          'Kafka-Key': bytesText(key ?? empty),
          'Kafka-Partition': String(partition),
          'Kafka-Offset': String(offset),
        },
      });
      bytes += record.length;
    }
    const end = batch.firstOffset + BigInt(batch.lastOffsetDelta) + 1n;
    if (end > (next?.get(partition) ?? 0n)) next?.set(partition, end);
    return bytes;
  }

  // One read at a time: two at once would take the same messages.
  let turn: Promise<unknown> = Promise.resolve();
  return {
    kept,
    read(client) {
      const result = turn.then(() => read(client));
      turn = result.catch(() => undefined);
      return result;
    },
    unread() {
      const gaveUp = (message: string, hint: string): Reading['unseen'] => ({ kind: 'gave-up', message, hint });
      if (isCut)
        return gaveUp(
          `topic ${topic} lost messages before they were read`,
          'Look more often, or keep them for longer.',
        );
      if (isBehind)
        return gaveUp(`not all of topic ${topic} was read yet`, 'Look again: the next look goes on from there.');
      if (kept.dropped() === 0) return undefined;
      return gaveUp(`only the newest ${kept.all().length} messages of topic ${topic} are kept`, 'Raise `limit`.');
    },
  };
}

const empty = new Uint8Array();
const bounds = { minBytes: 1, maxBytes: BYTES, maxWaitTime: WAIT };

function byLeader(partitions: readonly ClusterPartitionMetadata[]): Map<number, number[]> {
  const all = partitions.map(({ leader }, index) => ({ leader, index }));
  const grouped = Map.groupBy(all, ({ leader }) => leader);
  return new Map([...grouped].map(([leader, led]) => [leader, led.map(({ index }) => index)]));
}

/** A producer may send any number. */
function timeOf(timestamp: bigint): string {
  const at = new Date(Number(timestamp));
  return Number.isNaN(at.getTime()) ? '' : at.toISOString();
}
