// The options of the `elasticsearch` plug-in.

import * as v from 'valibot';
import { type QueryTarget, queryTargetEntries } from '../http/query-api-options.ts';
import { headerText } from '../http/web-address.ts';
import { told } from '../told.ts';

type Term = string | number | boolean;

export type ElasticsearchOptions = QueryTarget & {
  /** An index, a data stream, an alias or a pattern of them. */
  index: string;
  /** Query DSL. */
  query?: Readonly<Record<string, unknown>> | undefined;
  text?: string | undefined;
  'text-field'?: string | undefined;
  /** Field → the value it must have. */
  term?: Readonly<Record<string, Term>> | undefined;
  'time-field'?: string | undefined;
  /** The field that names the instance. */
  'instance-field'?: string | undefined;
  'api-key'?: string | undefined;
  limit?: number | undefined;
};

const name = v.pipe(v.string(), v.minLength(1));
const term = v.union([v.string(), v.number(), v.boolean()]);

export const elasticsearchOptions: v.GenericSchema<unknown, ElasticsearchOptions> = v.pipe(
  v.objectWithRest(
    {
      ...queryTargetEntries('https://search.example:9200'),
      index: told(
        v.pipe(v.string(), v.regex(/^[^\s/\\?#"<>|_+-][^\s/\\?#"<>|]*$/, 'a name of an index, or a pattern of them')),
        'An index, a data stream or an alias; also a pattern, and several with commas between them.',
        'logs-worker-*',
      ),
      query: v.optional(
        told(v.record(v.string(), v.unknown()), 'What to look for, in Query DSL. Default: all since the send.', {
          match: { 'kubernetes.labels.app': 'worker' },
        }),
      ),
      text: v.optional(
        told(name, 'Words that stand together in the text-field, as `match_phrase` finds them.', '${{ booking }}'),
      ),
      'text-field': v.optional(told(name, 'Where `text` is looked for. Default message.', 'log')),
      term: v.optional(
        told(v.record(name, term), 'Fields and the exact value of each.', { 'service.name.keyword': 'worker' }),
      ),
      'time-field': v.optional(told(name, 'When a document is from. Default @timestamp.', 'event.created')),
      'instance-field': v.optional(
        told(
          name,
          'The field that names the instance. Default: the first there is of kubernetes.pod.name, host.name, host.hostname, hostname, host.',
          'kubernetes.pod_name',
        ),
      ),
      'api-key': v.optional(told(headerText, 'A key as it is sent, in place of `auth`.', '${{ secret.API_KEY }}')),
      limit: v.optional(
        told(
          v.pipe(v.number(), v.integer(), v.minValue(1), v.maxValue(10_000)),
          'The most documents that a look reads, the newest first. Default 1000.',
          5000,
        ),
      ),
    },
    v.never('unknown key'),
  ),
  v.check(
    ({ auth, 'api-key': key }) => auth === undefined || key === undefined,
    'auth and api-key say the same thing twice: keep one of them',
  ),
  v.check(
    ({ text, 'text-field': field }) => text !== undefined || field === undefined,
    'text-field is where `text` is looked for: name it as well',
  ),
);
