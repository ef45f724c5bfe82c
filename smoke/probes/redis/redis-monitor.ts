// A connection in the mode of MONITOR: each command that the server works on comes as one line, and nothing can be asked.
// It speaks to the socket itself, since a client's own parser gives back arguments that are no longer what was sent.

import type { Socket } from 'node:net';
import { orAborted } from '../or-aborted.ts';
import type { Host } from '../plugin.ts';
import { originOf, tlsOf } from '../server-target.ts';
import type { RedisTarget } from './redis-connection.ts';
import { redisBlind } from './redis-fault.ts';

/** A line that is longer comes without its end, and is said to be cut. In bytes; escapes may be four for one. */
const LONGEST = 4 * 1024 * 1024;

export type Lines = {
  /** Rejects when the server ends it. */
  ended: Promise<never>;
  close(): void;
};

/** Resolves once every command from now on is shown. @throws Blind */
export async function monitorLines(
  target: RedisTarget,
  host: Host,
  signal: AbortSignal,
  onLine: (line: Uint8Array, isCut: boolean) => void,
): Promise<Lines> {
  const place = await host.budget(originOf(target.url), signal);
  const socket = await socketTo(target, host);
  const { promise: ready, resolve: beReady, reject: refuse } = Promise.withResolvers<void>();
  const { promise: ended, reject: end } = Promise.withResolvers<never>();
  ended.catch(() => undefined);
  const fail = (error: unknown): void => {
    const blind = redisBlind(error, target.url);
    refuse(blind);
    end(blind);
    socket.destroy();
  };
  const commands = [...accountOf(target.url), ['MONITOR']];
  let awaited = commands.length;
  const read = lineReader((line, isCut) => {
    if (awaited === 0) onLine(line, isCut);
    else if (line[0] === MINUS) fail(replyError(Buffer.from(line.subarray(1)).toString()));
    else {
      awaited -= 1;
      if (awaited === 0) beReady();
    }
  });
  socket.on('data', read);
  socket.on('error', fail);
  socket.on('close', () => fail(Object.assign(new Error('connection lost'), { code: 'ECONNRESET' })));
  socket.write(commands.map(encoded).join(''));
  try {
    await orAborted(ready, signal);
  } catch (error) {
    socket.destroy();
    throw error;
  } finally {
    place.release();
  }
  return { ended, close: () => void socket.destroy() };
}

const [MINUS, LINE_FEED] = [0x2d, 0x0a];

/** All that comes is lines: `+OK`, `-ERR …`, and one for each command, in which nothing but its end is a line break. */
function lineReader(onLine: (line: Uint8Array, isCut: boolean) => void): (chunk: Buffer) => void {
  let pieces: Buffer[] = [];
  let size = 0;
  let isCut = false;
  const take = (piece: Buffer): void => {
    const room = LONGEST - size;
    if (piece.length > room) isCut = true;
    if (room > 0 && piece.length > 0) pieces.push(piece.subarray(0, room));
    size += Math.min(room, piece.length);
  };
  return (chunk) => {
    let start = 0;
    for (let at = chunk.indexOf(LINE_FEED); at >= 0; at = chunk.indexOf(LINE_FEED, start)) {
      take(chunk.subarray(start, at));
      const line = Buffer.concat(pieces);
      onLine(line.at(-1) === 0x0d ? line.subarray(0, -1) : line, isCut);
      [pieces, size, isCut, start] = [[], 0, false, at + 1];
    }
    take(chunk.subarray(start));
  };
}

async function socketTo(target: RedisTarget, host: Host): Promise<Socket> {
  const tls = await tlsOf(target, host);
  const { hostname, port } = new URL(target.url);
  const to = { host: hostname.replace(/^\[|\]$/g, ''), port: Number(port || '6379') };
  if (tls !== undefined) return (await import('node:tls')).connect({ ...to, ...tls });
  return (await import('node:net')).connect(to);
}

function accountOf(url: string): string[][] {
  const { username, password } = new URL(url);
  if (password === '') return [];
  const [user, secret] = [decodeURIComponent(username), decodeURIComponent(password)];
  return [['AUTH', ...(user === '' ? [] : [user]), secret]];
}

function encoded(command: readonly string[]): string {
  return `*${command.length}\r\n${command.map((part) => `$${Buffer.byteLength(part)}\r\n${part}\r\n`).join('')}`;
}

function replyError(message: string): Error {
  return Object.assign(new Error(message), { name: 'ReplyError' });
}
