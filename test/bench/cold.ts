// How long a cold `smoketrail run` of a four-hop HTTP scenario takes, and how much memory, beside a bare script.

import { type ChildProcess, fork, spawn } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

export type Cold = { ms: number[]; bareMs: number[]; peak: number[]; barePeak: number[] };

const here = fileURLToPath(new URL('.', import.meta.url));

/** Runs `pairs` pairs, one of each in turn, so that a drifting machine drifts for both. Memory is taken in runs of its own. */
export async function measureCold(packageDir: string, pairs: number): Promise<Cold> {
  const dir = await mkdtemp(path.join(tmpdir(), 'smoketrail-bench-'));
  const server = fork(path.join(here, 'server.ts'));
  try {
    const base = `http://127.0.0.1:${await portOf(server)}`;
    await writeFile(path.join(dir, 'four-hops.yaml'), scenario(base));
    const ours = [path.join(packageDir, 'main.js'), 'run', 'four-hops.yaml'];
    const bare = [path.join(here, 'bare.js'), base];
    // The first runs fill the compile cache and the disk's.
    for (let warm = 0; warm < 3; warm += 1) {
      await time(ours, dir);
      await time(bare, dir);
    }
    const cold: Cold = { ms: [], bareMs: [], peak: [], barePeak: [] };
    for (let pair = 0; pair < pairs; pair += 1) {
      cold.ms.push(await time(ours, dir));
      cold.bareMs.push(await time(bare, dir));
    }
    for (let pair = 0; pair < Math.ceil(pairs / 4); pair += 1) {
      cold.peak.push(await peakOf(ours, dir));
      cold.barePeak.push(await peakOf(bare, dir));
    }
    return cold;
  } finally {
    server.disconnect();
    await rm(dir, { recursive: true, force: true });
  }
}

async function portOf(server: ChildProcess): Promise<number> {
  return new Promise((resolve, reject) => {
    server.once('message', (port) => resolve(Number(port)));
    server.once('exit', (code) => reject(new Error(`the bench server ended with ${code}`)));
  });
}

function time(argv: readonly string[], cwd: string): Promise<number> {
  const began = performance.now();
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, argv, { cwd, stdio: ['ignore', 'ignore', 'inherit'] });
    child.once('error', reject);
    child.once('exit', (code) => {
      if (code === 0) resolve(performance.now() - began);
      else reject(new Error(`${argv.join(' ')} ended with ${code}`));
    });
  });
}

/** Peak resident memory in MB, as the process says of itself at its end. */
function peakOf(argv: readonly string[], cwd: string): Promise<number> {
  const tell = 'process.on("exit",()=>require("node:fs").writeSync(3,String(process.resourceUsage().maxRSS)))';
  return new Promise((resolve, reject) => {
    const preload = [
      '--import',
      `data:text/javascript,import{createRequire}from"node:module";const require=createRequire("/");${tell}`,
    ];
    const child = spawn(process.execPath, [...preload, ...argv], {
      cwd,
      stdio: ['ignore', 'ignore', 'inherit', 'pipe'],
    });
    let text = '';
    child.stdio[3]?.on('data', (chunk: Buffer) => {
      text += chunk.toString();
    });
    child.once('error', reject);
    child.once('close', () => resolve(Number(text) / 1024));
  });
}

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
