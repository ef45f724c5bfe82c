// The options of the `log` plug-in.

import * as v from 'valibot';
import { told } from '../told.ts';

export type LogOptions = {
  path: string;
  format?: 'auto' | 'lines' | 'json' | undefined;
  encoding?: 'utf8' | 'latin1' | undefined;
};

export const logOptions: v.GenericSchema<unknown, LogOptions> = v.objectWithRest(
  {
    path: told(
      v.pipe(v.string(), v.minLength(1)),
      'A file, a folder (the files in it) or a glob.',
      'logs/worker-*.log',
    ),
    format: v.optional(
      told(v.picklist(['auto', 'lines', 'json']), 'lines: never read as JSON. Default: what each line is.', 'lines'),
    ),
    encoding: v.optional(told(v.picklist(['utf8', 'latin1']), 'Default utf8.', 'latin1')),
  },
  v.never('unknown key'),
);
