// A queue as a `jobs` table in SQLite, as database queues have it; the faults' own bookkeeping beside it. Producers insert, workers reserve, the queue process tidies.

import type { DatabaseSync } from 'node:sqlite';
import { type Hold, type Job, type JobPayload, maxAttempts } from './job.ts';
import { inTransaction, openShared, startIdsAt } from './sqlite.ts';

const schema = `
CREATE TABLE IF NOT EXISTS jobs (
  id INTEGER PRIMARY KEY AUTOINCREMENT, queue TEXT NOT NULL, payload TEXT NOT NULL,
  attempts INTEGER NOT NULL DEFAULT 0, reserved_at INTEGER, reserved_by TEXT,
  available_at INTEGER NOT NULL, created_at INTEGER NOT NULL);
CREATE TABLE IF NOT EXISTS failed_jobs (
  id INTEGER PRIMARY KEY, queue TEXT NOT NULL, payload TEXT NOT NULL, exception TEXT NOT NULL, failed_at INTEGER NOT NULL);
CREATE TABLE IF NOT EXISTS holds (
  job INTEGER NOT NULL, kind TEXT NOT NULL, rule TEXT NOT NULL, due_at INTEGER, worker TEXT, PRIMARY KEY (job, kind));
`;

/**
 * A job goes to the worker whose turn it is, and its next attempt to the one after; once it has waited for
 * `patience` milliseconds, to any. A pinned job waits for its worker.
 */
const reserve = `
UPDATE jobs SET reserved_at = :now, reserved_by = :worker, attempts = attempts + 1 WHERE id = (
  SELECT id FROM jobs
  WHERE reserved_at IS NULL AND available_at <= :now
    AND NOT EXISTS (SELECT 1 FROM holds WHERE job = jobs.id AND (kind <> 'pin' OR worker <> :worker))
    AND ((id + attempts) % :pool = :index OR available_at <= :now - :patience
      OR EXISTS (SELECT 1 FROM holds WHERE job = jobs.id AND kind = 'pin'))
  ORDER BY id LIMIT 1)
RETURNING id, payload, attempts, created_at`;

export type JobTable = {
  /** Gives the job's id. `availableAt` in milliseconds since 1970. */
  add(payload: JobPayload, availableAt: number, holds: readonly Hold[]): number;
  reserve(worker: { name: string; index: number; pool: number }): Job | undefined;
  done(id: number): void;
  /** Counts the attempt: the job comes back after `ms`, or fails for good after its third. Says whether it failed for good. */
  failed(id: number, attempts: number, reason: string, ms: number): boolean;
  /** Hands it back without counting the attempt. */
  handBack(id: number, ms: number): void;
  /** A worker that holds a job for long says that it still lives. */
  touch(id: number): void;
  /** Frees what a worker of that name held before it was restarted. The attempts count. */
  freeOf(worker: string): void;
  /** Frees reservations older than `ms`, deletes jobs to be dropped, lets go the stuck ones whose fault is cleared. */
  tidy(reservationMs: number, cleared: readonly string[]): void;
  list(limit: number): unknown[];
  listFailed(limit: number): unknown[];
};

/** Only the queue process creates the tables; the others open the file once it has. */
export function createJobs(path: string, patienceMs: number): JobTable {
  const db = openShared(path);
  db.exec(schema);
  startIdsAt(db, 'jobs', 5530);
  return jobTable(db, patienceMs);
}

export function openJobs(path: string, patienceMs: number): JobTable {
  return jobTable(openShared(path), patienceMs);
}

function jobTable(db: DatabaseSync, patienceMs: number): JobTable {
  const insert = db.prepare(
    "INSERT INTO jobs (queue, payload, available_at, created_at) VALUES ('partner-push', ?, ?, ?)",
  );
  const hold = db.prepare('INSERT INTO holds (job, kind, rule, due_at, worker) VALUES (?, ?, ?, ?, ?)');
  const waiting = db.prepare('SELECT 1 FROM jobs WHERE reserved_at IS NULL AND available_at <= ? LIMIT 1');
  const take = db.prepare(reserve);
  const remove = db.prepare('DELETE FROM jobs WHERE id = ?');
  const removeHolds = db.prepare('DELETE FROM holds WHERE job = ?');
  const free = db.prepare(
    'UPDATE jobs SET reserved_at = NULL, reserved_by = NULL, available_at = ?, attempts = attempts - ? WHERE id = ?',
  );
  const bury = db.prepare('INSERT OR REPLACE INTO failed_jobs SELECT id, queue, payload, ?, ? FROM jobs WHERE id = ?');
  const touch = db.prepare('UPDATE jobs SET reserved_at = ? WHERE id = ?');
  const ofWorker = db.prepare('SELECT id, attempts FROM jobs WHERE reserved_by = ?');
  const overdue = db.prepare('SELECT id, attempts FROM jobs WHERE reserved_at < ?');
  const toDrop = db.prepare("SELECT job AS id FROM holds WHERE kind = 'drop' AND due_at <= ?");
  const stuck = db.prepare("SELECT job AS id, rule FROM holds WHERE kind = 'stuck'");
  const unstick = db.prepare("DELETE FROM holds WHERE job = ? AND kind = 'stuck'");
  const listed = db.prepare('SELECT * FROM jobs ORDER BY id DESC LIMIT ?');
  const listedFailed = db.prepare('SELECT * FROM failed_jobs ORDER BY id DESC LIMIT ?');

  const end = (id: number): void => {
    remove.run(id);
    removeHolds.run(id);
  };
  const failed = (id: number, attempts: number, reason: string, ms: number): boolean => {
    const forGood = attempts >= maxAttempts;
    if (forGood) {
      bury.run(reason, Date.now(), id);
      end(id);
    } else {
      free.run(Date.now() + ms, 0, id);
    }
    return forGood;
  };
  const abandoned = (rows: readonly Row[], reason: string): void => {
    for (const row of rows) failed(Number(row['id']), Number(row['attempts']), reason, 0);
  };

  return {
    add: (payload, availableAt, holds) =>
      inTransaction(db, () => {
        const id = Number(insert.run(JSON.stringify(payload), availableAt, Date.now()).lastInsertRowid);
        for (const { kind, rule, afterMs, worker } of holds)
          hold.run(id, kind, rule, afterMs === undefined ? null : Date.now() + afterMs, worker ?? null);
        return id;
      }),
    reserve: ({ name, index, pool }) => {
      const now = Date.now();
      // Looks before it writes, so that idle workers never ask for the write lock.
      if (waiting.get(now) === undefined) return undefined;
      const row = take.get({ now, worker: name, index, pool, patience: patienceMs });
      return row === undefined ? undefined : jobOf(row);
    },
    done: (id) => inTransaction(db, () => end(id)),
    failed: (id, attempts, reason, ms) => inTransaction(db, () => failed(id, attempts, reason, ms)),
    handBack: (id, ms) => {
      free.run(Date.now() + ms, 1, id);
    },
    touch: (id) => {
      touch.run(Date.now(), id);
    },
    freeOf: (worker) => inTransaction(db, () => abandoned(ofWorker.all(worker), `${worker} died with it`)),
    tidy: (reservationMs, cleared) => {
      const now = Date.now();
      const late = overdue.all(now - reservationMs);
      const drop = toDrop.all(now);
      const loose = stuck.all().filter((row) => cleared.includes(String(row['rule'])));
      if (late.length + drop.length + loose.length === 0) return;
      inTransaction(db, () => {
        abandoned(late, 'its reservation timed out');
        for (const row of drop) end(Number(row['id']));
        for (const row of loose) unstick.run(Number(row['id']));
      });
    },
    list: (limit) => listed.all(limit).map(shown),
    listFailed: (limit) => listedFailed.all(limit).map(shown),
  };
}

type Row = Record<string, unknown>;

function jobOf(row: Row): Job {
  return {
    id: Number(row['id']),
    payload: JSON.parse(String(row['payload'])) as JobPayload,
    attempts: Number(row['attempts']),
    createdAt: Number(row['created_at']),
  };
}

/** A row as the queue's REST answer shows it: the payload parsed. */
function shown(row: Row): unknown {
  return { ...row, payload: JSON.parse(String(row['payload'])) as unknown };
}
