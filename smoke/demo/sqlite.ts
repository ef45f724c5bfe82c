// Opens a SQLite file that several processes share.

import { DatabaseSync } from 'node:sqlite';

/** WAL, so that readers never wait for writers; a writer waits for another one up to five seconds. */
export function openShared(path: string): DatabaseSync {
  const db = new DatabaseSync(path);
  db.exec('PRAGMA busy_timeout = 5000; PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL;');
  return db;
}

/** Runs `work` in one write transaction. */
export function inTransaction<T>(db: DatabaseSync, work: () => T): T {
  db.exec('BEGIN IMMEDIATE');
  try {
    const result = work();
    db.exec('COMMIT');
    return result;
  } catch (error) {
    db.exec('ROLLBACK');
    throw error;
  }
}

/** Lets the ids of an AUTOINCREMENT table start at `first`, once. */
export function startIdsAt(db: DatabaseSync, table: string, first: number): void {
  db.prepare(
    'INSERT INTO sqlite_sequence (name, seq) SELECT ?, ? WHERE NOT EXISTS (SELECT 1 FROM sqlite_sequence WHERE name = ?)',
  ).run(table, first - 1, table);
}
