// What a database says of a table of jobs beside its rows: the last number it gave a job, and whether it hides some.

import { Blind } from '../plugin.ts';
import type { Rows } from '../sql/sql-reading.ts';
import type { Ask, Dialect } from './job-database.ts';

/** `name` is the table as a statement names it, `plain` as people do; `uses` are the other tables that are read with it. */
export type Table = { name: string; plain: string; uses: readonly string[] };

export type TableFacts = {
  /** The number that was given last, whether its job is there (still, or yet) or not. Undefined where nobody can tell. */
  last?: bigint;
  /** It only follows another server, and may be behind. */
  follows: boolean;
};

/**
 * Asked after the rows: a number that was given meanwhile makes it more, never less. A number is of no use where sessions
 * take several at once, or where servers take turns.
 */
export function factsAsk({ engine }: Dialect, table: Table): Ask {
  switch (engine) {
    case 'postgres':
      return { query: ofPostgres([table.name, ...table.uses]), params: { name: table.name } };
    case 'mysql':
      return {
        query:
          'SELECT CASE WHEN @@auto_increment_increment = 1 THEN AUTO_INCREMENT - 1 END AS last,' +
          // A replica may be told to take no writes; MariaDB tells besides that it follows.
          ' @@global.read_only = 1 /*M!100000 OR EXISTS (SELECT 1 FROM information_schema.GLOBAL_STATUS' +
          " WHERE VARIABLE_NAME = 'SLAVES_RUNNING' AND VARIABLE_VALUE <> '0') */ AS follows" +
          ' FROM information_schema.TABLES WHERE TABLE_SCHEMA = DATABASE() AND TABLE_NAME = :name',
        params: { name: table.plain },
      };
    case 'sqlite':
      return {
        query:
          'SELECT COALESCE((SELECT seq FROM sqlite_sequence WHERE name = :name), 0) AS last' +
          " FROM sqlite_master WHERE name = :name AND sql LIKE '%AUTOINCREMENT%'",
        params: { name: table.plain },
        // Without AUTOINCREMENT there is no such table, and numbers are given again.
        optional: true,
      };
  }
}

/** Rows that a policy hides would look absent. One that lets this role read everything hides nothing. */
function ofPostgres(tables: readonly string[]): string {
  const list = tables.map((table) => `'${table.replaceAll("'", "''")}'::regclass`).join(', ');
  return `
SELECT pg_is_in_recovery() AS follows,
  (SELECT string_agg(t::text, ', ') FROM unnest(ARRAY[${list}]) t
    WHERE row_security_active(t::oid) AND (
      EXISTS (SELECT FROM pg_policy p WHERE p.polrelid = t AND NOT p.polpermissive)
      OR NOT EXISTS (SELECT FROM pg_policy p WHERE p.polrelid = t AND p.polpermissive AND p.polcmd IN ('r', '*')
        AND pg_get_expr(p.polqual, p.polrelid) = 'true'
        AND EXISTS (SELECT FROM unnest(p.polroles) r WHERE CASE WHEN r = 0 THEN true ELSE pg_has_role(r, 'USAGE') END))
    )) AS hidden,
  (SELECT CASE WHEN has_sequence_privilege(s.seqrelid, 'USAGE, SELECT') AND NOT pg_is_in_recovery()
      THEN COALESCE(pg_sequence_last_value(s.seqrelid), 0) END
    FROM pg_sequence s WHERE s.seqrelid = pg_get_serial_sequence(:name, 'id')::regclass
      AND s.seqcache = 1 AND s.seqincrement = 1) AS last`;
}

export function factsIn({ rows }: Rows): TableFacts {
  const { last, follows, hidden } = rows[0] ?? {};
  if (typeof hidden === 'string')
    throw new Blind('permission', `row level security hides rows of ${hidden} from this role`, {
      hint: 'Let it read them: CREATE POLICY … FOR SELECT TO the role USING (true), or BYPASSRLS.',
    });
  return {
    ...(last !== null && last !== undefined && { last: BigInt(String(last)) }),
    follows: follows === true || Number(follows) === 1,
  };
}
