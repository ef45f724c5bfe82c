// What a capture costs a worker: the same requests to the same partner, straight and through it, in turn.

import { type ChildProcess, fork, spawn } from 'node:child_process';
import { once } from 'node:events';
import { Agent, request } from 'node:http';
import { fileURLToPath } from 'node:url';
import { freePort } from '../servers/free-port.ts';
import type { Pairs } from './cold.ts';

/** `ms`: of one request after the other, each value the mean of a batch. `perSecond`: of sixteen workers at once. */
export type CaptureCost = { ms: Pairs; perSecond: Pairs };

const batch = 100;
const burst = 1_000;
const workers = 16;
/** Milliseconds after which no further round begins. */
const longest = 10_000;
const body = JSON.stringify({ hostMessage: 'Late & tired. smk-42rcxa7100000001', room: 117, nights: 2 });

export async function measureCapture(rounds: number): Promise<CaptureCost> {
  const partner = fork(fileURLToPath(new URL('./server.ts', import.meta.url)));
  const [to] = (await once(partner, 'message')) as [number];
  const port = await freePort();
  const main = fileURLToPath(new URL('../../smoke/main.ts', import.meta.url));
  const args = [main, 'capture', '--port', String(port), '--forward', `http://127.0.0.1:${to}`];
  const through = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'inherit'] });
  try {
    await once(through.stdout, 'data');
    return await measureBoth(port, to, rounds);
  } finally {
    await Promise.all([ended(through), ended(partner)]);
  }
}

async function measureBoth(through: number, straight: number, rounds: number): Promise<CaptureCost> {
  const ms: Pairs = { ours: [], bare: [] };
  const perSecond: Pairs = { ours: [], bare: [] };
  // The first are slower for all that is compiled meanwhile.
  for (const port of [through, straight]) await inTurn(port);
  const began = performance.now();
  for (let round = 0; round < rounds && performance.now() - began < longest; round += 1) {
    ms.ours.push(await inTurn(through));
    ms.bare.push(await inTurn(straight));
    perSecond.ours.push(await atOnce(through));
    perSecond.bare.push(await atOnce(straight));
  }
  return { ms, perSecond };
}

async function inTurn(port: number): Promise<number> {
  const agent = new Agent({ keepAlive: true });
  const began = performance.now();
  for (let count = 0; count < batch; count += 1) await send(port, agent);
  const all = performance.now() - began;
  agent.destroy();
  return all / batch;
}

async function atOnce(port: number): Promise<number> {
  const agent = new Agent({ keepAlive: true, maxSockets: workers });
  let left = burst;
  const began = performance.now();
  const work = async (): Promise<void> => {
    while (left > 0) {
      left -= 1;
      await send(port, agent);
    }
  };
  await Promise.all(Array.from({ length: workers }, work));
  const all = performance.now() - began;
  agent.destroy();
  return burst / (all / 1000);
}

function send(port: number, agent: Agent): Promise<void> {
  return new Promise((resolve, reject) => {
    const headers = { 'content-type': 'application/json', 'content-length': Buffer.byteLength(body) };
    const sent = request({ host: '127.0.0.1', port, method: 'POST', path: '/reservations', agent, headers });
    sent.on('error', reject);
    sent.on('response', (answer) => {
      answer.on('error', reject);
      answer.on('end', resolve);
      answer.resume();
    });
    sent.end(body);
  });
}

async function ended(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  child.kill('SIGTERM');
  await once(child, 'exit');
}
