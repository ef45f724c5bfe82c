// What the tests of looks over HTTP share: a look at a local server, and what such a server answers.

import assert from 'node:assert/strict';
import type { RequestListener } from 'node:http';
import type { TestContext } from 'node:test';
import type { Reading } from '../../smoke/core/look.ts';
import { http } from '../../smoke/probes/http/http.ts';
import type { HttpOptions } from '../../smoke/probes/http/http-options.ts';
import { Blind, type Host, type Probe, type ReadContext } from '../../smoke/probes/plugin.ts';
import { lookContext, testHost } from '../host.ts';

export async function open(t: TestContext, host: Partial<Host> = {}): Promise<Probe<HttpOptions>> {
  assert.ok(http.open);
  const probe = await http.open({}, testHost(host));
  t.after(() => probe.close?.());
  return probe;
}

export async function look(
  t: TestContext,
  options: HttpOptions,
  context: Partial<ReadContext> = {},
  host: Partial<Host> = {},
): Promise<Reading> {
  return (await open(t, host)).read(options, lookContext(context));
}

/** The blind look that a request gives; fails where it gives a reading. */
export async function blind(t: TestContext, options: HttpOptions, context: Partial<ReadContext> = {}): Promise<Blind> {
  const reading = await look(t, options, context).catch((error: unknown) => error);
  assert.ok(reading instanceof Blind, `expected a blind look, got ${JSON.stringify(reading)}`);
  return reading;
}

export const answer =
  (status: number, headers: Record<string, string | string[]> = {}, body: string | Uint8Array = ''): RequestListener =>
  (_request, response) => {
    response.writeHead(status, headers).end(body);
  };

export const json: Readonly<Record<string, string>> = { 'content-type': 'application/json' };
