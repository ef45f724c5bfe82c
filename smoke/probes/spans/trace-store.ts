// Asks a store of traces over HTTP, within the host's budget: one request and its answer, or why it says nothing.

import type { Cost } from '../../core/look.ts';
import { shownPath } from '../http/http-address.ts';
import { createAgents } from '../http/http-agents.ts';
import { ask as request } from '../http/http-ask.ts';
import { authorized } from '../http/http-auth.ts';
import type { Wire } from '../http/http-exchange.ts';
import { blindOf, HttpFault } from '../http/http-fault.ts';
import { leadsToLogin } from '../http/http-login.ts';
import type { HttpOptions, Values } from '../http/http-options.ts';
import { type Around, costOf, createMeter, type Final, wireOf } from '../http/http-request.ts';
import { refusalOf } from '../http/query-api.ts';
import { Blind, type Host, type ReadContext } from '../plugin.ts';
import type { StoreTarget } from './trace-store-options.ts';

export type Asked = { path: string; query?: Values; accept: string };

/** `said`: what was asked and answered, for people. */
export type StoreAnswer = { status: number; type: string; body: Uint8Array; said: string };

export type TraceStore = {
  /** For one look. */
  begin(target: StoreTarget, context: ReadContext): Asking;
  close(): void;
};

export type Asking = {
  /** Gives a 2xx or a 404, which only whoever asked can tell the meaning of. Throws a Blind for everything else. */
  ask(asked: Asked): Promise<StoreAnswer>;
  /** Of all that was asked so far. */
  cost(): Cost;
};

export function traceStore(host: Host): TraceStore {
  const agents = createAgents({ keepAlive: true });
  return {
    begin(target, { cookies, signal }) {
      const meter = createMeter(host);
      const around: Around = { host, cookies, signal, meter, line: { agents, insecure: host.insecure } };
      return { ask: (asked) => ask(target, asked, around), cost: () => costOf(meter, host) };
    },
    close: () => agents.close(),
  };
}

async function ask(target: StoreTarget, { path, query, accept }: Asked, around: Around): Promise<StoreAnswer> {
  const options: HttpOptions = {
    url: `${target.url.replace(/\/+$/, '')}${path}`,
    headers: { ...target.headers, accept },
    query,
    auth: target.auth,
    tls: target.tls,
    timeout: target.timeout,
  };
  try {
    const { wire, final } = await authorized(options, around, async (headers) => {
      const made = await wireOf(options, around.host, { headers });
      return { wire: made, final: await request(made, options, around, () => false) };
    });
    return answerOf(wire, final, around.host);
  } catch (error) {
    throw error instanceof HttpFault ? blindOf(error) : error;
  }
}

function answerOf(wire: Wire, final: Final, host: Host): StoreAnswer {
  const { exchange, hops } = final;
  const { status, headers, body } = exchange;
  const said = `GET ${shownPath(wire.url, wire.mask)} answered ${status}`;
  if (hops > 0 && leadsToLogin(exchange.wire.url)) throw loggedOut(said);
  if ((status >= 200 && status < 300) || status === 404)
    return { status, type: String(headers['content-type'] ?? ''), body, said };
  throw refusalOf(final, new TextDecoder().decode(body.subarray(0, 100_000)), undefined, host);
}

function loggedOut(said: string): Blind {
  return new Blind('logged-out', `${said}: it was redirected to a login`, {
    hint: 'Give this look `auth` or `headers`.',
  });
}

/** What is no JSON came from another server than the one that was meant. */
export function jsonOf({ body, said }: StoreAnswer, name: string): unknown {
  try {
    return JSON.parse(new TextDecoder().decode(body)) as unknown;
  } catch {
    throw new Blind('wrong-answer', `${said}, and that is not JSON`, {
      hint: `Check \`url\`: it is the address of ${name}, without /api.`,
    });
  }
}
