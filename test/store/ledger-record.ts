// A record as a run would create it, and a folder to keep ledgers in.

import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TestContext } from 'node:test';
import type { Created } from '../../smoke/core/ledger-line.ts';

export function record(marker: string, more: Partial<Created> = {}): Created {
  return {
    scenario: 'booking-note',
    file: '/scenarios/booking-note.yaml',
    marker,
    shape: { prefix: 'smk', separator: '-', case: 'lower', length: 16 },
    destination: 'partner',
    linger: 86_400_000,
    sentAt: new Date().toISOString(),
    ...more,
  };
}

/** A folder of its own for one test, removed after it. */
export async function folder(t: TestContext): Promise<string> {
  const dir = await mkdtemp(join(tmpdir(), 'smoketrail-ledger-'));
  t.after(() => rm(dir, { recursive: true, force: true }));
  return dir;
}
