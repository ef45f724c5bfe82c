// The source of a first scenario, read from where a flag says.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { readSource } from '../../smoke/cli/init-files.ts';
import type { World } from '../../smoke/cli/world.ts';

test('an empty name is told as such, and not as the working directory', async () => {
  await assert.rejects(readSource('--from-curl', '', 100, { cwd: '/' } as World), /--from-curl is empty/);
});
