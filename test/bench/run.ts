// npm run bench: measures and prints. With --check it also exits 1 past a limit; --pairs N sets how often it measures.
// npm run bench -- looks [NAME...]: what one look costs the systems that are read (or those), instead.

import { spawnSync } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { availableParallelism, loadavg, tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { measureCapture } from './capture.ts';
import { type Cold, measureCold, type Pairs } from './cold.ts';
import type { LookCost } from './looked-at.ts';
import { counts, type Measured, measureLooks } from './looks.ts';
import { latestArrival, measurePolling, type Polling } from './polling.ts';
import { median, quantile, ratios } from './quantiles.ts';

const limits = { time: 2.3, memory: 1.4 };
const arrivals = 1_000;
/** Each of 100 requests in turn and 1,000 at once, straight and through. */
const captureRounds = 7;

const { values, positionals } = parseArgs({
  options: { check: { type: 'boolean' }, pairs: { type: 'string', default: '40' } },
  allowPositionals: true,
});
const pairs = Math.max(2, Math.trunc(Number(values.pairs)) || 40);

if (positionals.includes('looks')) await sayLooks();
else await sayRuns();

async function sayRuns(): Promise<void> {
  const dir = await mkdtemp(path.join(tmpdir(), 'smoketrail-bench-package-'));
  try {
    const build = fileURLToPath(new URL('../../smoke/package/build.ts', import.meta.url));
    const built = spawnSync(process.execPath, [build, dir], { stdio: ['ignore', 'ignore', 'inherit'] });
    if (built.status !== 0) throw new Error('the package could not be built');
    const machine = machineNow();
    const cold = await measureCold(dir, pairs);
    sayCold(cold, machine);
    await sayPolling();
    await sayCapture();
    say('\nTo reproduce, on a quiet machine: npm ci && npm run bench (npm run bench -- --check fails past a limit)');
    const past = [
      ...(ratioOf(cold.ms) > limits.time ? ['time'] : []),
      ...(ratioOf(cold.megabytes) > limits.memory ? ['memory'] : []),
    ];
    if (values.check === true && past.length > 0) {
      say(`Past the limit: ${past.join(', ')}`);
      process.exitCode = 1;
    }
  } finally {
    await rm(dir, { recursive: true, force: true });
  }
}

function machineNow(): string {
  const busy = loadavg()[0] ?? 0;
  return `Node ${process.version}, ${availableParallelism()} cores, load ${busy.toFixed(1)} before`;
}

async function sayLooks(): Promise<void> {
  const [few, many] = counts.map((count) => count.toLocaleString('en'));
  say(`one look at a queue with ${few} and with ${many} jobs waiting, median of 7; ${machineNow()}`);
  say(`  ${cells(['', `ms at ${few}`, `at ${many}`, 'ratio', `kB at ${few}`, `at ${many}`, 'requests'])}`);
  await measureLooks(positionals.slice(positionals.indexOf('looks') + 1), (one) =>
    say(`  ${'missing' in one ? `${one.name}: ${one.missing}` : cells(lookFigures(one))}`),
  );
}

function lookFigures({ name, at }: Measured): string[] {
  const [few, many] = at;
  const shown = (of: LookCost | undefined, what: keyof LookCost, by = 1): string =>
    of === undefined ? '?' : (of[what] / by).toFixed(what === 'requests' ? 0 : 1);
  const ratio = ((many?.ms ?? Number.NaN) / (few?.ms ?? Number.NaN)).toFixed(2);
  const kilobytes = [few, many].map((of) => shown(of, 'bytes', 1000));
  return [name, shown(few, 'ms'), shown(many, 'ms'), ratio, ...kilobytes, shown(many, 'requests')];
}

function cells(of: readonly string[]): string {
  return of.map((cell, index) => (index === 0 ? cell.padEnd(27) : cell.padStart(14))).join('');
}

function sayCold(cold: Cold, machine: string): void {
  say(`cold run of a four-hop HTTP scenario (confirm: 0s) beside a bare node:http script; ${pairs} pairs; ${machine}`);
  say('median, and the quartiles in brackets');
  say(`  time      ${compared(cold.ms, 'ms')} (limit ${limits.time})`);
  say(`  CPU time  ${compared(cold.cpuMs, 'ms')}`);
  say(`  memory    ${compared(cold.megabytes, 'MB')} (limit ${limits.memory})`);
  say('for information');
  say(`  beside a bare script that loads neither fetch nor TLS (by require): ${compared(cold.strictMs, 'ms')}`);
  say(`  the very first run, before compiled code is kept: ${spread(cold.firstMs)} ms`);
}

async function sayPolling(): Promise<void> {
  const { poll, results } = await measurePolling(arrivals);
  const gaps = `${seconds(poll.first)} growing by ${poll.factor} to ${seconds(poll.max)}`;
  say(
    `\npolling by default (gaps from ${gaps}, each drawn from its upper half), on virtual time, looks taking no time`,
  );
  say(`${arrivals} arrivals drawn lognormally: median 2 s, sigma 1, ${seconds(latestArrival)} at most`);
  say(`  ${row(['arrived', 'arrivals', 'looks', 'p95', 'most', 'seen later by', 'p95', 'most'])}`);
  const groups: readonly [string, number, number][] = [
    ['within 1 s', 0, 1_000],
    ['1 s to 5 s', 1_000, 5_000],
    ['after 5 s', 5_000, Number.POSITIVE_INFINITY],
    ['all', 0, Number.POSITIVE_INFINITY],
  ];
  for (const [name, from, to] of groups) {
    const group = results.filter(({ arrival }) => arrival >= from && arrival < to);
    say(`  ${row([name, String(group.length), ...figures(group)])}`);
  }
}

async function sayCapture(): Promise<void> {
  const { ms, perSecond } = await measureCapture(captureRounds);
  say(
    `\na worker's requests through smoketrail capture, beside the same straight to the partner; ${ms.ours.length} rounds`,
  );
  say(`  one by one         ${compared(ms, 'ms', 'straight', 2)}`);
  say(`  sixteen at once    ${compared(perSecond, 'a second', 'straight')}`);
}

function figures(group: readonly Polling[]): string[] {
  const [looks, lag] = [group.map((one) => one.looks), group.map((one) => one.lag)];
  const three = (values: readonly number[], shown: (value: number) => string): string[] =>
    [median(values), quantile(values, 0.95), Math.max(...values)].map(shown);
  return [...three(looks, (value) => value.toFixed(0)), ...three(lag, seconds)];
}

function row(cells: readonly string[]): string {
  return cells.map((cell, index) => (index === 0 ? cell.padEnd(11) : cell.padStart(index === 5 ? 14 : 9))).join('');
}

function compared({ ours, bare }: Pairs, unit: string, beside = 'bare', digits = 0): string {
  const both = `${spread(ours, digits)} ${unit}, ${beside} ${spread(bare, digits)} ${unit}`;
  return `${both}: ratio ${spread(ratios(ours, bare), 2)}`;
}

function spread(of: readonly number[], digits = 0): string {
  const [low, middle, high] = [0.25, 0.5, 0.75].map((share) => quantile(of, share).toFixed(digits));
  return `${middle} [${low}–${high}]`;
}

function ratioOf({ ours, bare }: Pairs): number {
  return median(ratios(ours, bare));
}

function seconds(ms: number): string {
  return `${(ms / 1000).toFixed(ms < 10_000 ? 2 : 0)} s`;
}

function say(text: string): void {
  process.stdout.write(`${text}\n`);
}
