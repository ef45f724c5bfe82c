// How long a fault delays a booking: a fixed time, or one drawn from a distribution by seed and booking.

import { createHash } from 'node:crypto';
import type { Distribution, Fault } from './fault.ts';

/** Milliseconds. The same fault, seed and booking always give the same. */
export function delayOf(fault: Fault, booking: number, otherwise: number): number {
  if (fault.distribution === undefined) return fault.ms ?? otherwise;
  const [first, second] = fractions(`${fault.seed ?? 1}:${booking}`);
  return Math.max(0, Math.round(draw(fault.distribution, first, second)));
}

function draw(from: Distribution, first: number, second: number): number {
  switch (from.kind) {
    case 'uniform':
      return from.min + (from.max - from.min) * first;
    case 'normal':
      return from.mean + from.deviation * gaussian(first, second);
    case 'exponential':
      return -from.mean * Math.log(1 - first);
    case 'lognormal':
      return from.median * Math.exp(from.sigma * gaussian(first, second));
  }
}

/** Box–Muller: two uniform fractions to one standard normal value. */
function gaussian(first: number, second: number): number {
  return Math.sqrt(-2 * Math.log(1 - first)) * Math.cos(2 * Math.PI * second);
}

/** Two fractions in [0, 1). */
function fractions(text: string): [number, number] {
  const digest = createHash('sha256').update(text).digest();
  return [digest.readUInt32BE(0) / 2 ** 32, digest.readUInt32BE(4) / 2 ** 32];
}
