// Asks the query API of a store (of logs, of traces) for JSON: what it answered, or a Blind that says why it did not.

import type { Cost } from '../../core/look.ts';
import { type Json, parseJson } from '../../select/json-text.ts';
import { maskedLine } from '../masked-start.ts';
import { Blind, type Host, type ReadContext } from '../plugin.ts';
import { shownPath, shownUrl } from './http-address.ts';
import { createAgents } from './http-agents.ts';
import { ask } from './http-ask.ts';
import { authorized } from './http-auth.ts';
import { rawAnswer } from './http-candidate.ts';
import { blindOf, HttpFault } from './http-fault.ts';
import type { HttpOptions, Values } from './http-options.ts';
import { type Around, costOf, createMeter, type Final, wireOf } from './http-request.ts';
import { textOf } from './http-text.ts';
import { noJar } from './http-token.ts';
import type { QueryTarget } from './query-api-options.ts';

export type Question = {
  /** Behind the address of the API: `/loki/api/v1/query_range`. */
  path: string;
  query?: Values;
  /** Makes it a POST. */
  json?: unknown;
  /** Statuses beside 2xx whose answer is read as well: a 404 that says that there is no such trace. */
  also?: readonly number[];
  /** The hint to a 404, where the address need not be what is wrong. */
  missing?: string;
};

/** `json` is undefined where the answer has no body, or one of the statuses `also` came without JSON. */
export type QueryAnswer = {
  status: number;
  json: Json | undefined;
  /** `GET /loki/api/v1/query_range`: for messages. */
  asked: string;
};

/** The questions of one look, which cost together. */
export type Asking = {
  /** Throws a Blind, or what aborted the look. Follows no redirect: an API does not send its clients elsewhere. */
  ask(question: Question): Promise<QueryAnswer>;
  cost(): Cost;
};

export type QueryApi = {
  look(target: QueryTarget, context: Pick<ReadContext, 'signal' | 'answered'>): Asking;
  close(): void;
};

/** Connections are kept between looks until `close`. */
export function queryApi(host: Host): QueryApi {
  const agents = createAgents({ keepAlive: true });
  return {
    look(target, { signal, answered }) {
      const meter = createMeter(host);
      const line = { agents, insecure: host.insecure };
      const around: Around = { host, cookies: noJar, signal, meter, line };
      return {
        async ask(question) {
          const final = await answerOf(optionsOf(target, question), question, around);
          answered?.(rawAnswer(final.exchange, undefined));
          return readAnswer(final, question, host);
        },
        cost: () => costOf(meter, host),
      };
    },
    close: () => agents.close(),
  };
}

function optionsOf({ url, headers, auth, tls, timeout }: QueryTarget, { path, query, json }: Question): HttpOptions {
  const address = new URL(url);
  address.pathname = address.pathname.replace(/\/+$/, '') + path;
  return {
    url: address.href,
    headers: { accept: 'application/json', ...headers },
    query,
    json,
    auth,
    tls,
    timeout,
    follow: false,
  };
}

async function answerOf(options: HttpOptions, { also = [] }: Question, around: Around): Promise<Final> {
  try {
    const { final } = await authorized(options, around, async (headers) => {
      const wire = await wireOf(options, around.host, { as: 'json', headers });
      return { final: await ask(wire, options, around, (status) => also.includes(status)) };
    });
    return final;
  } catch (error) {
    throw error instanceof HttpFault ? blindOf(error) : error;
  }
}

function readAnswer(final: Final, { also = [], missing }: Question, host: Host): QueryAnswer {
  const { wire, status, headers, body } = final.exchange;
  const asked = `${wire.method} ${wire.url.pathname}`;
  const type = headers['content-type'];
  const text = textOf(body, typeof type === 'string' ? type : undefined);
  const right = status >= 200 && status < 300;
  if (!right && !also.includes(status)) throw refusalOf(final, text, missing, host);
  if (text.trim() === '') return { status, json: undefined, asked };
  try {
    return { status, json: parseJson(text), asked };
  } catch (cause) {
    if (!right) return { status, json: undefined, asked };
    const shown = `${wire.method} ${shownUrl(wire.url, host.mask)} answered ${status}`;
    if (cause instanceof Blind && cause.fault.kind === 'gave-up') {
      throw new Blind('gave-up', `${shown}, but ${cause.message}`, { cause, hint: 'Ask for less at once: limit.' });
    }
    const hint = 'Is url the address of the API itself? A login page in front of it answers so.';
    throw new Blind('wrong-answer', `${shown}, but not with JSON`, { cause, hint });
  }
}

/** Why an answer of this status tells nothing, with what the server said about it. */
export function refusalOf(
  { exchange, retryAfter }: Final,
  text: string,
  missing: string | undefined,
  host: Host,
): Blind {
  const { wire, status, headers } = exchange;
  const said = maskedLine(saidIn(text), 200, host.mask);
  const answered = `${wire.method} ${shownPath(wire.url, host.mask)} answered ${status}${said === '' ? '' : `: ${said}`}`;
  if (status >= 300 && status < 400) {
    const location = headers['location'];
    const target =
      typeof location === 'string' && URL.canParse(location, wire.url.href) ? new URL(location, wire.url) : undefined;
    const leads = target === undefined ? '' : ` and leads to ${shownUrl(target, host.mask)}`;
    const hint = 'Name the address of the API itself in url, and say in auth who asks.';
    return new Blind('wrong-answer', `${answered}${leads}`, { hint });
  }
  if (status === 401 || status === 403) {
    const hint = 'Check auth (or the headers) of this look, and what that account may read.';
    return new Blind('permission', answered, { hint, unauthorized: status === 401 });
  }
  if (status === 408 || status === 425 || status === 429 || status >= 500)
    return new Blind('busy', answered, retryAfter === undefined ? {} : { retryAfter });
  if (status === 404)
    return new Blind('wrong-answer', answered, { hint: missing ?? 'Check url: is the API at this path?' });
  return new Blind('wrong-answer', answered);
}

/** An error as APIs put it, in JSON or as plain text; a page is for a browser, and its words say little. */
export function saidIn(text: string): string {
  if (/^\s*</.test(text)) return '';
  try {
    const value: unknown = JSON.parse(text.length > 65_536 ? '' : text);
    return wordsIn(value) ?? text;
  } catch {
    // Plain text, as it is.
    return text;
  }
}

function wordsIn(value: unknown, levels = 6): string | undefined {
  if (typeof value === 'string') return value;
  if (typeof value !== 'object' || value === null || levels === 0) return undefined;
  for (const name of ['root_cause', '0', 'message', 'reason', 'error', 'msg']) {
    const found = wordsIn(Reflect.get(value, name), levels - 1);
    if (found !== undefined && found !== '') return found;
  }
  return undefined;
}
