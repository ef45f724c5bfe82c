// What the tests of sending over HTTP share: one step sent to a local server, and a server with one answer.

import assert from 'node:assert/strict';
import type { TestContext } from 'node:test';
import { http } from '../../smoke/probes/http/http.ts';
import type { HttpOptions } from '../../smoke/probes/http/http-options.ts';
import type { FireContext, Host, Sent } from '../../smoke/probes/plugin.ts';
import { nobody, noCookies, testHost } from '../host.ts';
import { serve } from './local-server.ts';

export async function send(
  options: HttpOptions,
  context: Partial<FireContext> = {},
  host: Partial<Host> = {},
): Promise<Sent> {
  assert.ok(http.trigger);
  const trigger = await http.trigger(testHost(host));
  return trigger.fire(options, { signal: new AbortController().signal, cookies: noCookies, owner: nobody, ...context });
}

export const booking = (url: string): HttpOptions => ({
  method: 'POST',
  url: `${url}/api/bookings`,
  json: { note: 'smk-1' },
});

export const statusServer = (
  t: TestContext,
  status: number,
  headers: Record<string, string> = {},
): ReturnType<typeof serve> =>
  serve(t, (_request, response) => {
    response.writeHead(status, { 'content-type': 'application/json', ...headers }).end('{"id":8841}');
  });
