// What a capture tells other runs on this machine: the requests that passed, from where the asker left off.

import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Clock } from '../plugin.ts';
import { toLine } from './capture-record.ts';
import type { Store, Unread } from './capture-store.ts';
import { isProof, nonceOf, proofOf } from './capture-token.ts';

export const controlPath = '/.smoketrail/capture';
export const proofHeader = 'x-smoketrail-proof';

/** The first line of each answer; the others are requests. */
export type Told = {
  v: 1;
  /** Since when it has seen everything, ISO 8601. */
  since: string;
  /** To be asked from next time. */
  next: number;
  count: number;
  pending: number;
  /** Some of what was asked for is gone. */
  lost: boolean;
  /** There is more to be asked for at once. */
  more: boolean;
  /** It takes nothing more. */
  closing: boolean;
  forward: string | undefined;
  unread: Unread | undefined;
};

export type Telling = {
  store: Store;
  token: string;
  forward: string | undefined;
  closing: AbortSignal;
  clock: Clock;
};

/** Characters of one answer; one request may be more. */
const page = 8 * 1024 * 1024;
/** Milliseconds until an answer comes that nothing changed. */
const longestWait = 20_000;

export async function answerFollower(
  request: IncomingMessage,
  response: ServerResponse,
  telling: Telling,
): Promise<void> {
  const { store, token, forward, closing, clock } = telling;
  const proof = request.headers[proofHeader];
  request.resume();
  // Never sent on: no partner has to do with it.
  if (!isLocal(request.socket.remoteAddress) || !isProof(token, 'asks', proof)) {
    response.writeHead(404, { 'content-length': 0 }).end();
    return;
  }
  const gone = new AbortController();
  response.on('close', () => gone.abort(new Error('who asked is gone')));
  response.on('error', () => undefined);
  const query = new URL(request.url ?? '', 'http://capture').searchParams;
  const asked = query.get('after');
  const after = asked === 'newest' ? store.newest : Number(asked);
  const isWaiting = query.get('wait') === '1' && store.newest <= after && !closing.aborted;
  if (isWaiting) {
    const over = AbortSignal.any([gone.signal, closing]);
    const stop = new AbortController();
    const either = AbortSignal.any([over, stop.signal]);
    await Promise.race([store.changed(after, either), clock.wait(longestWait, either)]).catch(() => undefined);
    stop.abort();
  }
  if (gone.signal.aborted) return;
  const { lines, next, more, lost } = pageAfter(after, store);
  const { since, count, pending, unread } = store;
  const told: Told = {
    v: 1,
    since: since.toISOString(),
    next,
    count,
    pending,
    lost,
    more,
    closing: closing.aborted,
    forward,
    unread,
  };
  response.writeHead(200, {
    'content-type': 'application/x-ndjson',
    [proofHeader]: proofOf(token, 'answers', nonceOf(String(proof))),
    connection: 'close',
  });
  response.end([JSON.stringify(told), ...lines, ''].join('\n'));
}

function pageAfter(after: number, store: Store): { lines: string[]; next: number; more: boolean; lost: boolean } {
  const { changes, lost } = store.after(after);
  const lines: string[] = [];
  let size = 0;
  let next = after;
  for (const { change, passed } of changes) {
    if (size > page) return { lines, next, more: true, lost };
    const line = toLine(passed);
    size += line.length;
    lines.push(line);
    next = change;
  }
  return { lines, next: store.newest, more: false, lost };
}

function isLocal(address: string | undefined): boolean {
  return address !== undefined && /^(?:::1|(?:::ffff:)?127\.\d+\.\d+\.\d+)$/.test(address);
}
