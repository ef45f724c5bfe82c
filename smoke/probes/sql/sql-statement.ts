// Tells what kind of SQL statement a text is, whether it is only one, and where its named values stand.

import type { SqlEngine } from './sql-options.ts';

export type Statement = {
  keyword: string;
  /** Drivers run the first of several and drop the rest unsaid. */
  single: boolean;
  /** It asks for locks on the rows it reads. */
  locks: boolean;
};

/** A piece of a statement: SQL itself, or what the reader skips (a text, a quoted name, a comment). */
type Piece = { text: string; kind: 'sql' | 'quoted' | 'comment' };

export function statementOf(sql: string, engine: SqlEngine = 'sqlite'): Statement {
  let keyword = '';
  let ended = false;
  let single = true;
  let bare = '';
  for (const { text, kind } of piecesOf(sql, engine)) {
    if (kind === 'comment') continue;
    if (kind === 'quoted') {
      if (ended) single = false;
      keyword ||= text.charAt(0);
      bare += ' ? ';
      continue;
    }
    bare += text;
    for (const [index, part] of text.split(';').entries()) {
      if (index > 0) ended ||= keyword !== '';
      if (part.trim() === '') continue;
      if (ended) single = false;
      keyword ||= /^\s*([A-Za-z]+)/.exec(part)?.[1]?.toUpperCase() ?? part.trim().charAt(0);
    }
  }
  return { keyword, single: single && keyword !== '', locks: locking.test(bare) };
}

const locking = /\bFOR\s+(?:NO\s+KEY\s+)?(?:UPDATE|(?:KEY\s+)?SHARE)\b|\bLOCK\s+IN\s+SHARE\s+MODE\b/i;

/** Statements that only read, where the connection is read-only as well: a WITH may still lead an INSERT. */
export function reads(statement: Statement, engine: SqlEngine = 'sqlite'): boolean {
  return readers[engine].includes(statement.keyword) && !statement.locks;
}

/** What a look takes, by engine. */
export const readers: Readonly<Record<SqlEngine, readonly string[]>> = {
  sqlite: ['SELECT', 'WITH', 'VALUES', 'EXPLAIN'],
  postgres: ['SELECT', 'WITH', 'VALUES', 'TABLE', 'SHOW'],
  mysql: ['SELECT', 'WITH', 'VALUES', 'TABLE', 'SHOW', 'DESCRIBE'],
};

/** The statement with each `:name` outside of texts, comments and casts (`::`) replaced. */
export function withNames(sql: string, engine: SqlEngine, replace: (name: string) => string): string {
  return [...piecesOf(sql, engine)]
    .map(({ text, kind }) =>
      kind === 'sql' ? text.replace(/(?<![:\w]):([A-Za-z_]\w*)/g, (_whole, name: string) => replace(name)) : text,
    )
    .join('');
}

/** As the engine itself reads it: https://www.sqlite.org/lang_comment.html, "Lexical Structure" in the manuals of the others. */
function* piecesOf(sql: string, engine: SqlEngine): Iterable<Piece> {
  let from = 0;
  for (let at = 0; at < sql.length; at += 1) {
    const skipped = skippedAt(sql, at, engine);
    if (skipped === undefined) continue;
    if (at > from) yield { text: sql.slice(from, at), kind: 'sql' };
    yield { text: sql.slice(at, skipped.end), kind: skipped.kind };
    from = skipped.end;
    at = skipped.end - 1;
  }
  if (from < sql.length) yield { text: sql.slice(from), kind: 'sql' };
}

function skippedAt(sql: string, at: number, engine: SqlEngine): { end: number; kind: Piece['kind'] } | undefined {
  const pair = sql.slice(at, at + 2);
  const first = pair.charAt(0);
  if (pair === '--' || (first === '#' && engine === 'mysql'))
    return { end: closing(sql, '\n', at + 1), kind: 'comment' };
  if (pair === '/*') {
    // MySQL runs what stands in such comments.
    const kind = engine === 'mysql' && sql.charAt(at + 2) === '!' ? 'quoted' : 'comment';
    return { end: closing(sql, '*/', at + 2), kind };
  }
  if (first === '[' && engine === 'sqlite') return { end: closing(sql, ']', at + 1), kind: 'quoted' };
  if (first === '$' && engine === 'postgres') {
    const [tag] = /^\$(?:[A-Za-z_]\w*)?\$/.exec(sql.slice(at, at + 66)) ?? [];
    return tag === undefined ? undefined : { end: closing(sql, tag, at + tag.length), kind: 'quoted' };
  }
  if (first !== "'" && first !== '"' && first !== '`') return undefined;
  const escapes =
    engine === 'mysql' || (engine === 'postgres' && /(?:^|\W)[eE]$/.test(sql.slice(Math.max(0, at - 2), at)));
  return { end: endOfQuoted(sql, first, at + 1, escapes && first !== '`'), kind: 'quoted' };
}

/** A doubled quote is one text closed and another opened at once, which skips to the same place. */
function endOfQuoted(sql: string, quote: string, from: number, escapes: boolean): number {
  for (let at = from; at < sql.length; at += 1) {
    if (escapes && sql.charAt(at) === '\\') at += 1;
    else if (sql.charAt(at) === quote) return at + 1;
  }
  return sql.length;
}

function closing(sql: string, end: string, from: number): number {
  const at = sql.indexOf(end, from);
  return at === -1 ? sql.length : at + end.length;
}
