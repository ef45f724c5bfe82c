// The file by which a capture is found: those of captures that were killed go with the next one.

import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir, userInfo } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { leaveToken, takeToken, tokenAt } from '../../smoke/probes/capture/capture-token.ts';

const skip = process.platform === 'win32' && 'TMPDIR is of other systems';

test('a capture takes away what those have left whose process is gone, and nothing else', { skip }, async (t) => {
  const before = process.env['TMPDIR'];
  const temporary = mkdtempSync(join(tmpdir(), 'smoketrail-token-'));
  process.env['TMPDIR'] = temporary;
  t.after(() => {
    if (before === undefined) delete process.env['TMPDIR'];
    else process.env['TMPDIR'] = before;
    rmSync(temporary, { recursive: true, force: true });
  });
  await leaveToken(4190, 'of-this-process');
  const folder = join(temporary, `smoketrail-${userInfo().uid}`);
  const [token, pid, place] = readFileSync(join(folder, 'capture-4190'), 'utf8').split('\n');
  assert.deepEqual([token, pid], ['of-this-process', String(process.pid)]);
  const gone = execFileSync(process.execPath, ['-p', 'process.pid'], { encoding: 'utf8' }).trim();
  const left = (port: number, lines: readonly (string | undefined)[]): void =>
    writeFileSync(join(folder, `capture-${port}`), lines.join('\n'), { mode: 0o600 });
  left(1, ['gone', gone, place]);
  left(2, ['of another machine', gone, `elsewhere ${place}`]);
  left(3, ['which does not say']);
  await leaveToken(4191, 'another');
  assert.deepEqual(readdirSync(folder).sort(), ['capture-2', 'capture-3', 'capture-4190', 'capture-4191']);
  assert.equal(await tokenAt(4190), 'of-this-process');
  await takeToken(4190, 'of-this-process');
  assert.equal(existsSync(join(folder, 'capture-4190')), false);
});
