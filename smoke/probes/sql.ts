// The `sql` plug-in: reads rows with one bound SELECT, or runs one bound statement as a step. SQLite for now.

import type { Plugin } from './plugin.ts';
import { type SqlOptions, sqlOptions } from './sql-options.ts';
import { reads, statementOf } from './sql-statement.ts';

export const sql: Plugin<SqlOptions> = {
  name: 'sql',
  summary: 'Rows of a SQLite database, read without writing; as a step, one statement with bound values',
  options: sqlOptions,
  documents: ['query'],
  connects: ['sqlite'],
  title: ({ query }) => (typeof query === 'string' ? query.replace(/\s+/g, ' ').trim().slice(0, 80) : 'sql'),
  lookFault({ query }) {
    const statement = typeof query === 'string' ? statementOf(query) : undefined;
    return statement === undefined || reads(statement)
      ? undefined
      : `a look only reads, and ${statement.keyword === '' ? 'this' : statement.keyword} is no SELECT, WITH, VALUES or EXPLAIN`;
  },
  async open(_options, host) {
    const { openSqlite } = await import('./sqlite-look.ts');
    return openSqlite(host);
  },
  async trigger(host) {
    const { sqliteTrigger } = await import('./sqlite-send.ts');
    return sqliteTrigger(host);
  },
};
