// The `sql` plug-in: reads rows with one bound statement, or runs one as a step. SQLite, PostgreSQL, MySQL and MariaDB.

import type { Plugin, Probe, Trigger } from '../plugin.ts';
import { engineOf, type SqlOptions, sqlOptions } from './sql-options.ts';
import { readers, reads, statementOf } from './sql-statement.ts';

export const sql: Plugin<SqlOptions> = {
  name: 'sql',
  summary:
    'Rows of a database (SQLite, PostgreSQL, MySQL, MariaDB), read without writing; as a step, one bound statement',
  options: sqlOptions,
  documents: ['query'],
  contract: {
    needs: 'SELECT on what the query reads; for SQLite read on the file',
    costs: 'a connection, a read-only transaction and one statement; at most 10,000 rows or 8 MB',
    proof: 'nothing: test/contract/sql-servers.test.ts, test/probes/sql.test.ts',
  },
  connects: ['sqlite', 'postgres', 'mysql', 'ca'],
  title: ({ query }) => (typeof query === 'string' ? query.replace(/\s+/g, ' ').trim().slice(0, 80) : 'sql'),
  lookFault(options) {
    const { query } = options;
    if (typeof query !== 'string') return undefined;
    const engine = engineOf(options) ?? 'sqlite';
    const statement = statementOf(query, engine);
    if (reads(statement, engine)) return undefined;
    if (statement.locks) return 'a look only reads, and this asks for locks on the rows';
    const [last, ...others] = readers[engine].toReversed();
    const what = statement.keyword === '' ? 'this' : statement.keyword;
    return `a look only reads, and ${what} is no ${others.toReversed().join(', ')} or ${last}`;
  },
  async open(given, host) {
    switch (engineOf(given)) {
      case 'postgres':
        return asProbe((await import('./postgres-look.ts')).openPostgres(given, host));
      case 'mysql':
        return asProbe((await import('./mysql-look.ts')).openMysql(given, host));
      default:
        return asProbe((await import('./sqlite-look.ts')).openSqlite(given, host));
    }
  },
  async trigger(host) {
    const opened = new Map<string, Promise<Trigger<SqlOptions>>>();
    const triggerOf = (engine: string): Promise<Trigger<SqlOptions>> => {
      const known = opened.get(engine) ?? loadTrigger(engine, host);
      opened.set(engine, known);
      return known;
    };
    return {
      fire: async (options, context) => (await triggerOf(engineOf(options) ?? 'sqlite')).fire(options, context),
      async close() {
        for (const one of await Promise.all(opened.values())) await one.close?.();
      },
    };
  },
};

async function loadTrigger(
  engine: string,
  host: Parameters<NonNullable<typeof sql.trigger>>[0],
): Promise<Trigger<SqlOptions>> {
  if (engine === 'postgres') return (await import('./postgres-send.ts')).postgresTrigger(host);
  if (engine === 'mysql') return (await import('./mysql-send.ts')).mysqlTrigger(host);
  return (await import('./sqlite-send.ts')).sqliteTrigger(host) as Trigger<SqlOptions>;
}

/** Which engine's options they are has been told by the schema. */
function asProbe(probe: unknown): Probe<SqlOptions> {
  return probe as Probe<SqlOptions>;
}
