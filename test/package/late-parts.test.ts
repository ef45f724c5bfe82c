// What the package loads late: not at all where a run does without it, and whole where a run needs it.

import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { createServer as createTlsServer } from 'node:https';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { certificate } from '../probes/certificate.ts';
import { closed, listen, serve } from '../probes/local-server.ts';

type Ran = { code: number; text: string; loaded: readonly string[] };

const runFile = promisify(execFile);
let folder = '';
let main = '';

before(async () => {
  folder = await mkdtemp(join(tmpdir(), 'smoketrail-late-'));
  const built = join(folder, 'built');
  const build = fileURLToPath(new URL('../../smoke/package/build.ts', import.meta.url));
  await runFile(process.execPath, [build, built]);
  main = join(built, 'main.js');
});

after(() => rm(folder, { recursive: true, force: true }));

/** Runs the package on a scenario that sends to `url` and looks there. */
async function runOn(url: string, flags: readonly string[] = [], env: NodeJS.ProcessEnv = {}): Promise<Ran> {
  const cwd = await mkdtemp(join(folder, 'run-'));
  const times = 'deadline: 50ms\nconfirm: 0s\ngrace: 0s\nsettle: 0s\n';
  const send = `send: { http: { method: POST, url: '${url}', json: { note: '\${{ marker }}' } } }\n`;
  const route = `route:\n  - hop: web\n    look: { http: { url: '${url}', field: $.note } }\n`;
  await writeFile(join(cwd, 'late.yaml'), `name: late\n${times}${send}${route}`);
  const tell = `require('node:fs').writeFileSync('loaded', process.moduleLoadList.join('\\n'))`;
  await writeFile(join(cwd, 'tell.cjs'), `process.on('exit', () => ${tell});`);
  const args = ['--require', './tell.cjs', main, 'run', 'late.yaml', ...flags];
  const { code, stdout, stderr } = await new Promise<{ code: number; stdout: string; stderr: string }>((resolve) => {
    const child = execFile(process.execPath, args, { cwd, env: { ...process.env, ...env } }, (_, stdout, stderr) =>
      resolve({ code: child.exitCode ?? -1, stdout, stderr }),
    );
  });
  const loaded = (await readFile(join(cwd, 'loaded'), 'utf8')).split('\n');
  return { code, text: stdout + stderr, loaded };
}

test('a run that speaks plain HTTP loads no TLS, no HTTP/2, no fetch and no child processes', async (t) => {
  let note = '';
  const { url, seen } = await serve(t, ({ method }, response) => {
    if (method === 'POST') note = String(JSON.parse(seen.at(-1)?.body ?? '{}').note);
    response.end(JSON.stringify({ note }));
  });
  const { code, text, loaded } = await runOn(url);
  assert.equal(code, 0, text);
  assert.ok(loaded.includes('NativeModule http'));
  const heavy = ['tls', 'http2', 'internal/deps/undici/undici', 'child_process'];
  assert.deepEqual(
    heavy.filter((name) => loaded.includes(`NativeModule ${name}`)),
    [],
  );
});

test('a run that speaks HTTPS verifies the certificate and the name in it', async (t) => {
  const pair = await certificate(t);
  if (!pair) return;
  let note = '';
  const server = createTlsServer(pair, (request, response) => {
    request.on('data', (chunk: Buffer) => {
      note = String(JSON.parse(chunk.toString()).note);
    });
    request.on('end', () => response.end(JSON.stringify({ note })));
  });
  const port = await listen(server);
  t.after(() => {
    server.closeAllConnections();
    return closed(server);
  });
  const url = `https://127.0.0.1:${port}/`;
  const trusted = { NODE_EXTRA_CA_CERTS: pair.file };

  const unknown = await runOn(url);
  assert.equal(unknown.code, 1);
  assert.match(unknown.text, /refused[\s\S]*TLS/);
  // The certificate is for 127.0.0.1.
  const misnamed = await runOn(`https://localhost:${port}/`, [], trusted);
  assert.equal(misnamed.code, 1);
  assert.match(misnamed.text, /refused[\s\S]*ERR_TLS_CERT_ALTNAME_INVALID/);
  assert.equal(note, '');

  const verified = await runOn(url, [], trusted);
  assert.equal(verified.code, 0, verified.text);
  const unverified = await runOn(url, ['--insecure']);
  assert.equal(unverified.code, 0, unverified.text);
});
