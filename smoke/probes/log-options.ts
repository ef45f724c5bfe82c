// The options of the `log` plug-in.

import * as v from 'valibot';

export type LogOptions = {
  path: string;
  format?: 'auto' | 'lines' | 'json' | undefined;
  encoding?: 'utf8' | 'latin1' | undefined;
};

export const logOptions: v.GenericSchema<unknown, LogOptions> = v.objectWithRest(
  {
    path: v.pipe(
      v.string(),
      v.minLength(1),
      v.description('A file, a folder (the files in it) or a glob such as logs/worker-*.log'),
    ),
    format: v.optional(
      v.pipe(
        v.picklist(['auto', 'lines', 'json']),
        v.description('lines: never read as JSON. Default: what each line is'),
      ),
    ),
    encoding: v.optional(v.pipe(v.picklist(['utf8', 'latin1']), v.description('Default utf8'))),
  },
  v.never('unknown key'),
);
