// The door to node:sqlite. Node 22 announces it as experimental, which is of no use to whoever runs a smoke test.

import type { DatabaseSync } from 'node:sqlite';

/** Loads node:sqlite and keeps that one announcement of Node 22 back; every other warning passes. */
export function loadSqlite(): { DatabaseSync: typeof DatabaseSync } {
  const emitWarning = process.emitWarning;
  const filtered = (...args: readonly unknown[]): void => {
    const [warning, options] = args;
    const about = typeof options === 'object' && options !== null && 'type' in options ? options.type : options;
    if (about === 'ExperimentalWarning' && String(warning).includes('SQLite')) return;
    Reflect.apply(emitWarning, process, args);
  };
  process.emitWarning = filtered;
  try {
    // Loads at once and in place: nothing else can run while warnings are filtered.
    return process.getBuiltinModule('node:sqlite');
  } finally {
    process.emitWarning = emitWarning;
  }
}
