// Looks with `capture` before a partner of the test's own.

import assert from 'node:assert/strict';
import type { TestContext } from 'node:test';
import type { Candidate, Reading } from '../../smoke/core/look.ts';
import { capture } from '../../smoke/probes/capture/capture.ts';
import type { CaptureOptions } from '../../smoke/probes/capture/capture-options.ts';
import type { Host, Probe, ReadContext } from '../../smoke/probes/plugin.ts';
import { testContext, testHost } from '../../smoke/testing/host.ts';
import { freePort } from '../servers/free-port.ts';
import { type LocalServer, serve } from './local-server.ts';

export type Opened = {
  url: string;
  port: number;
  partner: LocalServer;
  probe: Probe<CaptureOptions>;
  look(options?: Partial<CaptureOptions>, more?: Partial<ReadContext>): Promise<Reading>;
};

/** Opened as before a send. `to`: where it forwards, where that is not a partner of its own. */
export async function opened(
  t: TestContext,
  options: Partial<CaptureOptions> = {},
  host: Partial<Host> = {},
  answers: Parameters<typeof serve>[1] = (_request, response) => void response.writeHead(201).end('{"ok":true}'),
): Promise<Opened> {
  const partner = await serve(t, answers);
  const port = await freePort();
  const listens = { listen: `127.0.0.1:${port}`, forward: partner.url, ...options };
  const probe = await openAt(t, listens, host);
  const look: Opened['look'] = (asked = {}, more = {}) =>
    probe.read({ ...listens, ...asked }, testContext({ since: new Date(), ...more }));
  return { url: `http://127.0.0.1:${port}`, port, partner, probe, look };
}

export async function openAt(
  t: TestContext,
  options: Partial<CaptureOptions>,
  host: Partial<Host> = {},
): Promise<Probe<CaptureOptions>> {
  const probe = await capture.open?.(options, testHost(host));
  assert.ok(probe);
  t.after(() => probe.close?.());
  return probe;
}

export async function only({ candidates }: Reading): Promise<Candidate> {
  const [first, ...others] = candidates;
  assert.ok(first !== undefined && others.length === 0, `${candidates.length} requests`);
  return first;
}

export function values(one: Candidate, selector: string): unknown {
  const picked = one.select(selector);
  return picked.fits ? picked.values : picked.why;
}
