import assert from 'node:assert/strict';
import { appendFileSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { it } from 'node:test';
import { readTruth, truthOf, truthWriter } from '../../smoke/demo/truth.ts';

it('tells of a booking every fault once, in order, and ignores a line that is still being written', () => {
  const dir = mkdtempSync(join(tmpdir(), 'smoketrail-truth-'));
  try {
    const path = join(dir, 'truth.ndjson');
    const write = truthWriter(path);
    write({ booking: 1, room: 9, hop: 'web', fault: 'stripped', rule: 'f1' });
    write({ booking: 2, room: 9, hop: 'worker', fault: 'none', worker: 'worker-2' });
    write({ booking: 1, room: 9, hop: 'worker', fault: 'stuck', worker: 'worker-1' });
    write({ booking: 1, room: 9, hop: 'worker', fault: 'stuck', worker: 'worker-3' });
    appendFileSync(path, '{"booking": 1, "fau');
    assert.equal(readTruth(path).length, 4);
    assert.deepEqual(truthOf(path, 1), {
      booking: 1,
      faults: [
        { fault: 'stripped', hop: 'web' },
        { fault: 'stuck', hop: 'worker' },
      ],
      workers: ['worker-1', 'worker-3'],
    });
    assert.deepEqual(truthOf(path, 2), { booking: 2, faults: [], workers: ['worker-2'] });
  } finally {
    rmSync(dir, { recursive: true });
  }
});
