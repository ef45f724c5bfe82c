// The queue on Redis, with BullMQ: jobs with a delay and retries, workers that fetch them by hand.

import type * as Bullmq from 'bullmq';
import type { ChildConfig } from './child.ts';
import { type HoldTable, openHolds } from './hold-table.ts';
import { type Hold, type Job, type JobPayload, maxAttempts } from './job.ts';
import { needed } from './needed.ts';
import type { Caretaker, Consumer, Producer, QueueSystem } from './queue-ends.ts';
import { queueName } from './queue-place.ts';

type BullJob = Bullmq.Job<JobPayload>;

/** What is held lies among the delayed jobs, further ahead than any stack lives. */
const farAhead = 7 * 86_400_000;
/** A worker that has given a job back lets the others go first for so long. */
const restMs = 250;

export const bullmqQueue: QueueSystem = {
  async producer(config) {
    const queue = await queueOf(config);
    return producerOf(queue, openHolds(config.paths.queueDb), config.times.retry);
  },
  async consumer(config) {
    const { Worker, UnrecoverableError } = (await needed('bullmq')) as typeof Bullmq;
    const { times, name } = config;
    const worker = new Worker<JobPayload>(queueName, undefined, {
      ...connectionOf(config),
      name,
      autorun: false,
      lockDuration: times.reservation,
      stalledInterval: Math.max(200, Math.round(times.reservation / 2)),
      maxStalledCount: maxAttempts - 1,
    });
    worker.on('error', reported);
    await worker.waitUntilReady();
    await worker.startStalledCheckTimer();
    return consumerOf(worker, config, (reason) => new UnrecoverableError(reason));
  },
  async caretaker(config) {
    const queue = await queueOf(config);
    return caretakerOf(queue, openHolds(config.paths.queueDb));
  },
};

async function queueOf(config: ChildConfig): Promise<Bullmq.Queue<JobPayload>> {
  const { Queue } = (await needed('bullmq')) as typeof Bullmq;
  const queue = new Queue<JobPayload>(queueName, connectionOf(config));
  queue.on('error', reported);
  await queue.waitUntilReady();
  return queue;
}

function connectionOf({ queue }: ChildConfig): { connection: Bullmq.ConnectionOptions; prefix: string } {
  if (queue.system === 'sqlite') throw new Error('this queue needs a server');
  return { connection: { url: queue.url, maxRetriesPerRequest: null }, prefix: queue.base };
}

/** The driver connects again by itself; what was said stays to be read. */
function reported(error: Error): void {
  process.stderr.write(`${error.message}\n`);
}

function producerOf(queue: Bullmq.Queue<JobPayload>, holds: HoldTable, retry: number): Producer {
  return {
    async add(payload, delayMs, held) {
      const waits = held.some(({ kind }) => kind !== 'pin');
      const job = await queue.add(nameOf(held), payload, {
        attempts: maxAttempts,
        backoff: { type: 'fixed', delay: retry },
        // A minute, so that whoever looks in time still finds what was in it.
        removeOnComplete: { age: 60 },
        ...((waits || delayMs > 0) && { delay: waits ? farAhead : delayMs }),
      });
      if (waits) holds.add(String(job.id), held);
    },
  };
}

/** A job that is for one worker says so in its name. */
function nameOf(held: readonly Hold[]): string {
  const pin = held.find(({ kind }) => kind === 'pin');
  return pin?.worker === undefined ? 'push' : `push by ${pin.worker}`;
}

function consumerOf(
  worker: Bullmq.Worker<JobPayload>,
  { name, times }: ChildConfig,
  forGood: (reason: string) => Error,
): Consumer {
  const jobs = new Map<string, { job: BullJob; token: string }>();
  let serial = 0;
  let restsUntil = 0;
  const settle = async ({ id }: Job, how: (job: BullJob, token: string) => Promise<unknown>): Promise<void> => {
    const held = jobs.get(String(id));
    jobs.delete(String(id));
    if (held !== undefined) await unlessLost(how(held.job, held.token));
  };
  return {
    async take() {
      if (Date.now() < restsUntil) return undefined;
      const token = `${name}-${process.pid}-${++serial}`;
      const job: BullJob | undefined = await worker.getNextJob(token, { block: false });
      if (job?.id === undefined) return undefined;
      if (job.deferredFailure) {
        await unlessLost(job.moveToFailed(forGood(job.deferredFailure), token));
        return undefined;
      }
      if (job.name !== 'push' && job.name !== `push by ${name}`) {
        // For another worker. After as many turns as there are others, it has come to it.
        restsUntil = Date.now() + restMs;
        await unlessLost(job.moveToDelayed(Date.now() + 1, token));
        return undefined;
      }
      jobs.set(job.id, { job, token });
      const attempts = job.attemptsMade + job.stalledCounter + 1;
      return { id: Number(job.id), payload: job.data, attempts, createdAt: job.timestamp };
    },
    done: (job) => settle(job, (one, token) => one.moveToCompleted('', token, false)),
    failed: (job, reason) => settle(job, (one, token) => one.moveToFailed(new Error(reason), token)),
    handBack: (job, ms) => settle(job, (one, token) => one.moveToDelayed(Date.now() + ms, token)),
    async touch({ id }) {
      const held = jobs.get(String(id));
      if (held !== undefined) await unlessLost(held.job.extendLock(held.token, times.reservation));
    },
    async close() {
      await worker.close(true);
    },
  };
}

/** The lock ran out and the job went to another worker, or is gone: then its end is no longer this worker's to tell. */
async function unlessLost(settled: Promise<unknown>): Promise<void> {
  try {
    await settled;
  } catch (error) {
    if (
      !(
        error instanceof Error &&
        /^(Missing|Lock mismatch)|could not (renew|extend)|not in the active state/i.test(error.message)
      )
    )
      throw error;
  }
}

function caretakerOf(queue: Bullmq.Queue<JobPayload>, holds: HoldTable): Caretaker {
  return {
    async tidy({ cleared }) {
      for (const id of holds.due(Date.now())) {
        await (await queue.getJob(id))?.remove();
        holds.remove(id);
      }
      for (const id of holds.loose(cleared)) {
        const job = await queue.getJob(id);
        if ((await job?.isDelayed()) === true) await job?.promote();
        holds.remove(id);
      }
    },
    async list(limit) {
      return (await queue.getJobs(['active', 'wait', 'delayed'], 0, limit - 1)).map(shown);
    },
    async listFailed(limit) {
      return (await queue.getFailed(0, limit - 1)).map(shown);
    },
  };
}

function shown(job: BullJob): unknown {
  const { id, name, data, attemptsMade, delay, timestamp, processedBy, failedReason } = job;
  return {
    id,
    name,
    payload: data,
    attempts: attemptsMade,
    delay,
    created_at: timestamp,
    processedBy,
    exception: failedReason,
  };
}
