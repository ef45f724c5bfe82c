// Looks at the queues of real workers, until a marked job is seen as it is wanted.

import assert from 'node:assert/strict';
import { setTimeout as delay } from 'node:timers/promises';
import type { Redis } from 'ioredis';
import type { Candidate, Reading } from '../../smoke/core/look.ts';
import type { Plugin } from '../../smoke/probes/plugin.ts';
import type { QueueOptions } from '../../smoke/probes/redis/redis-job-options.ts';
import { testContext, testHost } from '../../smoke/testing/host.ts';

export const marker = 'smk-42rcxa7100000001';

export async function looked(
  plugin: Plugin<QueueOptions>,
  options: QueueOptions,
  since: Date = new Date(),
): Promise<Reading> {
  assert.ok(plugin.open);
  const probe = await plugin.open(options, testHost());
  try {
    return await probe.read(options, testContext({ since }));
  } finally {
    await probe.close?.();
  }
}

/** The marked job, once it is there and as wanted. */
export async function eventually(
  plugin: Plugin<QueueOptions>,
  options: QueueOptions,
  isSo: (candidate: Candidate) => boolean,
): Promise<Candidate> {
  for (let tries = 0; tries < 600; tries += 1) {
    const { candidates } = await looked(plugin, options);
    const found = candidates.find((candidate) => candidate.text().includes(marker) && isSo(candidate));
    if (found !== undefined) return found;
    await delay(100);
  }
  throw new Error('the job was never seen so');
}

/** 10,000 other jobs; `write` puts one there. */
export async function amongOthers(
  client: Redis,
  write: (to: ReturnType<Redis['pipeline']>, index: number) => void,
): Promise<void> {
  for (let from = 0; from < 10_000; from += 1000) {
    const pipeline = client.pipeline();
    for (let index = from; index < from + 1000; index += 1) write(pipeline, index);
    await pipeline.exec();
  }
}
