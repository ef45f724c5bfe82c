// What a cold `smoketrail run` of a four-hop HTTP scenario costs, beside a bare script that sends the same requests.

import { type ChildProcess, fork, spawn } from 'node:child_process';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

/** Measured in pairs: the nth of ours ran next to the nth of theirs. */
export type Pairs = { ours: number[]; bare: number[] };

export type Cold = {
  /** From spawn to exit, in milliseconds. */
  ms: Pairs;
  cpuMs: Pairs;
  /** Peak resident memory. */
  megabytes: Pairs;
  /** The same beside the bare script that takes node:http with `require`. */
  strictMs: Pairs;
  /** The very first run, with no cache of compiled code yet. */
  firstMs: number[];
};

type Program = { argv: readonly string[]; cwd: string; env: NodeJS.ProcessEnv };
type Usage = { megabytes: number; cpuMs: number };

const here = fileURLToPath(new URL('.', import.meta.url));

export async function measureCold(packageDir: string, pairs: number): Promise<Cold> {
  const cwd = await mkdtemp(path.join(tmpdir(), 'smoketrail-bench-'));
  const server = fork(path.join(here, 'server.ts'));
  try {
    const base = `http://127.0.0.1:${await portOf(server)}`;
    await writeFile(path.join(cwd, 'four-hops.yaml'), scenario(base));
    // Compiled code is kept in the folder for temporary files: here in one of our own, warm by the first runs.
    const env = { ...process.env, TMPDIR: await emptyFolder(cwd, 'warm') };
    const run = { argv: [path.join(packageDir, 'main.js'), 'run', 'four-hops.yaml'], cwd, env };
    const bare = { argv: [path.join(here, 'bare.js'), base], cwd, env };
    const strict = { argv: [path.join(here, 'bare-require.cjs'), base], cwd, env };
    await inPairs(
      3,
      () => time(run),
      () => time(bare),
    );
    const ms = await inPairs(
      pairs,
      () => time(run),
      () => time(bare),
    );
    const strictMs = await inPairs(
      Math.ceil(pairs / 2),
      () => time(run),
      () => time(strict),
    );
    const used = await inPairs(
      Math.ceil(pairs / 2),
      () => usage(run),
      () => usage(bare),
    );
    const firstMs: number[] = [];
    for (let n = 0; n < 5; n += 1) {
      const TMPDIR = await emptyFolder(cwd, `cold-${n}`);
      firstMs.push(await time({ ...run, env: { ...process.env, TMPDIR } }));
    }
    return { ms, strictMs, firstMs, cpuMs: pick(used, 'cpuMs'), megabytes: pick(used, 'megabytes') };
  } finally {
    server.disconnect();
    await rm(cwd, { recursive: true, force: true });
  }
}

/** One of each in turn, and each first in every other pair, so that a drifting machine drifts for both. */
async function inPairs<T>(count: number, ours: () => Promise<T>, bare: () => Promise<T>) {
  const all: { ours: T[]; bare: T[] } = { ours: [], bare: [] };
  for (let n = 0; n < count; n += 1) {
    if (n % 2 === 1) all.bare.push(await bare());
    all.ours.push(await ours());
    if (n % 2 === 0) all.bare.push(await bare());
  }
  return all;
}

function pick(used: { ours: Usage[]; bare: Usage[] }, what: keyof Usage): Pairs {
  return { ours: used.ours.map((one) => one[what]), bare: used.bare.map((one) => one[what]) };
}

async function emptyFolder(parent: string, name: string): Promise<string> {
  const folder = path.join(parent, name);
  await mkdir(folder);
  return folder;
}

async function portOf(server: ChildProcess): Promise<number> {
  return new Promise((resolve, reject) => {
    server.once('message', (port) => resolve(Number(port)));
    server.once('exit', (code) => reject(new Error(`the bench server ended with ${code}`)));
  });
}

function time(program: Program): Promise<number> {
  const began = performance.now();
  return new Promise((resolve, reject) => {
    const { argv, cwd, env } = program;
    const child = spawn(process.execPath, argv, { cwd, env, stdio: ['ignore', 'ignore', 'inherit'] });
    child.once('error', reject);
    child.once('exit', (code) => {
      if (code === 0) resolve(performance.now() - began);
      else reject(new Error(`${argv.join(' ')} ended with ${code}`));
    });
  });
}

function usage({ argv, cwd, env }: Program): Promise<Usage> {
  const preload = ['--require', path.join(here, 'usage.cjs')];
  return new Promise((resolve, reject) => {
    const stdio = ['ignore', 'ignore', 'inherit', 'pipe'] as const;
    const child = spawn(process.execPath, [...preload, ...argv], { cwd, env, stdio: [...stdio] });
    let text = '';
    child.stdio[3]?.on('data', (chunk: Buffer) => {
      text += chunk.toString();
    });
    child.once('error', reject);
    child.once('close', (code) => {
      if (code === 0) resolve(JSON.parse(text) as Usage);
      else reject(new Error(`${argv.join(' ')} ended with ${code}`));
    });
  });
}

/** Four hops, read over HTTP as soon as the record is sent, and no time to confirm what was seen. */
function scenario(base: string): string {
  const hop = (name: string): string =>
    `  - hop: ${name}\n    look: { http: { url: '${base}/${name}/\${{ booking }}', field: $.note } }\n`;
  return `name: four-hops
confirm: 0s
send:
  http:
    method: POST
    url: ${base}/bookings
    json: { hostMessage: 'Late. \${{ marker }}' }
    keep: { booking: $.id }
route:
${['web', 'queue', 'worker', 'partner'].map(hop).join('')}`;
}
