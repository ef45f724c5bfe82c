// The help of the program and of each command, against the flags that there are.

import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { describe, test } from 'node:test';
import { openSite } from './site.ts';

const configFlags = ['--env', '--var-file', '--config', '--no-config'];

const flagsOfEach: Readonly<Record<string, readonly string[]>> = {
  run: [
    ...configFlags,
    '--var',
    '--env-file',
    '--tag',
    '--grep',
    '--reporter',
    '--verbose',
    '--no-color',
    '--ledger',
    '--bail',
    '--jobs',
    '--repeat',
    '--deadline',
    '--grace',
    '--no-cleanup',
    '--inconclusive',
    '--insecure',
    '--step',
    '--headed',
    '--slow-mo',
    '--attachments',
  ],
  trace: [
    ...configFlags,
    '--inconclusive',
    '--var',
    '--env-file',
    '--reporter',
    '--verbose',
    '--no-color',
    '--ledger',
    '--keep',
    '--since',
    '--deadline',
    '--insecure',
    '--headed',
    '--slow-mo',
    '--attachments',
  ],
  check: [...configFlags, '--no-color'],
  report: ['--reporter', '--verbose', '--no-color'],
  sweep: [
    ...configFlags,
    '--var',
    '--env-file',
    '--ledger',
    '--without-ledger',
    '--older-than',
    '--yes',
    '--forget',
    '--insecure',
    '--verbose',
    '--no-color',
  ],
  look: [
    ...configFlags,
    '--var',
    '--env-file',
    '--marker',
    '--keep',
    '--since',
    '--ledger',
    '--json',
    '--full',
    '--insecure',
    '--no-color',
    '--headed',
    '--slow-mo',
    '--attachments',
  ],
  doctor: [...configFlags, '--var', '--env-file', '--tag', '--grep', '--ledger', '--json', '--insecure', '--no-color'],
  releases: [...configFlags, '--var', '--env-file', '--tag', '--grep', '--json', '--insecure', '--no-color'],
  completion: [],
  schema: ['--config'],
  init: [
    '--from-curl',
    '--from-har',
    '--from-playwright',
    '--from-openapi',
    '--operation',
    '--match',
    '--field',
    '--web',
    '--partner',
    '--name',
    '--output',
    '--force',
    '--yes',
  ],
  capture: [
    '--port',
    '--host',
    '--forward',
    '--allow',
    '--fail',
    '--limit',
    '--total',
    '--ca',
    '--insecure',
    '--verbose',
  ],
  demo: ['--up', '--fault', '--queue', '--queue-url', '--push-to', '--no-color'],
};

describe('help', { concurrency: 2 }, () => {
  for (const [command, flags] of Object.entries(flagsOfEach)) {
    test(`${command} --help names every flag, and no other, within 80 columns`, async (t) => {
      const site = await openSite(t);
      const { code, stdout, stderr } = await site.run([command, '--help']);
      assert.equal(code, 0);
      assert.equal(stderr, '');
      const named = [...stdout.matchAll(/^ {2}(?:-\w, )?(--[a-z-]+)/gm)].map(([, flag]) => flag);
      assert.deepEqual(named.sort(), [...flags, '--help'].sort());
      for (const line of stdout.split('\n')) assert.ok(line.length <= 80, `${line.length}: ${line}`);
    });
  }

  test('the program names every command and every exit code, within 80 columns', async (t) => {
    const site = await openSite(t);
    const [help, none] = [await site.run(['--help']), await site.run([])];
    assert.equal(help.code, 0);
    for (const command of Object.keys(flagsOfEach)) assert.match(help.stdout, new RegExp(`^  ${command} `, 'm'));
    assert.match(
      help.stdout,
      /0 all passed, 1 a scenario failed, 2 wrong usage[\s\S]*3 [\s\S]*4 inconclusive, 130 or 143/,
    );
    // The alias names the folder of the checkout, however long that is.
    for (const line of help.stdout.split('\n').filter((one) => !one.startsWith('  alias ')))
      assert.ok(line.length <= 80, `${line.length}: ${line}`);
    assert.equal(none.code, 2, 'without arguments nothing was done');
    assert.equal(none.stdout + none.stderr, help.stdout);
  });

  test('--version prints the version of the package and nothing else', async (t) => {
    const site = await openSite(t);
    const { version } = JSON.parse(readFileSync(new URL('../../package.json', import.meta.url), 'utf8')) as {
      version: string;
    };
    assert.equal((await site.run(['--version'])).stdout, `${version}\n`);
  });
});
