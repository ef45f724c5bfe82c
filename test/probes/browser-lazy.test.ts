import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';

const main = fileURLToPath(new URL('../../smoke/main.ts', import.meta.url));

/** What the program loaded to check a scenario whose only look is this, or to run it. */
async function loadedBy(command: 'check' | 'run', look: string): Promise<string[]> {
  const cwd = await mkdtemp(join(tmpdir(), 'smoketrail-lazy-'));
  try {
    await writeFile(
      join(cwd, 'a.yaml'),
      `name: a\ndeadline: 1ms\ngrace: 0s\nsend: { http: { url: 'http://127.0.0.1:9/', text: '\${{ marker }}' } }\nroute:\n  - hop: x\n    look: { ${look} }\n`,
    );
    await writeFile(
      join(cwd, 'tell.mjs'),
      `import { registerHooks } from 'node:module';
import { writeFileSync } from 'node:fs';
const urls = [];
registerHooks({ load(url, context, next) { urls.push(url); return next(url, context); } });
process.on('exit', () => writeFileSync('loaded', urls.join('\\n')));`,
    );
    spawnSync(process.execPath, ['--import', './tell.mjs', main, command, 'a.yaml'], { cwd });
    return (await readFile(join(cwd, 'loaded'), 'utf8')).split('\n');
  } finally {
    await rm(cwd, { recursive: true, force: true });
  }
}

test('a scenario without a browser loads neither Playwright nor anything of the plug-in', async () => {
  const loaded = await loadedBy('run', "http: { url: 'http://127.0.0.1:9/' }");
  assert.ok(loaded.some((url) => url.endsWith('/http-look.ts')));
  assert.deepEqual(
    loaded.filter((url) => /playwright|fflate|\/probes\/browser/.test(url)),
    [],
  );
});

test('a scenario with a browser is checked without Playwright', async () => {
  const loaded = await loadedBy('check', "browser: [{ goto: 'http://127.0.0.1:9/' }, { read: { testid: x } }]");
  assert.ok(loaded.some((url) => url.endsWith('/probes/browser/browser.ts')));
  assert.deepEqual(
    loaded.filter((url) => /playwright|fflate|browser-(?:look|launch)/.test(url)),
    [],
  );
});
