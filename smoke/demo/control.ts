// The stack's control server: switches faults on and off, deploys, and lists what the workers say about themselves.

import type { Server } from 'node:http';
import { checkFault } from './fault-spec.ts';
import { type Asked, emptyAnswer, jsonAnswer, jsonBody, makeServer, Refusal } from './http-server.ts';
import type { Switchboard } from './switchboard.ts';

/** The header that a change must carry; reading needs none. */
export const controlHeader = 'x-control-token';

export type Controls = {
  token: string;
  switchboard: Switchboard;
  deploy(options: { stale: number }): Promise<void>;
  workerUrls(): readonly string[];
};

export function controlServer({ token, switchboard, deploy, workerUrls }: Controls): Server {
  return makeServer(async (asked) => {
    const { method, url } = asked;
    if (method !== 'GET') demand(token, asked);
    switch (`${method} ${url.pathname.replace(/\/f\d+$/, '/:id')}`) {
      case 'GET /workers':
        return jsonAnswer(200, { instances: await askAll(workerUrls(), url.search) });
      case 'GET /faults':
        return jsonAnswer(200, { faults: switchboard.list() });
      case 'POST /faults': {
        const spec = jsonBody(asked);
        const { fault, wrong } = checkFault(spec, switchboard.nextId());
        if (fault === undefined) throw new Refusal(422, wrong);
        await switchboard.on(fault);
        return jsonAnswer(201, { id: fault.id }, { location: `/faults/${fault.id}` });
      }
      case 'DELETE /faults/:id': {
        const cleared = await switchboard.off(url.pathname.slice('/faults/'.length));
        if (!cleared) throw new Refusal(404, 'no such fault');
        return emptyAnswer(204);
      }
      case 'POST /deploy': {
        const { stale = 0 } = jsonBody(asked);
        if (typeof stale !== 'number' || !Number.isInteger(stale) || stale < 0) {
          throw new Refusal(422, 'stale must be a whole number of workers');
        }
        await deploy({ stale });
        return emptyAnswer(204);
      }
      default:
        throw new Refusal(404, `nothing at ${method} ${url.pathname}`);
    }
  });
}

function demand(token: string, { headers }: Asked): void {
  if (headers[controlHeader] !== token)
    throw new Refusal(401, `the header ${controlHeader} must carry the control token`);
}

/** What each worker answers at /version; one that does not answer is left out. `?room=117` asks what handles that room. */
async function askAll(urls: readonly string[], search: string): Promise<unknown[]> {
  const answers = await Promise.allSettled(urls.map((url) => version(`${url}/version${search}`)));
  return answers.filter((answer) => answer.status === 'fulfilled').map(({ value }) => value);
}

async function version(url: string): Promise<unknown> {
  const response = await fetch(url, { signal: AbortSignal.timeout(1000) });
  if (!response.ok) throw new Error(`${url} answered ${response.status}`);
  const { instance, ...rest } = (await response.json()) as Record<string, unknown>;
  return { name: instance, ...rest };
}
