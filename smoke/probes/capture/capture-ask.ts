// Asks a capture of another process on this machine what passed there.

import { request } from 'node:http';
import { controlPath, proofHeader, type Told } from './capture-control.ts';
import { fromLine, objectIn, type Passed } from './capture-record.ts';
import { isProof, nonceOf, proofOf } from './capture-token.ts';

export type Answered = { told: Told; passed: Passed[] };
export type Asked = { host: string; port: number; token: string; after: number | 'newest'; wait: boolean };

/** Bytes of one answer: a page, and a request with its answer behind it. */
const mostBytes = 64 * 1024 * 1024;

/** Undefined where whoever answers is no capture of this user's. Rejects where nobody answers, or the signal aborts. */
export function askCapture(asked: Asked, signal: AbortSignal): Promise<Answered | undefined> {
  const { host, port, token, after, wait } = asked;
  const proof = proofOf(token, 'asks');
  const path = `${controlPath}?after=${after}${wait ? '&wait=1' : ''}`;
  return new Promise((resolve, reject) => {
    const sent = request({ host, port, path, agent: false, signal, headers: { [proofHeader]: proof } });
    sent.on('error', (error) => reject(signal.aborted ? signal.reason : error));
    sent.on('response', (answer) => {
      if (answer.statusCode !== 200 || !isProof(token, 'answers', answer.headers[proofHeader], nonceOf(proof))) {
        sent.destroy();
        resolve(undefined);
        return;
      }
      const pieces: Buffer[] = [];
      let size = 0;
      answer.on('error', reject);
      answer.on('data', (piece: Buffer) => {
        size += piece.length;
        if (size > mostBytes) sent.destroy(new Error('it answered with more than 64 MB'));
        else pieces.push(piece);
      });
      answer.on('end', () => resolve(answerIn(Buffer.concat(pieces).toString('utf8'))));
    });
    sent.end();
  });
}

function answerIn(text: string): Answered | undefined {
  const [first = '', ...lines] = text.split('\n');
  const told = toldIn(first);
  if (told === undefined) return undefined;
  return { told, passed: lines.flatMap((line) => (line === '' ? [] : (fromLine(line) ?? []))) };
}

function toldIn(line: string): Told | undefined {
  let given: Readonly<Record<string, unknown>>;
  try {
    given = objectIn(JSON.parse(line));
  } catch {
    // Cut short.
    return undefined;
  }
  const { v, since, next, count, pending, lost, more, closing, forward, unread } = given;
  const { at, why } = objectIn(unread);
  const numbers = [next, count, pending].every((one) => typeof one === 'number');
  if (v !== 1 || !numbers || typeof since !== 'string' || Number.isNaN(Date.parse(since))) return undefined;
  return {
    v,
    since,
    next: Number(next),
    count: Number(count),
    pending: Number(pending),
    lost: lost === true,
    more: more === true,
    closing: closing === true,
    forward: typeof forward === 'string' ? forward : undefined,
    unread: typeof at === 'string' && typeof why === 'string' ? { at, why } : undefined,
  };
}
