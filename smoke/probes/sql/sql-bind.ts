// Binds values to a statement: drivers of servers know values by their place, a scenario by their names as well.

import { Blind } from '../plugin.ts';
import type { SqlEngine, SqlOptions, SqlParam } from './sql-options.ts';
import { statementOf, withNames } from './sql-statement.ts';

export type Bound = { text: string; values: readonly SqlParam[] };

/** `place`: how the driver writes the value number n, from 1. Throws a Blind where the values do not fit the statement. */
export function bound({ query, params }: SqlOptions, engine: SqlEngine, place: (n: number) => string): Bound {
  if (!statementOf(query, engine).single)
    throw new Blind('error', 'the query must be exactly one SQL statement', {
      hint: 'Put values into params; use one step for each statement.',
    });
  if (params === undefined) return { text: query, values: [] };
  if (isList(params)) return { text: query, values: params };
  const values: SqlParam[] = [];
  const named = new Map(Object.entries(params));
  const text = withNames(query, engine, (name) => {
    const value = named.get(name);
    if (value === undefined)
      throw new Blind('error', `the query names :${name}, and params has no such value`, {
        hint: `params has ${[...named.keys()].join(', ') || 'none'}.`,
      });
    values.push(value);
    return place(values.length);
  });
  return { text, values };
}

function isList(params: NonNullable<SqlOptions['params']>): params is readonly SqlParam[] {
  return Array.isArray(params);
}
