// An id that an earlier record of ours has already: which of the entries in a ledger folder count.

import assert from 'node:assert/strict';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { test } from 'node:test';
import { openLedger, type RunLedger } from '../../smoke/store/ledger-file.ts';

const ids = new Set(['booking']);

test('an older open entry of the same scenario and system with the same ids is the twin, and no other', async (t) => {
  const dir = await mkdtemp(path.join(tmpdir(), 'smoketrail-twin-'));
  t.after(() => rm(dir, { recursive: true, force: true }));
  let minute = 0;
  const clock = { wall: () => new Date(Date.UTC(2026, 0, 5, 12, minute)) };
  const enter = async (ledger: RunLedger, marker: string, booking: string, web = 'http://web'): Promise<void> => {
    minute += 1;
    const shape = { prefix: 'smk', separator: '-', case: 'lower', length: 16 } as const;
    const sentAt = clock.wall().toISOString();
    const values = [['vars.web', web]] as const;
    await ledger.created({
      scenario: 's',
      file: '/s.yaml',
      marker,
      shape,
      destination: 'p',
      linger: 0,
      sentAt,
      values,
    });
    await ledger.alias(marker, 'booking', booking);
    await ledger.alias(marker, 'guest', marker);
  };
  const earlier = await openLedger({ dir, run: 'r1', clock });
  await enter(earlier, 'smk-first', '7');
  await enter(earlier, 'smk-staging', '8', 'http://staging');
  await enter(earlier, 'smk-done', '9');
  await earlier.closed('smk-done');
  await earlier.close();
  const ledger = await openLedger({ dir, run: 'r2', clock });
  t.after(() => ledger.close());
  await enter(ledger, 'smk-again', '7');
  await enter(ledger, 'smk-other', '8');
  await enter(ledger, 'smk-reused', '9');
  await enter(ledger, 'smk-same-run', '8');
  assert.deepEqual(await ledger.twin('smk-again', ids), { marker: 'smk-first', run: 'r1' });
  assert.equal(await ledger.twin('smk-other', ids), undefined);
  assert.equal(await ledger.twin('smk-reused', ids), undefined);
  assert.deepEqual(await ledger.twin('smk-same-run', ids), { marker: 'smk-other', run: 'r2' });
  assert.equal(await ledger.twin('smk-again', new Set(['booking', 'guest'])), undefined);
});
