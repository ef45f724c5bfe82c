// The `log` plug-in: reads the lines that were written to log files since the moment before the send.

import * as v from 'valibot';
import type { Plugin } from './plugin.ts';

export type LogOptions = {
  path: string;
  format?: 'auto' | 'lines' | 'json' | undefined;
  encoding?: 'utf8' | 'latin1' | undefined;
};

const options: v.GenericSchema<unknown, LogOptions> = v.objectWithRest(
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

export const log: Plugin<LogOptions> = {
  name: 'log',
  summary: 'New lines of a log file, a folder or a glob, text or JSON, from the moment before the send',
  options,
  connects: ['path', 'encoding'],
  title: ({ path }) => (typeof path === 'string' ? path : 'log'),
  async open(given, host) {
    const { openLog } = await import('./log-look.ts');
    return openLog(given, host);
  },
};
