// What the tests of the browser plug-in share: one browser for a file of tests, looks and steps in it, pages to see.

import assert from 'node:assert/strict';
import type { RequestListener } from 'node:http';
import { after } from 'node:test';
import type { Reading } from '../../smoke/core/look.ts';
import { browser } from '../../smoke/probes/browser/browser.ts';
import type { Action, BrowserOptions } from '../../smoke/probes/browser/browser-action.ts';
import {
  Blind,
  type FireContext,
  type Host,
  type Owner,
  type Probe,
  type ReadContext,
  type Sent,
  type Trigger,
} from '../../smoke/probes/plugin.ts';
import { lookContext, noCookies, testHost } from '../host.ts';
import { without } from '../parts.ts';

export const skip: string | false = without('chromium');

export type Browsing = {
  host: Host;
  look(steps: readonly Action[], context?: Partial<ReadContext>, options?: Partial<BrowserOptions>): Promise<Reading>;
  /** The blind look that these steps give; fails where they give a reading. */
  blind(steps: readonly Action[], context?: Partial<ReadContext>, options?: Partial<BrowserOptions>): Promise<Blind>;
  send(steps: readonly Action[], context?: Partial<FireContext>, options?: Partial<BrowserOptions>): Promise<Sent>;
};

/** Started with the first look or step, closed after the last test of the file. */
export function browsing(more: Partial<Host> = {}): Browsing {
  const host = testHost(more);
  let probe: Promise<Probe<BrowserOptions>> | undefined;
  let trigger: Promise<Trigger<BrowserOptions>> | undefined;
  after(async () => {
    await (await probe)?.close?.();
    await (await trigger)?.close?.();
  });
  const read: Browsing['look'] = async (steps, context = {}, options = {}) => {
    assert.ok(browser.open);
    probe ??= browser.open({}, host);
    return (await probe).read({ ...options, steps }, lookContext({ owner: owner(), limit: 15_000, ...context }));
  };
  return {
    host,
    look: read,
    async blind(steps, context, options) {
      const reading = await read(steps, context, options).catch((error: unknown) => error);
      assert.ok(reading instanceof Blind, `expected a blind look, got ${String(reading)} ${JSON.stringify(reading)}`);
      return reading;
    },
    async send(steps, context = {}, options = {}) {
      assert.ok(browser.trigger);
      trigger ??= browser.trigger(host);
      const signal = new AbortController().signal;
      const standard = { signal, cookies: noCookies, owner: owner(), limit: 15_000 };
      return (await trigger).fire({ ...options, steps }, { ...standard, ...context });
    },
  };
}

let owners = 0;

export function owner(): Owner {
  owners += 1;
  return { id: `marker-${owners}`, over: new AbortController().signal };
}

/** Pages by path; what is not there is 404. */
export function pages(all: Readonly<Record<string, string | RequestListener>>): RequestListener {
  return (request, response) => {
    const path = new URL(request.url ?? '/', 'http://x').pathname;
    const page = all[path];
    if (typeof page === 'function') page(request, response);
    else if (page === undefined) response.writeHead(404, { 'content-type': 'text/html' }).end('<p>nothing here</p>');
    else response.writeHead(200, { 'content-type': 'text/html; charset=utf-8' }).end(page);
  };
}

export function texts({ candidates }: Reading, selector: string): readonly string[] {
  const picked = candidates[0]?.select(selector);
  assert.ok(picked?.fits, picked?.fits === false ? picked.why : 'there is no candidate');
  return picked.values;
}
