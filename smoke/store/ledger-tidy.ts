// Removes locks and heartbeats whose ledger is gone: a run was killed before its first record, or in its last step.

import { rm } from 'node:fs/promises';
import { isYoung, ledgerFiles, runsIn } from './ledger-folder.ts';
import { isLocked } from './run-lock.ts';

/** Tidies a folder; what is locked, or was touched within the last minute, belongs to a run that is just beginning. */
export async function tidyLedger(dir: string, now: Date): Promise<void> {
  const withLedger = new Set(await runsIn(dir));
  const runs = new Set([...(await runsIn(dir, 'lock')), ...(await runsIn(dir, 'beat'))]);
  for (const run of runs) {
    if (withLedger.has(run)) continue;
    const { lock, beat } = ledgerFiles(dir, run);
    if (isLocked(lock) || (await isYoung(lock, now)) || (await isYoung(beat, now))) continue;
    await rm(beat, { force: true });
    await rm(lock, { force: true });
  }
}
