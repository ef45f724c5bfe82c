// What the tests of the receiver of spans share: an opened probe, and exports made by hand.

import assert from 'node:assert/strict';
import type { TestContext } from 'node:test';
import type { Reading } from '../../smoke/core/look.ts';
import type { Host, Probe } from '../../smoke/probes/plugin.ts';
import { otlp } from '../../smoke/probes/spans/otlp.ts';
import type { OtlpOptions } from '../../smoke/probes/spans/otlp-options.ts';
import { testContext, testHost } from '../../smoke/testing/host.ts';
import { freePort } from '../servers/free-port.ts';

export const traceId = '0af7651916cd43dd8448eb211c80319c';

export type Opened = { probe: Probe<OtlpOptions>; url: string; listen: string; host: Host };

export async function opened(t: TestContext, host: Host = testHost()): Promise<Opened> {
  const listen = `127.0.0.1:${await freePort()}`;
  assert.ok(otlp.open);
  const probe = await otlp.open({ listen }, host);
  t.after(() => probe.close?.());
  return { probe, url: `http://${listen}`, listen, host };
}

export const read = (probe: Probe<OtlpOptions>, options: OtlpOptions = {}): Promise<Reading> =>
  probe.read(options, testContext());

export type Post = { type?: string; encoding?: string; path?: string; method?: string };

export function post(
  url: string,
  body: string | Uint8Array,
  { type = 'application/json', encoding, path, method }: Post = {},
): Promise<Response> {
  return fetch(`${url}${path ?? '/v1/traces'}`, {
    method: method ?? 'POST',
    headers: { 'content-type': type, ...(encoding && { 'content-encoding': encoding }) },
    ...(method === 'GET' ? {} : { body: body as Uint8Array<ArrayBuffer> }),
  });
}

export const textValue = (key: string, stringValue: string): unknown => ({ key, value: { stringValue } });

export function exported(attributes: readonly unknown[], more: Record<string, unknown> = {}): Record<string, unknown> {
  const span = { traceId, spanId: 'b7ad6b7169203331', name: 'push', kind: 5, attributes, ...more };
  const resource = { attributes: [textValue('service.name', 'worker'), textValue('service.version', '9f2c1e7')] };
  return { resourceSpans: [{ resource, scopeSpans: [{ spans: [span] }] }] };
}
