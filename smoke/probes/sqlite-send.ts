// Runs one bound statement on an SQLite file as a step: to send, to find aliases, to clean up.

import type { DatabaseSync } from 'node:sqlite';
import { rowCandidate } from '../select/row.ts';
import type { Blind, FireContext, Host, Sent, Trigger } from './plugin.ts';
import type { SqlOptions } from './sql-options.ts';
import { reads, statementOf } from './sql-statement.ts';
import { type Row, rowsOf, sqliteBlind, withSqlite } from './sqlite.ts';
import { sizeOf } from './sqlite-look.ts';

type Ran = { rows: Row[]; changes: number };

/** Rows a step keeps to read its aliases from. */
const ROW_CAP = 1000;

export function sqliteTrigger(host: Host): Trigger<SqlOptions> {
  return {
    async fire(options, context): Promise<Sent> {
      const began = host.clock.now();
      const cost = (bytes: number): Sent['cost'] => ({ requests: 1, bytes, ms: host.clock.now() - began });
      const { keyword } = statementOf(options.query);
      try {
        return await done(options, await run(host, options, context), keyword, cost);
      } catch (error) {
        const blind = sqliteBlind(error, options.sqlite);
        return {
          outcome: outcomeOf(blind),
          summary: `${keyword} failed: ${blind.message}`,
          fault: blind.fault,
          cost: cost(0),
        };
      }
    },
  };
}

function run(host: Host, options: SqlOptions, context: FireContext): Promise<Ran> {
  const mode = reads(statementOf(options.query)) && statementOf(options.query).keyword !== 'WITH' ? 'ro' : 'rw';
  return withSqlite(host, options, mode, context.signal, (database, statement) => {
    const before = totalChanges(database);
    const rows: Row[] = [];
    // Stepped to its end whatever is kept: a statement left half-way is rolled back.
    for (const row of rowsOf(statement, options.params)) {
      if (rows.length < ROW_CAP) rows.push(row);
    }
    return { rows, changes: totalChanges(database) - before };
  });
}

function totalChanges(database: DatabaseSync): number {
  return Number(database.prepare('SELECT total_changes() AS n').get()?.['n'] ?? 0);
}

async function done(
  options: SqlOptions,
  ran: Ran,
  keyword: string,
  cost: (bytes: number) => Sent['cost'],
): Promise<Sent> {
  const { rows, changes } = ran;
  const first = rows[0];
  const wanted = options.expect?.changes;
  const unmet = wanted !== undefined && !within(changes, wanted);
  const which = rows.length > 1 ? `, row 1 of ${rows.length}` : '';
  const summary = `${keyword} on ${options.sqlite} → ${changes} changed${which}`;
  return {
    outcome: unmet ? 'unknown' : 'done',
    summary,
    ...(unmet
      ? {
          fault: {
            kind: 'wrong-answer',
            message: `${changes} rows changed, not ${[wanted].flat().join(' to ')} as expected`,
          },
        }
      : {}),
    ...(first === undefined
      ? {}
      : { answer: await rowCandidate({ row: first, source: `row 1 of ${options.sqlite}` }) }),
    cost: cost(rows.reduce((sum, row) => sum + sizeOf(row), 0)),
  };
}

function within(changes: number, wanted: number | readonly [number, number]): boolean {
  return typeof wanted === 'number' ? changes === wanted : changes >= wanted[0] && changes <= wanted[1];
}

/** A statement that fails is undone by SQLite as a whole; only a broken disk leaves that open. */
function outcomeOf(blind: Blind): 'refused' | 'unknown' {
  const { errcode } = (blind.cause ?? {}) as { errcode?: number };
  const primary = errcode === undefined ? undefined : errcode & 0xff;
  return primary === 10 || primary === 13 ? 'unknown' : 'refused';
}
