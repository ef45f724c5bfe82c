// Pipes where a file is meant: opening one that nobody writes to would wait for ever, so it is refused by its kind.

import assert from 'node:assert/strict';
import { execFileSync, spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { after, before, describe, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { smoketrail } from '../world.ts';

const main = fileURLToPath(new URL('../../smoke/main.ts', import.meta.url));
const scenario = `name: x
send: { http: { url: 'http://127.0.0.1:1/', text: '\${{ marker }}' } }
route: [{ hop: web, look: { http: { url: 'http://127.0.0.1:1/' } } }]
`;

describe('a pipe instead of a file', { concurrency: 2, skip: process.platform === 'win32' }, () => {
  let dir = '';
  before(() => {
    dir = mkdtempSync(path.join(tmpdir(), 'smoketrail-pipes-'));
    for (const folder of ['folder', 'linked', 'config']) mkdirSync(path.join(dir, folder));
    for (const fifo of ['fifo.yaml', 'folder/fifo.yaml', 'config/smoketrail.yaml'])
      execFileSync('mkfifo', [path.join(dir, fifo)]);
    symlinkSync('../fifo.yaml', path.join(dir, 'linked/link.yaml'));
    writeFileSync(path.join(dir, 'good.yaml'), scenario);
    writeFileSync(path.join(dir, 'config/good.yaml'), scenario);
    writeFileSync(
      path.join(dir, 'use.yaml'),
      scenario.replace('send: ', 'send: [{ use: ./fifo.yaml#x }, ').replace(/ \}\n/, ' }]\n'),
    );
  });
  after(() => rmSync(dir, { recursive: true, force: true }));

  function run(command: string, env = {}): { code: number | null; all: string } {
    const program = `"${process.execPath}" "${main}"`;
    const ended = spawnSync('bash', ['-c', command.replaceAll('smoketrail', program)], {
      cwd: dir,
      env: { ...process.env, ...env },
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'pipe'],
      timeout: 30_000,
      killSignal: 'SIGKILL',
    });
    return { code: ended.status, all: `${ended.stdout}${ended.stderr}` };
  }

  for (const args of [
    'check fifo.yaml',
    'check folder',
    'check linked',
    'check use.yaml',
    'check good.yaml --var-file fifo.yaml',
    'check good.yaml --config fifo.yaml',
  ])
    test(`smoketrail ${args} is refused`, () => {
      const { code, all } = run(`smoketrail ${args}`);
      assert.equal(code, 2, all);
      assert.equal(all.match(/it is a pipe, and only a plain file is read/g)?.length, 1, all);
      assert.doesNotMatch(all, /^ +at /m);
    });

  // In this process: Node's own start reads what stands behind --env-file on a command line.
  test('an environment file is refused', async () => {
    const { code, err } = await smoketrail(['run', 'good.yaml', '--env-file', 'fifo.yaml'], { cwd: dir });
    assert.equal(code, 2, err);
    assert.match(err, /^smoketrail: --env-file fifo\.yaml: it is a pipe/);
  });

  test('a config file that is found is refused, too', () => {
    const { code, all } = run('cd config && exec smoketrail check good.yaml');
    assert.equal(code, 2, all);
    assert.match(all, /smoketrail\.yaml: it is a pipe/);
  });

  test('what a shell hands over is read', () => {
    for (const command of [
      'smoketrail check --no-config <(cat good.yaml)',
      'cat good.yaml | smoketrail check --no-config /dev/stdin',
      'smoketrail check --no-config --var-file <(echo "colour: red") good.yaml',
    ]) {
      const { code, all } = run(command);
      assert.equal(code, 0, `${command}\n${all}`);
    }
  });
});
