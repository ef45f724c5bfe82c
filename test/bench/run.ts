// npm run bench: ratios against a baseline measured in the same run. Prints them; with --check it also fails past a limit.

import { spawnSync } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { measureCold } from './cold.ts';
import { measurePolling } from './polling.ts';

const limits = { time: 2.3, memory: 1.4 };
const pairs = 30;
const arrivals = 1_000;

const dir = await mkdtemp(path.join(tmpdir(), 'smoketrail-bench-package-'));
try {
  const build = fileURLToPath(new URL('../../smoke/package/build.ts', import.meta.url));
  const built = spawnSync(process.execPath, [build, dir], { stdio: ['ignore', 'ignore', 'inherit'] });
  if (built.status !== 0) throw new Error('the package could not be built');
  const cold = await measureCold(dir, pairs);
  const time = ratio(cold.ms, cold.bareMs);
  const memory = ratio(cold.peak, cold.barePeak);
  say(`cold run of a four-hop HTTP scenario, ${pairs} pairs on Node ${process.version}`);
  say(
    `  time    ${figure(median(cold.ms))} ms  bare script ${figure(median(cold.bareMs))} ms  ratio ${time.toFixed(2)} (limit ${limits.time})`,
  );
  say(
    `  memory  ${figure(median(cold.peak))} MB  bare script ${figure(median(cold.barePeak))} MB  ratio ${memory.toFixed(2)} (limit ${limits.memory})`,
  );
  const polling = await measurePolling(arrivals);
  const [looks, lag, share] = [
    polling.map((one) => one.looks),
    polling.map((one) => one.lag),
    polling.map((one) => one.lag / one.arrival),
  ];
  say(`polling, ${arrivals} arrivals drawn lognormally (median 2 s) on virtual time, default poll`);
  say(`  looks          median ${median(looks)}  p95 ${quantile(looks, 0.95)}  most ${Math.max(...looks)}`);
  say(
    `  detection lag  median ${figure(median(lag))} ms  p95 ${figure(quantile(lag, 0.95))} ms  most ${figure(Math.max(...lag))} ms  (median ${figure(100 * median(share))} % of the arrival time)`,
  );
  if (process.argv.includes('--check') && (time > limits.time || memory > limits.memory)) process.exitCode = 1;
} finally {
  await rm(dir, { recursive: true, force: true });
}

/** The median of the pairs' ratios: what drifts for both cancels out. */
function ratio(ours: readonly number[], bare: readonly number[]): number {
  return median(ours.map((value, index) => value / (bare[index] ?? Number.NaN)));
}

function median(values: readonly number[]): number {
  return quantile(values, 0.5);
}

function quantile(values: readonly number[], share: number): number {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))] ?? Number.NaN;
}

function figure(value: number): string {
  return value.toFixed(value < 10 ? 1 : 0);
}

function say(text: string): void {
  process.stdout.write(`${text}\n`);
}
