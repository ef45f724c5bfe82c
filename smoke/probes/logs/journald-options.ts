// The options of the `journald` plug-in.

import * as v from 'valibot';
import { told } from '../told.ts';

type Several = string | readonly string[];

export type JournaldOptions = {
  unit?: Several | undefined;
  identifier?: Several | undefined;
  /** Field → the value it must have. */
  match?: Readonly<Record<string, string | number>> | undefined;
  priority?: (typeof priorities)[number] | undefined;
  /** A folder of journal files, in place of this machine's own journal. */
  directory?: string | undefined;
  /** Journal files, or a glob of them. */
  file?: string | undefined;
  limit?: number | undefined;
};

const priorities = ['emerg', 'alert', 'crit', 'err', 'warning', 'notice', 'info', 'debug'] as const;

const name = v.pipe(v.string(), v.minLength(1));
const several = v.union([name, v.pipe(v.array(name), v.minLength(1))]);

export const journaldOptions: v.GenericSchema<unknown, JournaldOptions> = v.pipe(
  v.objectWithRest(
    {
      unit: v.optional(
        told(several, 'A unit of systemd, or several; `*` stands for any letters.', 'app-worker.service', ['worker@*']),
      ),
      identifier: v.optional(
        told(several, 'What the program calls itself in the journal (SYSLOG_IDENTIFIER), or several.', 'app-worker'),
      ),
      match: v.optional(
        told(
          v.record(
            v.pipe(v.string(), v.regex(/^[A-Z0-9_]+$/, 'a field of the journal has capitals, digits and _')),
            v.union([v.string(), v.number()]),
          ),
          'Fields and the value each must have.',
          { _COMM: 'php' },
        ),
      ),
      priority: v.optional(told(v.picklist(priorities), 'The least priority. Default: all.', 'warning')),
      directory: v.optional(
        told(name, 'A folder of journal files, in place of the journal of this machine.', '/var/log/journal/remote'),
      ),
      file: v.optional(told(name, 'Journal files: one, or a glob.', './worker.journal')),
      limit: v.optional(
        told(
          v.pipe(v.number(), v.integer(), v.minValue(1), v.maxValue(20_000)),
          'The most entries that a look reads, the newest first. Default 2000.',
          5000,
        ),
      ),
    },
    v.never('unknown key'),
  ),
  v.check(({ directory, file }) => directory === undefined || file === undefined, 'either directory or file'),
);
