// What is noted of one request while it passes: put in the store when all of it is there, when its answer begins, and at
// its end.

import type { IncomingMessage } from 'node:http';
import type { Clock } from '../plugin.ts';
import { type Copying, createCopy } from './capture-copy.ts';
import { type Header, overheadOf, type Passed, pairsOf, pathWithoutSecrets, withoutSecrets } from './capture-record.ts';
import type { Store } from './capture-store.ts';

export type Noting = {
  store: Store;
  clock: Clock;
  /** Bytes kept of each body. */
  limit: number;
};

export type Note = {
  /** As they came. */
  headers: readonly Header[];
  /** All that came so far was kept. */
  isWhole(): boolean;
  isOver(): boolean;
  /** Its answer has begun. */
  isAnswered(): boolean;
  /** The copy that the pieces of the answer's body are to be added to. */
  answered(answer: IncomingMessage): Copying;
  /** `failed`: in place of an answer, or in the middle of one. */
  end(failed?: string): void;
};

type Answer = { copy: Copying; status: number; headers: readonly Header[]; secrets: readonly string[] };

/** Reads the request's body, whatever becomes of it: what was sent is told also where nobody took it. */
export function noteOf(request: IncomingMessage, { store, clock, limit }: Noting): Note {
  const began = clock.now();
  const at = clock.wall().toISOString();
  const id = store.begin();
  const pairs = pairsOf(request.rawHeaders);
  const { headers, secrets } = withoutSecrets(pairs);
  const { path, secrets: inPath } = pathWithoutSecrets(pathOf(request.url ?? ''));
  const { method = '' } = request;
  const about = { id, at, from: request.socket.remoteAddress ?? '', method, path };
  let taken = overheadOf(path, headers);
  const hasRoom = store.take(taken);
  if (!hasRoom) taken = 0;
  const room = (bytes: number): boolean => hasRoom && store.take(bytes);
  const sent = createCopy(limit, room);
  let isWhole = hasRoom;
  let answer: Answer | undefined;
  let ended: Pick<Passed, 'ms' | 'failed'> | undefined;

  function put(): void {
    const all = taken + sent.taken() + (answer?.copy.taken() ?? 0);
    taken = 0;
    if (!hasRoom) {
      store.forget(id, all);
      return;
    }
    const complete = ended !== undefined && ended.failed === undefined;
    const { status = 0, headers: back = [] } = answer ?? {};
    const passed: Passed = {
      ...about,
      request: { ...sent.copy(), headers, complete: request.complete },
      ...(answer && { response: { ...answer.copy.copy(), status, headers: back, complete } }),
      ...ended,
      secrets: [...inPath, ...secrets, ...(answer?.secrets ?? [])],
    };
    store.put(passed, all);
  }

  request.on('data', (piece: Buffer) => {
    if (!sent.add(piece)) isWhole = false;
  });
  request.on('end', put);
  // Its end is told by the answer's.
  request.on('error', () => undefined);
  return {
    headers: pairs,
    isWhole: () => isWhole,
    isOver: () => ended !== undefined,
    isAnswered: () => answer !== undefined,
    answered(came) {
      const kept = withoutSecrets(pairsOf(came.rawHeaders));
      answer = { copy: createCopy(limit, room), status: came.statusCode ?? 0, ...kept };
      const { copy } = answer;
      // What follows may take long, or never come.
      put();
      return copy;
    },
    end(failed) {
      if (ended !== undefined) return;
      ended = { ms: Math.round(clock.now() - began), ...(failed !== undefined && { failed }) };
      put();
    },
  };
}

/** Without the server's address and the credentials that may stand in it. */
function pathOf(asked: string): string {
  return asked.replace(/^https?:\/\/[^/?#]*/i, '') || '/';
}
