// What one look costs a queue with 10,000 and with 1,000,000 jobs waiting: time and bytes. Further systems are rows of `systems`.

import type { Filled, LookCost, LookedAt } from './looked-at.ts';
import { brokers } from './looks-brokers.ts';
import { inDatabases } from './looks-databases.ts';
import { onRedisServers } from './looks-redis.ts';
import { median } from './quantiles.ts';

export type Measured = { name: string; at: readonly (LookCost & { count: number })[] };

export const counts: readonly [number, number] = [10_000, 1_000_000];
const looks = 7;
const warm = 5;

export const systems: readonly LookedAt[] = [...onRedisServers, ...inDatabases, ...brokers];

/** One after the other, each on a server of its own. `wanted`: names, or their first words; none for all. */
export async function measureLooks(
  wanted: readonly string[],
  say: (measured: Measured | { name: string; missing: string }) => void,
): Promise<void> {
  const isOf = (one: string, name: string): boolean => name === one || name.startsWith(`${one} `);
  const unknown = wanted.find((one) => !systems.some(({ name }) => isOf(one, name)));
  if (unknown !== undefined) throw new Error(`no ${unknown} among ${systems.map(({ name }) => name).join(', ')}`);
  for (const { name, missing, open, counts: own = counts } of systems) {
    if (wanted.length > 0 && !wanted.some((one) => isOf(one, name))) continue;
    if (missing !== false) {
      say({ name, missing });
      continue;
    }
    const system = await open();
    try {
      const at: (LookCost & { count: number })[] = [];
      for (const count of own) {
        await system.fill(count);
        at.push({ count, ...(await costOf(system)) });
      }
      say({ name, at });
    } finally {
      await system.close();
    }
  }
}

/** The first looks open the connection and warm up the code: they are not counted. */
async function costOf(system: Filled): Promise<LookCost> {
  const { look, close } = await system.looker();
  try {
    for (let count = 0; count < warm; count += 1) await look();
    const all: LookCost[] = [];
    for (let count = 0; count < looks; count += 1) all.push(await look());
    const of = (what: keyof LookCost): number => median(all.map((one) => one[what]));
    return { ms: of('ms'), bytes: of('bytes'), requests: of('requests') };
  } finally {
    await close();
  }
}
