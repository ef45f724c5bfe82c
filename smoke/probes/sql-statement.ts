// Tells what kind of SQL statement a text is and whether it is only one: drivers run the first and drop the rest unsaid.

export type Statement = { keyword: string; single: boolean };

/** Skips texts, quoted names and comments as SQLite reads them (https://www.sqlite.org/lang_comment.html). */
export function statementOf(sql: string): Statement {
  let keyword = '';
  let ended = false;
  for (let at = 0; at < sql.length; at++) {
    const skipped = endOfSkipped(sql, at);
    const character = sql.charAt(at);
    if (skipped !== undefined) {
      if (ended && !skipped.comment) return { keyword, single: false };
      at = skipped.end;
    } else if (character === ';') {
      ended ||= keyword !== '';
    } else if (!/\s/.test(character)) {
      if (ended) return { keyword, single: false };
      if (keyword === '') keyword = /^[A-Za-z]+/.exec(sql.slice(at, at + 20))?.[0].toUpperCase() ?? character;
    }
  }
  return { keyword, single: keyword !== '' };
}

/** Statements that only read, where the connection is read-only as well: a WITH may still lead an INSERT. */
export function reads(statement: Statement): boolean {
  return ['SELECT', 'WITH', 'VALUES', 'EXPLAIN'].includes(statement.keyword);
}

function endOfSkipped(sql: string, at: number): { end: number; comment: boolean } | undefined {
  const pair = sql.slice(at, at + 2);
  const first = pair.charAt(0);
  if (pair === '--') return { end: closing(sql, '\n', at + 2), comment: true };
  if (pair === '/*') return { end: closing(sql, '*/', at + 2) + 1, comment: true };
  if (first === '[') return { end: closing(sql, ']', at + 1), comment: false };
  // A doubled quote is one text closed and another opened at once, which skips to the same place.
  if (first === "'" || first === '"' || first === '`') return { end: closing(sql, first, at + 1), comment: false };
  return undefined;
}

function closing(sql: string, end: string, from: number): number {
  const at = sql.indexOf(end, from);
  return at === -1 ? sql.length : at;
}
