// What the run tells the ledger, so that a crash leaves a trace of what was created. Awaited where the order matters.

import type { VerdictName } from '../core/verdict.ts';

export type Created = {
  scenario: string;
  file: string;
  marker: string;
  fixed: number;
  destination: string;
  /** Milliseconds a record that did not arrive is watched for by `sweep`. */
  linger: number;
  sentAt: string;
};

export type Keeping = {
  /** On disk (fsync) when it resolves: awaited before the send leaves. Rejects where nothing can be kept, and then nothing is sent. */
  created(entry: Created): Promise<void>;
  /** A secret alias is told by name only. */
  alias(marker: string, name: string, value: string | undefined): Promise<void>;
  computed(marker: string, values: Readonly<Record<string, string | number>>): Promise<void>;
  verdict(marker: string, verdict: VerdictName): Promise<void>;
  cleaned(marker: string, result: { stepsOk: boolean; gone: boolean | 'unknown' }): Promise<void>;
  closed(marker: string): Promise<void>;
};

/** For `trace`, which creates nothing. */
export const keepsNothing: Keeping = {
  created: async () => {},
  alias: async () => {},
  computed: async () => {},
  verdict: async () => {},
  cleaned: async () => {},
  closed: async () => {},
};
