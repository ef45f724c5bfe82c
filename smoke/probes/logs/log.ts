// The `log` plug-in: reads the lines that were written to log files since the moment before the send.

import type { Plugin } from '../plugin.ts';
import { type LogOptions, logOptions } from './log-options.ts';

export const log: Plugin<LogOptions> = {
  name: 'log',
  summary: 'New lines of a log file, a folder or a glob, text or JSON, from the moment before the send',
  options: logOptions,
  contract: {
    needs: 'read on the files, and listing of their folder',
    costs: 'a listing and the new bytes, at most 8 MB',
    proof: 'nothing: test/probes/log.test.ts',
  },
  connects: ['path', 'encoding'],
  title: ({ path }) => (typeof path === 'string' ? path : 'log'),
  async open(given, host) {
    const { openLog } = await import('./log-look.ts');
    return openLog(given, host);
  },
};
