// The door to node:sqlite, which loads at once and in place where it is needed.

import type { DatabaseSync } from 'node:sqlite';

export function loadSqlite(): { DatabaseSync: typeof DatabaseSync } {
  return process.getBuiltinModule('node:sqlite');
}
