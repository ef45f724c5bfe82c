// What an editor shows of an option while a scenario is written: what it is for, and an example.

import * as v from 'valibot';

/** The same schema, described. Examples are values as they stand in a file. */
export function told<S extends v.GenericSchema>(schema: S, description: string, ...examples: readonly unknown[]): S {
  return v.pipe(schema, v.description(description), v.examples(examples as never[])) as unknown as S;
}
