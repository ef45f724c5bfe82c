// Which jobs of a real queue a fault holds, in a SQLite file of the stack's own: the queue's system knows nothing of faults.

import type { DatabaseSync } from 'node:sqlite';
import type { Hold } from './job.ts';
import { openShared } from './sqlite.ts';

export type HoldTable = {
  add(job: string, holds: readonly Hold[]): void;
  remove(job: string): void;
  /** Jobs to be dropped by now. */
  due(now: number): string[];
  /** Stuck jobs whose fault is among those. */
  loose(cleared: readonly string[]): string[];
  /** A worker took the job: if it dies, it finds it here when it is back. */
  taken(job: string, worker: string): void;
  takenBy(worker: string): string[];
};

const schema = `
CREATE TABLE IF NOT EXISTS holds (
  job TEXT NOT NULL, kind TEXT NOT NULL, rule TEXT, due_at INTEGER, worker TEXT, PRIMARY KEY (job, kind));`;

export function openHolds(path: string): HoldTable {
  const db: DatabaseSync = openShared(path);
  db.exec(schema);
  const insert = db.prepare('INSERT OR REPLACE INTO holds (job, kind, rule, due_at, worker) VALUES (?, ?, ?, ?, ?)');
  const remove = db.prepare('DELETE FROM holds WHERE job = ?');
  const due = db.prepare("SELECT job FROM holds WHERE kind = 'drop' AND due_at <= ?");
  const stuck = db.prepare("SELECT job, rule FROM holds WHERE kind = 'stuck'");
  const takenBy = db.prepare("SELECT job FROM holds WHERE kind = 'taken' AND worker = ?");
  const jobs = (rows: readonly Record<string, unknown>[]): string[] => rows.map((row) => String(row['job']));
  return {
    add(job, holds) {
      for (const { kind, rule, afterMs, worker } of holds)
        insert.run(job, kind, rule, afterMs === undefined ? null : Date.now() + afterMs, worker ?? null);
    },
    remove(job) {
      remove.run(job);
    },
    due: (now) => jobs(due.all(now)),
    loose: (cleared) => jobs(stuck.all().filter((row) => cleared.includes(String(row['rule'])))),
    taken(job, worker) {
      insert.run(job, 'taken', null, null, worker);
    },
    takenBy: (worker) => jobs(takenBy.all(worker)),
  };
}
