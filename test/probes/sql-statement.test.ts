// Which statements a look takes, and where named values stand: by the rules of each database.

import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { Blind } from '../../smoke/probes/plugin.ts';
import { sql } from '../../smoke/probes/sql/sql.ts';
import { bound } from '../../smoke/probes/sql/sql-bind.ts';
import { statementOf } from '../../smoke/probes/sql/sql-statement.ts';

describe('a statement of SQL', () => {
  test('is one, whatever stands in its texts, names and comments', () => {
    assert.equal(statementOf("SELECT ';' -- ; no\n", 'postgres').single, true);
    assert.equal(statementOf('SELECT $$ ; $$, $x$ ; $x$', 'postgres').single, true);
    assert.equal(statementOf("SELECT E'it\\'s; one'", 'postgres').single, true);
    assert.equal(statementOf("SELECT 'it\\'s; one'", 'mysql').single, true);
    assert.equal(statementOf("SELECT 'a\\'; DROP TABLE x", 'postgres').single, false);
    assert.equal(statementOf('SELECT 1 # ; no', 'mysql').single, true);
    assert.equal(statementOf('SELECT a[1] ; SELECT 2', 'postgres').single, false);
    assert.equal(statementOf('SELECT 1; /*! DROP TABLE x */', 'mysql').single, false);
    assert.equal(statementOf('SELECT 1;', 'mysql').single, true);
  });

  test('that locks, or writes, is no look', () => {
    const fault = (query: string, engine: 'postgres' | 'mysql'): string | undefined =>
      sql.lookFault?.({ [engine]: `${engine}://h/d`, query });
    assert.equal(fault('SELECT 1', 'postgres'), undefined);
    assert.equal(fault("SELECT 'FOR UPDATE'", 'postgres'), undefined);
    assert.match(fault('SELECT 1 FROM jobs FOR UPDATE SKIP LOCKED', 'postgres') ?? '', /asks for locks/);
    assert.match(fault('SELECT 1 FROM jobs FOR NO KEY UPDATE', 'postgres') ?? '', /asks for locks/);
    assert.match(fault('SELECT 1 FROM jobs LOCK IN SHARE MODE', 'mysql') ?? '', /asks for locks/);
    assert.match(fault('DELETE FROM jobs', 'postgres') ?? '', /DELETE is no SELECT, WITH, VALUES, TABLE or SHOW/);
  });

  test('has its values bound by name, outside of texts and casts', () => {
    const dollar = (query: string, params: Record<string, string>): unknown =>
      bound({ query, params }, 'postgres', (n) => `$${n}`);
    assert.deepEqual(dollar("SELECT ':a', x::text FROM t WHERE a = :a AND b = :b OR a = :a", { a: '1', b: '2' }), {
      text: "SELECT ':a', x::text FROM t WHERE a = $1 AND b = $2 OR a = $3",
      values: ['1', '2', '1'],
    });
    assert.deepEqual(
      bound({ query: 'SELECT :a /* :b */', params: { a: 1 } }, 'mysql', () => '?'),
      {
        text: 'SELECT ? /* :b */',
        values: [1],
      },
    );
    assert.throws(
      () => dollar('SELECT :missing', { a: '1' }),
      (error) => error instanceof Blind && /:missing/.test(error.message),
    );
    assert.throws(() => dollar('SELECT 1; SELECT 2', {}), Blind);
  });
});
