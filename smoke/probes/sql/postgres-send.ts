// Runs one bound statement on PostgreSQL as a step.

import type { Client, QueryConfig } from 'pg';
import type { Host, Trigger } from '../plugin.ts';
import { postgresBlind, withPostgres } from './postgres.ts';
import { type Bound, bound } from './sql-bind.ts';
import type { SqlOptions } from './sql-options.ts';
import { keptRows, type Ran } from './sql-sent.ts';
import { serverTrigger } from './sql-server-send.ts';

export function postgresTrigger(host: Host): Trigger<SqlOptions> {
  return serverTrigger(host, {
    engine: 'postgres',
    bind: (options) => bound(options, 'postgres', (n) => `$${n}`),
    run: (target, signal, statement, onLeft) =>
      withPostgres(target, host, signal, async (client) => {
        onLeft();
        return run(client, statement);
      }),
    blindOf: postgresBlind,
    // The server itself said what is wrong: a statement outside of a transaction is undone as a whole then.
    isUndone: (error) => Reflect.get(error, 'severity') === 'ERROR',
  });
}

async function run(client: Client, { text, values }: Bound): Promise<Ran> {
  // Never the simple protocol, which takes several statements in one text. The driver's types leave the option out.
  const query: QueryConfig & { queryMode: 'extended' } = { text, values: [...values], queryMode: 'extended' };
  const { command, rows, rowCount } = await client.query<Record<string, string>>(query);
  const isRead = ['SELECT', 'SHOW', 'EXPLAIN'].includes(command);
  return { rows: rows.slice(0, keptRows), changes: isRead ? 0 : (rowCount ?? 0) };
}
