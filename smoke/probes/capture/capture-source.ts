// Where a look gets what passed: from a listener of its own, or from that of another run or of `smoketrail capture`.

import { Blind, type Host } from '../plugin.ts';
import { innermost } from '../server-fault.ts';
import { readAuthority } from '../server-target.ts';
import { followCapture } from './capture-follow.ts';
import { type Address, type CaptureOptions, defaults } from './capture-options.ts';
import { type CaptureServer, openServer, patience } from './capture-server.ts';
import type { Source } from './capture-view.ts';

export async function openSource(address: Address, options: Partial<CaptureOptions>, host: Host): Promise<Source> {
  const canListen = options.forward !== undefined || options.allow !== undefined;
  const begin = (): Promise<Source | undefined> => listen(address, options, host);
  const own = canListen ? await begin() : undefined;
  return own ?? followCapture(address, { ...options, ...(canListen && { begin }) }, host);
}

/** Undefined where somebody listens there already. */
async function listen(address: Address, options: Partial<CaptureOptions>, host: Host): Promise<Source | undefined> {
  const { forward, allow, ca, limit = defaults.limit, total = defaults.total } = options;
  const closed = options['on-failure'] === 'closed';
  const trust = { insecure: host.insecure, ...(ca !== undefined && { ca: await readAuthority(ca, host) }) };
  try {
    const server = await openServer({ ...address, forward, allow, trust, closed, limit, total }, host.clock);
    return ownSource(server, host);
  } catch (cause) {
    const { code, message } = innermost(cause);
    if (code === 'EADDRINUSE') return undefined;
    const hint = 'Choose an address of this machine, and a port above 1023.';
    const says = `it cannot listen on ${shown(address)} (${code ?? message})`;
    throw new Blind(code === 'EACCES' ? 'permission' : 'error', says, { cause, hint });
  }
}

function ownSource({ store, close }: CaptureServer, host: Host): Source {
  let seen = 0;
  return {
    view() {
      const { since, count, pending, unread } = store;
      const { changes, lost } = store.after(0);
      return { since, count, pending, lost, unread, passed: changes.map(({ passed }) => passed) };
    },
    before: async () => ({ passed: [], lost: false }),
    async sync() {
      seen = store.newest;
    },
    changed: (signal) => store.changed(seen, signal),
    async close(hurry) {
      const late = new AbortController();
      const over = new AbortController();
      const tooLate = (): void => late.abort();
      host.clock.wait(patience, over.signal).then(tooLate, () => undefined);
      await close(hurry === undefined ? late.signal : AbortSignal.any([late.signal, hurry]));
      over.abort();
    },
  };
}

export function shown({ host, port }: Address): string {
  return `${host.includes(':') ? `[${host}]` : host}:${port}`;
}
