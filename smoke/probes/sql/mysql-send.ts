// Runs one bound statement on MySQL or MariaDB as a step.

import type { Connection, ResultSetHeader, RowDataPacket } from 'mysql2';
import type { Host, Trigger } from '../plugin.ts';
import { mysqlBlind, withMysql } from './mysql.ts';
import { type Bound, bound } from './sql-bind.ts';
import type { SqlOptions } from './sql-options.ts';
import type { SqlRow } from './sql-reading.ts';
import { keptRows, type Ran } from './sql-sent.ts';
import { serverTrigger } from './sql-server-send.ts';

export function mysqlTrigger(host: Host): Trigger<SqlOptions> {
  return serverTrigger(host, {
    engine: 'mysql',
    bind: (options) => bound(options, 'mysql', () => '?'),
    run: (target, signal, statement, onLeft) =>
      withMysql(target, host, signal, async (connection) => {
        onLeft();
        return run(connection, statement);
      }),
    blindOf: mysqlBlind,
    // The server itself said what is wrong: a statement outside of a transaction is undone as a whole then.
    isUndone: (error) => typeof Reflect.get(error, 'sqlState') === 'string' && Reflect.get(error, 'fatal') !== true,
  });
}

function run(connection: Connection, { text, values }: Bound): Promise<Ran> {
  return new Promise((done, fail) => {
    connection.execute<RowDataPacket[] | ResultSetHeader>(text, [...values], (error, result) => {
      if (error !== null) fail(error);
      else if (Array.isArray(result)) done({ rows: result.slice(0, keptRows) as SqlRow[], changes: 0 });
      else done({ rows: insertedBy(result), changes: result.affectedRows });
    });
  });
}

/** The number that the table gave the new row is all that these servers tell of it, for `keep: { booking: insertId }`. */
function insertedBy({ insertId }: ResultSetHeader): readonly SqlRow[] {
  return insertId === 0 ? [] : [{ insertId: String(insertId) }];
}
