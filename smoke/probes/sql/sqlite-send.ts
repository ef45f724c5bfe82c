// Runs one bound statement on an SQLite file as a step: to send, to find aliases, to clean up.

import type { DatabaseSync } from 'node:sqlite';
import type { Blind, FireContext, Host, Sent, Trigger } from '../plugin.ts';
import type { SqliteOptions } from './sql-options.ts';
import { keptRows, type Ran, sentOf } from './sql-sent.ts';
import { reads, statementOf } from './sql-statement.ts';
import { type Row, rowsOf, sqliteBlind, withSqlite } from './sqlite.ts';

export function sqliteTrigger(host: Host): Trigger<SqliteOptions> {
  return {
    async fire(options, context): Promise<Sent> {
      const began = host.clock.now();
      const { keyword } = statementOf(options.query);
      try {
        const ran = await run(host, options, context);
        return await sentOf(options, ran, keyword, options.sqlite, host.clock.now() - began);
      } catch (error) {
        const blind = sqliteBlind(error, options.sqlite);
        return {
          outcome: outcomeOf(blind),
          summary: `${keyword} failed: ${blind.message}`,
          fault: blind.fault,
          cost: { requests: 1, bytes: 0, ms: host.clock.now() - began },
        };
      }
    },
  };
}

function run(host: Host, options: SqliteOptions, context: FireContext): Promise<Ran> {
  const mode = reads(statementOf(options.query)) && statementOf(options.query).keyword !== 'WITH' ? 'ro' : 'rw';
  return withSqlite(host, options, mode, context.signal, (database, statement) => {
    const before = totalChanges(database);
    const rows: Row[] = [];
    // Stepped to its end whatever is kept: a statement left half-way is rolled back.
    for (const row of rowsOf(statement, options.params)) {
      if (rows.length < keptRows) rows.push(row);
    }
    return { rows, changes: totalChanges(database) - before };
  });
}

function totalChanges(database: DatabaseSync): number {
  return Number(database.prepare('SELECT total_changes() AS n').get()?.['n'] ?? 0);
}

/** A statement that fails is undone by SQLite as a whole; only a broken disk leaves that open. */
function outcomeOf(blind: Blind): 'refused' | 'unknown' {
  const { errcode } = (blind.cause ?? {}) as { errcode?: number };
  const primary = errcode === undefined ? undefined : errcode & 0xff;
  return primary === 10 || primary === 13 ? 'unknown' : 'refused';
}
