// The queue on PostgreSQL, with pg-boss: jobs that start later, are tried again, and end in a queue of dead ones.

import type * as PgBossModule from 'pg-boss';
import type { ChildConfig } from './child.ts';
import { type HoldTable, openHolds } from './hold-table.ts';
import { type Job, type JobPayload, maxAttempts } from './job.ts';
import { needed } from './needed.ts';
import type { Caretaker, Consumer, QueueSystem } from './queue-ends.ts';
import { queueName, type ServedPlace } from './queue-place.ts';

type Boss = PgBossModule.PgBoss;

const deadQueue = `${queueName}-dead`;
/** What is held starts later than any stack lives. */
const farAhead = 7 * 86_400_000;

export const pgBossQueue: QueueSystem = {
  async producer(config) {
    const [boss, holds] = [await bossOf(config), openHolds(config.paths.queueDb)];
    return {
      async add(payload, delayMs, held) {
        const waits = held.some(({ kind }) => kind !== 'pin');
        const pin = held.find(({ kind }) => kind === 'pin')?.worker;
        const ms = waits ? farAhead : delayMs;
        const id = await boss.send(queueName, payload, {
          priority: pin === undefined ? 0 : pinned(pin),
          ...(ms > 0 && { startAfter: new Date(Date.now() + ms) }),
        });
        if (id === null) throw new Error('pg-boss did not take the job');
        if (waits) holds.add(id, held);
      },
    };
  },
  async consumer(config) {
    const [boss, holds] = [await bossOf(config), openHolds(config.paths.queueDb)];
    const { name } = config;
    // pg-boss notices a dead worker after ten seconds at the earliest; one that is back says at once what it held.
    for (const id of holds.takenBy(name)) {
      holds.remove(id);
      await boss.fail(queueName, id, { message: `${name} died with it` });
      await boss.update(queueName, undefined, { id, startAfter: 0 });
    }
    return consumerOf(boss, holds, config);
  },
  async caretaker(config) {
    const boss = await bossOf(config, true);
    await boss.createQueue(deadQueue);
    const retries = { retryLimit: maxAttempts - 1, retryDelay: 1, heartbeatSeconds: 10 };
    await boss.createQueue(queueName, { deadLetter: deadQueue, ...retries });
    return caretakerOf(boss, openHolds(config.paths.queueDb), placeIn(config));
  },
};

/** Jobs for one worker have a priority below all others, one for each worker: nobody else fetches from there. */
function pinned(worker: string): number {
  return -Number(worker.slice('worker-'.length));
}

function placeIn({ queue }: ChildConfig): ServedPlace {
  if (queue.system === 'sqlite') throw new Error('this queue needs a server');
  return queue;
}

/** Only the queue's process makes the schema and does the upkeep. */
async function bossOf(config: ChildConfig, keeps = false): Promise<Boss> {
  const { PgBoss } = (await needed('pg-boss')) as typeof PgBossModule;
  const { url, base } = placeIn(config);
  const boss = new PgBoss({
    connectionString: url,
    schema: base,
    application_name: `smoketrail demo ${config.name}`,
    max: 3,
    migrate: keeps,
    createSchema: keeps,
    supervise: keeps,
    schedule: false,
    superviseIntervalSeconds: 1,
    monitorIntervalSeconds: 1,
  });
  boss.on('error', (error) => process.stderr.write(`${error.message}\n`));
  await boss.start();
  return boss;
}

function consumerOf(boss: Boss, holds: HoldTable, { name, queue, times }: ChildConfig): Consumer {
  const mine = pinned(name);
  const fetch = async (range: PgBossModule.FetchOptions): Promise<Job | undefined> => {
    const [job] = await boss.fetch<JobPayload>(queueName, { ...range, includeMetadata: true });
    if (job === undefined) return undefined;
    holds.taken(job.id, name);
    return { id: job.id, payload: job.data, attempts: job.retryCount + 1, createdAt: job.createdOn.getTime() };
  };
  return {
    take: async () => (await fetch({ minPriority: 0 })) ?? (await fetch({ minPriority: mine, maxPriority: mine })),
    async done({ id }) {
      await boss.complete(queueName, String(id));
      holds.remove(String(id));
    },
    async failed({ id }, reason, ms) {
      await boss.fail(queueName, String(id), { message: reason });
      // Until now it waits for a second, the least that pg-boss knows beside none.
      await boss.update(queueName, undefined, { id: String(id), startAfter: new Date(Date.now() + ms) });
      holds.remove(String(id));
    },
    async handBack({ id }, ms) {
      if (queue.system === 'sqlite') return;
      // pg-boss has no call for this that does not count the attempt.
      const text = `UPDATE "${queue.base}".job SET state = CASE WHEN retry_count > 0 THEN 'retry' ELSE 'created' END::"${queue.base}".job_state,
        started_on = NULL, heartbeat_on = NULL, start_after = now() + $3 * interval '1 millisecond'
        WHERE name = $1 AND id = $2 AND state = 'active'`;
      await boss.getDb().executeSql(text, [queueName, id, ms]);
      holds.remove(String(id));
    },
    async touch({ id }) {
      await boss.touch(queueName, String(id));
    },
    async close() {
      await boss.stop({ graceful: false, timeout: times.reservation });
    },
  };
}

function caretakerOf(boss: Boss, holds: HoldTable, { base }: ServedPlace): Caretaker {
  const listed = async (states: string, limit: number): Promise<unknown[]> => {
    const text = `SELECT id, state, data AS payload, retry_count AS attempts, start_after, created_on AS created_at, output AS exception
      FROM "${base}".job WHERE name = $1 AND state IN (${states}) ORDER BY created_on DESC LIMIT $2`;
    return (await boss.getDb().executeSql(text, [queueName, limit])).rows as unknown[];
  };
  return {
    async tidy({ cleared }) {
      for (const id of holds.due(Date.now())) {
        await boss.deleteJob(queueName, id);
        holds.remove(id);
      }
      for (const id of holds.loose(cleared)) {
        await boss.update(queueName, undefined, { id, startAfter: 0 });
        holds.remove(id);
      }
    },
    list: (limit) => listed("'created', 'retry', 'active'", limit),
    listFailed: (limit) => listed("'failed'", limit),
  };
}
