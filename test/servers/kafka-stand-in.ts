// A stand-in for a Kafka broker that follows the published wire protocol (https://kafka.apache.org/protocol) as far as reading
// a topic goes: ApiVersions 3, Metadata 9, ListOffsets 6, Fetch 12. No real broker can be had for tests here.

import { once } from 'node:events';
import { createServer, type Server, type Socket } from 'node:net';
import { createRecordsBatch, Reader, Writer } from '@platformatic/kafka';

export type KafkaStandIn = {
  address: string;
  port: number;
  /** Puts a message at the end of a partition, which appears where it was not there. */
  put(message: {
    value: string;
    partition?: number;
    key?: string;
    headers?: Record<string, string>;
    at?: number;
  }): void;
  /** Drops the oldest messages of a partition, as retention does. */
  trim(partition: number, count: number): void;
  /** Takes out one message, as compaction does where a newer one has its key. */
  compact(partition: number, offset: number): void;
  /** Answers every fetch with this error code from now on; 0 for none. */
  failFetches(code: number): void;
  /** Takes requests and answers none: from now on, or once it has told where the partitions end. */
  stall(from?: 'now' | 'ends'): void;
  /** The API keys of all requests so far. */
  asked(): readonly number[];
  /** Logs of all partitions, as they are stored. */
  content(): unknown;
  /** Takes no connection any more, and takes them again on the same port with its log. */
  stop(): Promise<void>;
  start(): Promise<void>;
  close(): Promise<void>;
};

type Entry = { offset: number; at: number; batch: Buffer };
type Partition = { start: number; entries: Entry[] };

const keys = { fetch: 1, listOffsets: 2, metadata: 3, apiVersions: 18 } as const;
const codes = { outOfRange: 1, unknownTopic: 3 } as const;

export async function kafkaStandIn(topic: string, count = 2): Promise<KafkaStandIn> {
  const partitions: Partition[] = Array.from({ length: count }, () => ({ start: 0, entries: [] }));
  const asked: number[] = [];
  const sockets = new Set<Socket>();
  let failing = 0;
  let stalled: 'now' | 'ends' | undefined;

  const endOf = ({ start, entries }: Partition): number => (entries.at(-1)?.offset ?? start - 1) + 1;

  function metadata(body: Writer, request: Reader): void {
    const names = request.readArray((one) => one.readString());
    body.appendInt32(0);
    body.appendArray([1], (one) => one.appendInt32(1).appendString('127.0.0.1').appendInt32(port).appendString(null));
    body.appendString('stand-in').appendInt32(1);
    body.appendArray(names, (one, name) => {
      one
        .appendInt16(name === topic ? 0 : codes.unknownTopic)
        .appendString(name)
        .appendBoolean(false);
      const numbers = name === topic ? [...partitions.keys()] : [];
      one.appendArray(numbers, (part, number) => {
        part.appendInt16(0).appendInt32(number).appendInt32(1).appendInt32(0);
        for (const nodes of [[1], [1], []])
          part.appendArray(nodes, (list, node) => list.appendInt32(node), true, false);
      });
      one.appendInt32(-1);
    });
    body.appendInt32(-1).appendTaggedFields();
  }

  function listOffsets(body: Writer, request: Reader): void {
    request.readInt32();
    request.readInt8();
    const topics = request.readArray((one) => ({
      name: one.readString(),
      wanted: one.readArray((part) => {
        const [number, , timestamp] = [part.readInt32(), part.readInt32(), part.readInt64()];
        return { number, timestamp: Number(timestamp) };
      }),
    }));
    body.appendInt32(0);
    body.appendArray(topics, (one, { name, wanted }) => {
      one.appendString(name);
      one.appendArray(wanted, (part, { number, timestamp }) => {
        const log = partitions[number] ?? { start: 0, entries: [] };
        const since = log.entries.find(({ at }) => at >= timestamp);
        const offset = timestamp === -1 ? endOf(log) : timestamp === -2 ? log.start : (since?.offset ?? -1);
        part.appendInt32(number).appendInt16(0).appendInt64(-1n).appendInt64(BigInt(offset)).appendInt32(0);
      });
    });
    body.appendTaggedFields();
  }

  function fetch(body: Writer, request: Reader): void {
    request.skip(4 + 4 + 4 + 4 + 1 + 4 + 4);
    const topics = request.readArray((one) => ({
      name: one.readString(),
      wanted: one.readArray((part) => {
        const [number, , from] = [part.readInt32(), part.readInt32(), part.readInt64()];
        part.skip(4 + 8);
        return { number, from: Number(from), most: part.readInt32() };
      }),
    }));
    body.appendInt32(0).appendInt16(0).appendInt32(0);
    body.appendArray(topics, (one, { name, wanted }) => {
      one.appendString(name);
      one.appendArray(wanted, (part, { number, from, most }) => {
        const log = partitions[number] ?? { start: 0, entries: [] };
        const code = failing > 0 ? failing : from < log.start || from > endOf(log) ? codes.outOfRange : 0;
        const end = BigInt(endOf(log));
        part.appendInt32(number).appendInt16(code).appendInt64(end).appendInt64(end).appendInt64(BigInt(log.start));
        part.appendArray(null, () => undefined).appendInt32(-1);
        part.appendBytes(code === 0 ? batchesFrom(log, from, most) : Buffer.alloc(0));
      });
    });
    body.appendTaggedFields();
  }

  function answer(socket: Socket, frame: Buffer): void {
    const request = Reader.from(frame);
    const [key, , correlation] = [request.readInt16(), request.readInt16(), request.readInt32()];
    request.readNullableString(false);
    request.readTaggedFields();
    asked.push(key);
    if (stalled === 'now') return;
    if (stalled === 'ends' && key === keys.listOffsets) stalled = 'now';
    const reply = Writer.create().appendInt32(correlation);
    // The header of this one answer has no tagged fields.
    if (key !== keys.apiVersions) reply.appendTaggedFields();
    if (key === keys.apiVersions) apiVersions(reply);
    else if (key === keys.metadata) metadata(reply, request);
    else if (key === keys.listOffsets) listOffsets(reply, request);
    else if (key === keys.fetch) fetch(reply, request);
    else return void socket.destroy();
    socket.write(reply.prependLength().buffer);
  }

  const take = (socket: Socket): void => {
    sockets.add(socket);
    let pending = Buffer.alloc(0);
    socket.on('error', () => undefined);
    socket.on('close', () => sockets.delete(socket));
    socket.on('data', (chunk) => {
      pending = Buffer.concat([pending, chunk]);
      while (pending.length >= 4 && pending.length >= 4 + pending.readInt32BE(0)) {
        const size = pending.readInt32BE(0);
        answer(socket, pending.subarray(4, 4 + size));
        pending = pending.subarray(4 + size);
      }
    });
  };
  let server: Server | undefined;
  let port = 0;
  async function start(): Promise<void> {
    const starting = createServer(take);
    server = starting;
    starting.listen(port, '127.0.0.1');
    await once(starting, 'listening');
    ({ port } = starting.address() as { port: number });
  }
  async function stop(): Promise<void> {
    const ending = server;
    server = undefined;
    if (ending === undefined) return;
    for (const socket of sockets) socket.destroy();
    ending.close();
    await once(ending, 'close');
  }
  await start();

  return {
    address: `127.0.0.1:${port}`,
    port,
    put({ value, partition = 0, key = '', headers = {}, at = Date.now() }) {
      while (partitions.length <= partition) partitions.push({ start: 0, entries: [] });
      const log = partitions[partition];
      if (log === undefined) return;
      const named = Object.entries(headers).map(([name, text]) => [Buffer.from(name), Buffer.from(text)] as const);
      const record = { key: Buffer.from(key), value: Buffer.from(value), headers: new Map(named) };
      const batch = Buffer.from(createRecordsBatch([{ ...record, topic, partition, timestamp: BigInt(at) }]).buffer);
      const offset = endOf(log);
      // Its place in the log is the broker's to say, and no part of the checksum.
      batch.writeBigInt64BE(BigInt(offset), 0);
      log.entries.push({ offset, at, batch });
    },
    trim(partition, trimmed) {
      const log = partitions[partition];
      if (log === undefined) return;
      log.start += trimmed;
      log.entries = log.entries.filter(({ offset }) => offset >= log.start);
    },
    compact(partition, gone) {
      const log = partitions[partition];
      if (log !== undefined) log.entries = log.entries.filter(({ offset }) => offset !== gone);
    },
    failFetches(code) {
      failing = code;
    },
    stall(from = 'now') {
      stalled = from;
    },
    asked: () => [...asked],
    content: () => partitions.map(({ start, entries }) => [start, entries.map(({ batch }) => batch.toString('hex'))]),
    stop,
    start,
    close: stop,
  };
}

function apiVersions(body: Writer): void {
  const spoken = [
    [keys.fetch, 12],
    [keys.listOffsets, 6],
    [keys.metadata, 9],
    [keys.apiVersions, 3],
  ] as const;
  body.appendInt16(0);
  body.appendArray([...spoken], (one, [key, version]) =>
    one.appendInt16(key).appendInt16(version).appendInt16(version),
  );
  body.appendInt32(0).appendTaggedFields();
}

/** Whole batches, one at least, however long it is. */
function batchesFrom({ entries }: Partition, from: number, most: number): Buffer {
  const chosen: Buffer[] = [];
  let size = 0;
  for (const { offset, batch } of entries) {
    if (offset < from) continue;
    if (chosen.length > 0 && size + batch.length > most) break;
    chosen.push(batch);
    size += batch.length;
  }
  return Buffer.concat(chosen);
}
