// Holds a ledger while somebody works on it: beats for other hosts, and tells when another one took it over.

import type { Clock } from '../probes/plugin.ts';
import { beatEvery, type RunLedger } from '../store/ledger-file.ts';
import { LedgerLost } from '../store/ledger-writer.ts';

export type Lease = { end(): void };

/** `onEnd` is called at most once: the ledger was taken over (LedgerLost), or it could not be written. */
export function holdLease(
  ledger: Pick<RunLedger, 'beat' | 'file'>,
  clock: Pick<Clock, 'wait'>,
  onEnd: (reason: Error) => void,
): Lease {
  const over = new AbortController();
  const beat = async (): Promise<void> => {
    for (;;) {
      await clock.wait(beatEvery, over.signal);
      if ((await ledger.beat()) === 'lost') throw new LedgerLost(ledger.file);
    }
  };
  beat().catch((error: unknown) => {
    if (over.signal.aborted) return;
    onEnd(
      error instanceof LedgerLost
        ? error
        : new Error(`the ledger ${ledger.file} could not be written`, { cause: error }),
    );
  });
  return { end: () => over.abort(new Error('the work is over')) };
}
