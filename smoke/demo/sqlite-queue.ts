// The queue as a table of jobs in SQLite: nothing to install, and the demo's default.

import { createJobs, type JobTable, openJobs } from './job-table.ts';
import type { Consumer, QueueSystem } from './queue-ends.ts';

export const sqliteQueue: QueueSystem = {
  async producer({ paths, times }) {
    const jobs = openJobs(paths.queueDb, times.patience);
    return {
      async add(payload, delayMs, holds) {
        jobs.add(payload, Date.now() + delayMs, holds);
      },
    };
  },
  async consumer({ name, paths, times, worker }) {
    const { index, pool } = worker ?? { index: 0, pool: 1 };
    const jobs = openJobs(paths.queueDb, times.patience);
    jobs.freeOf(name);
    return consumerOf(jobs, { name, index, pool });
  },
  async caretaker({ paths, times }) {
    const jobs = createJobs(paths.queueDb, times.patience);
    return {
      async tidy({ cleared }) {
        jobs.tidy(times.reservation, cleared);
      },
      async list(limit) {
        return jobs.list(limit);
      },
      async listFailed(limit) {
        return jobs.listFailed(limit);
      },
    };
  },
};

function consumerOf(jobs: JobTable, worker: { name: string; index: number; pool: number }): Consumer {
  return {
    async take() {
      return jobs.reserve(worker);
    },
    async done(job) {
      jobs.done(Number(job.id));
    },
    async failed(job, reason, ms) {
      jobs.failed(Number(job.id), job.attempts, reason, ms);
    },
    async handBack(job, ms) {
      jobs.handBack(Number(job.id), ms);
    },
    async touch(job) {
      jobs.touch(Number(job.id));
    },
    async close() {
      // What was reserved is in hand, and handed back one by one.
    },
  };
}
