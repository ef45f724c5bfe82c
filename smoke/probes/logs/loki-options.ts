// The options of the `loki` plug-in.

import * as v from 'valibot';
import { type QueryTarget, queryTargetEntries } from '../http/query-api-options.ts';
import { headerText } from '../http/web-address.ts';
import { told } from '../told.ts';

export type LokiOptions = QueryTarget & {
  /** LogQL that selects lines. */
  query: string;
  tenant?: string | undefined;
  /** The label that names the instance. */
  'instance-label'?: string | undefined;
  limit?: number | undefined;
};

export const lokiOptions: v.GenericSchema<unknown, LokiOptions> = v.objectWithRest(
  {
    ...queryTargetEntries('https://loki.example'),
    query: told(
      v.pipe(v.string(), v.minLength(1)),
      'LogQL that selects lines: labels, and filters behind them.',
      '{app="worker"} |= "booking"',
    ),
    tenant: v.optional(told(headerText, 'Whose logs, where Loki holds those of several: X-Scope-OrgID.', 'hotel')),
    'instance-label': v.optional(
      told(
        v.pipe(v.string(), v.minLength(1)),
        'The label that names the instance. Default: the first there is of pod, instance, hostname, host.',
        'pod',
      ),
    ),
    limit: v.optional(
      told(
        v.pipe(v.number(), v.integer(), v.minValue(1), v.maxValue(50_000)),
        'The most lines that a look reads, the newest first. Default 5000.',
        10_000,
      ),
    ),
  },
  v.never('unknown key'),
);
