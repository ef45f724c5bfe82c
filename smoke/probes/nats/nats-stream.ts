// Reads a JetStream stream message by message, by sequence, from the end that was noted before the send. No consumer is
// made: an interest stream would keep messages for it, and a work queue allows no second one.

import type { JetStreamManager, NextMsgRequest, SeqMsgRequest, StoredMsg, StreamInfo } from '@nats-io/jetstream';
import type { Reading } from '../../core/look.ts';
import { type Kept, keepNewest } from '../keep-newest.ts';
import { matches, type NatsMessage, overlap, sizeOf } from './nats-message.ts';

export type StreamPlace = { stream: string; subject?: string | undefined; limit: number };

export type StreamFollower = {
  kept: Kept<NatsMessage>;
  read(manager: JetStreamManager, connection: object): Promise<{ requests: number; bytes: number }>;
  unread(): Reading['unseen'];
  /** Why what it lacks proves nothing. */
  doubt(): string | undefined;
};

/** Where to begin: behind the message that was the last one before the send, or with the first one since a moment. */
export type Beginning = { after: number; created: string } | { since: Date };

/** Messages that are asked for at once, and bytes that one look reads at most, or a little more. */
const PIECE = 100;
const BYTES = 8 * 1024 * 1024;

export function followStream({ stream, subject, limit }: StreamPlace, from: Beginning): StreamFollower {
  const kept = keepNewest({ limit, sizeOf });
  let created = 'created' in from ? from.created : undefined;
  let next = 'after' in from ? from.after + 1 : undefined;
  let gone = 0;
  let isCut = false;
  let waiting = 0;
  let asked: object | undefined;
  let stored: readonly string[] = [];
  let follows = false;
  /** Why nothing on the subject ever comes into it: the stream stores others. */
  let isForeign = false;

  async function begin(manager: JetStreamManager, { state }: StreamInfo, since: Date): Promise<number> {
    const found = await firstSince(manager, stream, state, since);
    // What was before the first one that is there may have been of that time as well.
    if (found.seq <= state.first_seq && state.first_seq > 1) isCut = true;
    next = found.seq;
    return found.requests;
  }

  /** Another stream by this name, or one that lost what it held: all that is there is new, and what was there is not known. */
  function notice({ created: made, state, config }: StreamInfo, connection: object): void {
    const isFed = config.mirror !== undefined || (config.sources ?? []).length > 0;
    follows = isFed;
    stored = config.subjects ?? [];
    isForeign =
      subject !== undefined &&
      !isFed &&
      config.subject_transform === undefined &&
      !stored.some((one) => overlap(subject, one));
    const isAnother = created !== undefined && created !== made;
    const isEmptied = next !== undefined && state.last_seq < next - 1;
    // What is kept in memory ends with the server, and its sequences begin again.
    const mayBeEmptied = config.storage === 'memory' && asked !== undefined && asked !== connection;
    if (isAnother || isEmptied) next = 1;
    if (isAnother || isEmptied || mayBeEmptied) isCut = true;
    created = made;
    asked = connection;
  }

  async function read(manager: JetStreamManager, connection: object): Promise<{ requests: number; bytes: number }> {
    const info = await manager.streams.info(stream);
    const { first_seq: first, last_seq: last } = info.state;
    let requests = 1;
    let bytes = 0;
    notice(info, connection);
    if (next === undefined && 'since' in from) requests += await begin(manager, info, from.since);
    let at = next ?? 1;
    if (first > at) {
      gone += Math.min(first, last + 1) - at;
      at = Math.min(first, last + 1);
    }
    const end = Math.min(last, at + limit - 1);
    while (at <= end && bytes < BYTES) {
      const piece = Array.from({ length: Math.min(PIECE, end - at + 1) }, (_none, index) => at + index);
      const messages = await Promise.all(piece.map((seq) => manager.streams.getMessage(stream, { seq })));
      requests += piece.length;
      for (const stored of messages) {
        if (stored === null) gone += 1;
        else if (subject === undefined || matches(subject, stored.subject)) bytes += keep(stored);
      }
      at += piece.length;
      next = at;
    }
    next = at;
    waiting = last - at + 1;
    return { requests, bytes };
  }

  function keep({ subject: on, data, header, timestamp: time, seq }: StoredMsg): number {
    const message = { subject: on, data, headers: header, at: time, stored: { stream, seq } };
    kept.add(message);
    return sizeOf(message);
  }

  // One read at a time: two at once would take the same messages.
  let turn: Promise<unknown> = Promise.resolve();
  return {
    kept,
    read(manager, connection) {
      const result = turn.then(() => read(manager, connection));
      turn = result.catch(() => undefined);
      return result;
    },
    doubt: () => (follows ? `stream ${stream} takes its messages from another one and may be behind it` : undefined),
    unread() {
      if (isForeign)
        return {
          kind: 'not-observable',
          message: `stream ${stream} stores nothing on ${subject}`,
          hint: `It stores ${stored.join(', ')}: check \`subject\` and \`stream\`.`,
        };
      if (waiting > 0 || kept.dropped() > 0) {
        const message =
          waiting > 0
            ? `${waiting} messages of stream ${stream} were not read yet`
            : `only the newest ${kept.all().length} messages of stream ${stream} are kept`;
        return { kind: 'gave-up', message, hint: 'Raise `limit`, or look again.' };
      }
      if (gone === 0 && !isCut) return undefined;
      const what = isCut ? 'messages' : `${gone} ${gone === 1 ? 'message' : 'messages'}`;
      return {
        kind: 'not-observable',
        message: `${what} of stream ${stream} may have been taken or deleted before they were read: nothing is left of them`,
        hint: 'Tap them as they pass: give their subject with `subject`, and leave out `stream`.',
      };
    },
  };
}

/** The sequence of the first message that was stored at that time or later, found in steps that halve the stream. */
async function firstSince(
  manager: JetStreamManager,
  stream: string,
  { first_seq: first, last_seq: last, messages }: StreamInfo['state'],
  since: Date,
): Promise<{ seq: number; requests: number }> {
  let low = messages === 0 ? last + 1 : first;
  let high = last + 1;
  let requests = 0;
  while (low < high) {
    const middle = Math.floor((low + high) / 2);
    const query: SeqMsgRequest & NextMsgRequest = { seq: middle, next_by_subj: '>' };
    const found = await manager.streams.getMessage(stream, query);
    requests += 1;
    if (found === null || found.time >= since) high = middle;
    else low = found.seq + 1;
  }
  return { seq: low, requests };
}
