// One request on its way through a capture: both bodies stream, and neither is held up by more than a hop.

import type { ClientRequest, IncomingMessage, ServerResponse } from 'node:http';
import { textOf } from '../../core/text-of.ts';
import { innermost } from '../server-fault.ts';
import { towardsPartner, towardsWorker, valuesOf } from './capture-headers.ts';
import { type Note, type Noting, noteOf } from './capture-note.ts';
import type { Outgoing } from './capture-outgoing.ts';
import { pairsOf } from './capture-record.ts';
import type { Refused, Target } from './capture-target.ts';

export type Passing = Noting & {
  outgoing: Outgoing;
  /** Nothing passes that cannot be kept as a whole. */
  closed: boolean;
};

/** Notes a request that goes nowhere, and says why to who sent it. */
export function refuse(request: IncomingMessage, response: ServerResponse, refused: Refused, passing: Noting): void {
  const note = noteOf(request, passing);
  note.end(refused.says);
  answerBy(response, refused);
}

/** Sends it on, and the answer back. Never throws. */
export function pass(request: IncomingMessage, response: ServerResponse, target: Target, passing: Passing): void {
  const note = noteOf(request, passing);
  const onward = begun(request, note, target, passing);
  function fail(status: number, says: string): void {
    if (note.isOver()) return;
    note.end(says);
    if ('destroy' in onward) onward.destroy();
    if (response.headersSent || response.destroyed) response.destroy();
    else answerBy(response, { status, says });
    // To its end, so that all of it is noted.
    request.resume();
  }
  if ('says' in onward) fail(onward.status, onward.says);
  else join({ request, response, note, onward, closed: passing.closed, fail });
}

function begun(
  { method = 'GET' }: IncomingMessage,
  note: Note,
  target: Target,
  { outgoing, closed, limit }: Passing,
): ClientRequest | Refused {
  const [declared = '0'] = valuesOf(note.headers, 'content-length');
  if (closed && (!note.isWhole() || Number(declared) > limit)) return unkept;
  const codings = valuesOf(note.headers, 'transfer-encoding');
  if (codings.some((coding) => coding.trim().toLowerCase() !== 'chunked'))
    return { status: 501, says: 'a transfer-encoding other than chunked cannot be sent on' };
  try {
    return outgoing.send(target, method, towardsPartner(note.headers, method, target.origin.host));
  } catch (error) {
    return { status: 400, says: `the request cannot be sent on: ${textOf(error)}` };
  }
}

/** Sends the headers. `flushHeaders` would encode those with other letters anew. */
const nothing = new Uint8Array();

type Joined = {
  request: IncomingMessage;
  response: ServerResponse;
  note: Note;
  onward: ClientRequest;
  closed: boolean;
  fail(status: number, says: string): void;
};

function join({ request, response, note, onward, closed, fail }: Joined): void {
  onward.on('error', (error) => {
    const { code, message } = innermost(error);
    const why = note.isAnswered() ? brokenOff : 'the partner could not be reached, or gave no answer';
    fail(502, `${why} (${code ?? message})`);
  });
  onward.on('continue', () => response.writeContinue());
  onward.on('drain', () => request.resume());
  onward.on('response', (answer) => back(answer, response, note, (says) => fail(502, says)));
  if (request.headers['transfer-encoding'] !== undefined) onward.write(nothing);
  request.on('data', (piece: Buffer) => {
    if (note.isOver()) return;
    if (closed && !note.isWhole()) fail(unkept.status, unkept.says);
    else if (!onward.write(piece)) request.pause();
  });
  request.on('end', () => {
    if (note.isOver()) return;
    const trailers = pairsOf(request.rawTrailers);
    if (trailers.length > 0) onward.addTrailers(trailers);
    onward.end();
  });
  response.on('close', () => {
    if (!response.writableFinished)
      fail(0, `who sent it went away before ${note.isAnswered() ? 'all of the answer' : 'the answer'} was there`);
  });
}

function back(answer: IncomingMessage, response: ServerResponse, note: Note, fail: (says: string) => void): void {
  const copy = note.answered(answer);
  const cut = (): void => fail(brokenOff);
  answer.on('error', cut);
  try {
    response.sendDate = false;
    response.writeHead(answer.statusCode ?? 502, answer.statusMessage ?? '', towardsWorker(pairsOf(answer.rawHeaders)));
  } catch (error) {
    fail(`the answer of the partner cannot be handed on: ${textOf(error)}`);
    return;
  }
  // A stream of events begins without a body.
  if (answer.headers['content-length'] === undefined) response.write(nothing);
  answer.on('data', (piece: Buffer) => {
    copy.add(piece);
    if (!response.write(piece)) answer.pause();
  });
  response.on('drain', () => answer.resume());
  answer.on('end', () => {
    if (!answer.complete) {
      cut();
      return;
    }
    const trailers = pairsOf(answer.rawTrailers);
    if (trailers.length > 0) response.addTrailers(trailers);
    // Before who sent it knows: a look that comes then finds it.
    note.end();
    response.end();
  });
}

const brokenOff = 'the partner ended in the middle of its answer';

const unkept: Refused = {
  status: 503,
  says: 'it cannot be kept as a whole, and this capture lets nothing pass unseen (on-failure: closed)',
};

/** Says itself that it is no answer of the partner. */
function answerBy(response: ServerResponse, { status, says }: Refused): void {
  const text = `smoketrail capture: ${says}\n`;
  response.writeHead(status, {
    'content-type': 'text/plain; charset=utf-8',
    'content-length': Buffer.byteLength(text),
    ...(status === 503 && { connection: 'close' }),
  });
  response.end(text);
}
