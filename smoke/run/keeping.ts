// What the run tells the ledger, so that a crash leaves a trace of what was created. Awaited where the order matters.

import type { RunLedger } from '../store/ledger-file.ts';

export type Keeping = Pick<
  RunLedger,
  'created' | 'alias' | 'computed' | 'texts' | 'sent' | 'verdict' | 'cleaned' | 'closed' | 'twin'
>;

/** For `trace`, which creates nothing. */
export const keepsNothing: Keeping = {
  created: async () => {},
  alias: async () => {},
  computed: async () => {},
  texts: async () => {},
  sent: async () => {},
  verdict: async () => {},
  cleaned: async () => {},
  closed: async () => {},
  twin: async () => undefined,
};
