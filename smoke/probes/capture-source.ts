// Where a look gets what passed: from a listener of its own, or from that of another run or of `smoketrail capture`.

import { followCapture } from './capture-follow.ts';
import { type Address, type CaptureOptions, defaults } from './capture-options.ts';
import type { Passed } from './capture-record.ts';
import { type CaptureServer, openServer } from './capture-server.ts';
import { Blind, type Host } from './plugin.ts';
import { innermost } from './server-fault.ts';
import { readAuthority } from './server-target.ts';

export type Source = {
  view(): View;
  /** What passed before it was opened, as far as it is kept. */
  before(signal: AbortSignal): Promise<Earlier>;
  /** Brings it up to date. Rejects where that capture is gone. */
  sync(signal: AbortSignal): Promise<void>;
  /** Resolves when there is something that the last `sync` did not bring. Rejects where that capture is gone. */
  changed(signal: AbortSignal): Promise<void>;
  close(): Promise<void>;
};

/** `lost`: there was more, which is gone. */
export type Earlier = { passed: readonly Passed[]; lost: boolean };

export type View = {
  /** Since when that capture has seen everything. */
  since: Date;
  /** Requests since then. */
  count: number;
  /** Requests that are still coming in. */
  pending: number;
  /** What passed since this was opened. */
  passed: readonly Passed[];
  /** Some of that is gone. */
  lost: boolean;
};

/** Milliseconds in which what is on its way to the partner may end when a run is over. */
const patience = 2_000;

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
      const { since, count, pending } = store;
      const { changes, lost } = store.after(0);
      return { since, count, pending, lost, passed: changes.map(({ passed }) => passed) };
    },
    before: async () => ({ passed: [], lost: false }),
    async sync() {
      seen = store.newest;
    },
    changed: (signal) => store.changed(seen, signal),
    async close() {
      const late = new AbortController();
      const over = new AbortController();
      const tooLate = (): void => late.abort();
      host.clock.wait(patience, over.signal).then(tooLate, () => undefined);
      await close(late.signal);
      over.abort();
    },
  };
}

export function shown({ host, port }: Address): string {
  return `${host.includes(':') ? `[${host}]` : host}:${port}`;
}
