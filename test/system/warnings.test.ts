// Warnings of the runtime that reach whoever runs the program.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { by, probe, reads, write } from './plugin-sources.ts';
import { openSite } from './site.ts';

test('a recording in TypeScript is read without a word about what Node calls experimental', async (t) => {
  const site = await openSite(t);
  const recording = `const note: string = 'Late';
test('test', async ({ page }) => {
  await page.goto('http://127.0.0.1:4100/');
  await page.getByLabel('Note').fill('Late');
});
`;
  site.file('recording.ts', recording);
  const { stdout, stderr } = await site.run(['init', '--from-playwright', 'recording.ts', '--output', '-']);
  assert.match(stdout, /fill: /);
  assert.doesNotMatch(stderr, /Warning|--trace-warnings/);
});

test('what a plug-in says is deprecated is told; what is experimental is not', async (t) => {
  const site = await openSite(t);
  const warns = `for (const type of ['DeprecationWarning', 'ExperimentalWarning']) process.emitWarning('so it is', type);`;
  write(site, by('./mine.ts', site), { 'mine.ts': probe(`${warns} ${reads}`) });
  const { code, stderr } = await site.run(['run', 'booking.yaml']);
  assert.equal(code, 0);
  assert.match(stderr, /DeprecationWarning: so it is/);
  assert.doesNotMatch(stderr, /ExperimentalWarning/);
});
