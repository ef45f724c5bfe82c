// The options of the `command` plug-in, as values.

import * as v from 'valibot';
import { told } from '../told.ts';

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
        told(
          v.pipe(v.array(v.string()), v.minLength(1)),
          'The program and its arguments, each an item of its own: no shell reads them.',
          ['redis-cli', '--json', 'LRANGE', 'queues:default', '0', '100'],
        ),
      ),
      shell: v.optional(
        told(
          v.pipe(v.string(), v.minLength(1)),
          'A line for /bin/sh instead of argv; values in it are not escaped.',
          'tail -n 100 worker.log | grep booking',
        ),
      ),
      cwd: v.optional(told(v.string(), 'Folder to run in. Default: the folder of the scenario file.', './tools')),
      env: v.optional(
        told(
          v.record(v.string(), v.union([v.string(), v.number(), v.boolean()])),
          'Environment variables beside those of the runner.',
          { PGPASSWORD: '${{ secret.PGPASSWORD }}' },
        ),
      ),
      stdin: v.optional(told(v.string(), 'Text for the standard input.', '${{ marker }}')),
      expect: v.optional(
        told(
          v.objectWithRest(
            { exit: told(v.union([exit, v.array(exit)]), 'Exit code, or a list of them. Default 0.', 0, [0, 1]) },
            unknownKey,
          ),
          'What counts as success.',
          { exit: [0, 1] },
        ),
      ),
    },
    unknownKey,
  ),
  v.check((given) => (given.argv === undefined) !== (given.shell === undefined), 'either argv or shell'),
);
