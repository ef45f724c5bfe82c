// The options of the `command` plug-in, as values.

import * as v from 'valibot';

export type CommandOptions = {
  argv?: readonly string[] | undefined;
  shell?: string | undefined;
  cwd?: string | undefined;
  env?: Readonly<Record<string, string | number | boolean>> | undefined;
  stdin?: string | undefined;
  expect?: { exit: number | readonly number[] } | undefined;
};

const unknownKey = v.never('unknown key');
const exit = v.pipe(v.number(), v.integer(), v.minValue(0), v.maxValue(255));

export const commandOptions: v.GenericSchema<unknown, CommandOptions> = v.pipe(
  v.objectWithRest(
    {
      argv: v.optional(
        v.pipe(
          v.array(v.string()),
          v.minLength(1),
          v.description('The program and its arguments, each an item of its own: no shell reads them'),
        ),
      ),
      shell: v.optional(
        v.pipe(
          v.string(),
          v.minLength(1),
          v.description('A line for /bin/sh instead of argv; values in it are not escaped'),
        ),
      ),
      cwd: v.optional(v.pipe(v.string(), v.description('Folder to run in; default: the folder of the scenario file'))),
      env: v.optional(
        v.pipe(
          v.record(v.string(), v.union([v.string(), v.number(), v.boolean()])),
          v.description('Environment variables beside those of the runner'),
        ),
      ),
      stdin: v.optional(v.pipe(v.string(), v.description('Text for the standard input'))),
      expect: v.optional(
        v.objectWithRest(
          { exit: v.pipe(v.union([exit, v.array(exit)]), v.description('Exit code that means success; default 0')) },
          unknownKey,
        ),
      ),
    },
    unknownKey,
  ),
  v.check((given) => (given.argv === undefined) !== (given.shell === undefined), 'either argv or shell'),
);
