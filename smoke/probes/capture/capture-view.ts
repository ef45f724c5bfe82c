// What a look gets from a capture, be it a listener of its own or one that is followed.

import type { Passed } from './capture-record.ts';
import type { Unread } from './capture-store.ts';

export type Source = {
  view(): View;
  /** What passed before it was opened, as far as it is kept. */
  before(signal: AbortSignal): Promise<Earlier>;
  /** Brings it up to date. Rejects where that capture is gone. */
  sync(signal: AbortSignal): Promise<void>;
  /** Resolves when there is something that the last `sync` did not bring. Rejects where that capture is gone. */
  changed(signal: AbortSignal): Promise<void>;
  /** `hurry`: see `Probe`. */
  close(hurry?: AbortSignal): Promise<void>;
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
  /** The latest that could not be read as a request. */
  unread: Unread | undefined;
  /** It is the capture of another process: a run that ends leaves it there. */
  followed?: true;
};
