// The keys of the config file and what they hold: the one definition that validates and gives the JSON Schema.

import * as v from 'valibot';
import { limits } from '../scenario/shape.ts';
import { about, duration, type Shape, shape, text } from '../scenario/shape-parts.ts';
import { RATE } from './rate.ts';

const count = v.pipe(
  v.number(),
  v.integer('a whole number'),
  v.minValue(1, '1 or more'),
  v.maxValue(9999, '9999 at most'),
);

const RATE_WORDS = 'a rate is a number and a unit: 10/s, 10/min or 100/h';

const host = shape({
  rate: about(
    v.pipe(v.string(RATE_WORDS), v.regex(RATE, RATE_WORDS)),
    'How many requests may leave for it. Default 10/s.',
    '10/min',
  ),
  concurrent: about(count, 'How many may be under way at once. Default 4.', 2),
});

const vars = about(
  v.record(v.string(), v.unknown()),
  'Values of `${{ vars.x }}` for every scenario, over its own. They may use `env.X` and `secret.X`.',
  { web: 'https://staging.example' },
);
const hosts = about(v.record(v.string(), host), 'Budgets by host, by host:port, or by origin.', {
  'api.partner.example': { rate: '10/min', concurrent: 2 },
});
const limitsKey = about(limits, 'What may be created of each scenario; the smallest that applies wins.', {
  'per-run': 3,
});

const environment: Shape = shape({ vars, limits: limitsKey, hosts });

export const config: Shape = shape({
  vars,
  environments: about(
    v.record(v.string(), environment),
    'Values for one environment, chosen by `-e NAME` or SMOKETRAIL_ENV. Its `vars` and `hosts` stand before those of the file; of `limits` the smallest counts.',
    { staging: { vars: { web: 'https://staging.example' } } },
  ),
  hosts,
  limits: limitsKey,
  timezone: about(text, 'The time zone of dates. Default: the machine’s.', 'Europe/Lisbon'),
  ledger: about(text, 'The ledger’s folder, from this file’s folder.', '.smoketrail/ledger'),
  reporters: about(
    v.array(v.pipe(v.string(), v.regex(/^[^=]+(=.+)?$/, 'of the form name or name=file'))),
    'Reporters of `run`, as `name` or `name=file`; a name, a path or a package. `--reporter` replaces them. Paths start from this file’s folder.',
    ['terminal', 'junit=smoke.xml'],
  ),
  plugins: about(
    v.record(v.string(), text),
    'Plug-ins by the name that scenarios call them by: a package, or a path from this file’s folder.',
    { mine: './probes/mine.ts' },
  ),
  scenarios: about(
    v.pipe(v.array(text), v.minLength(1, 'at least one path')),
    'Paths of the scenarios where none is named, from this file’s folder. Default: the folder scenarios.',
    ['scenarios/'],
  ),
  jobs: about(count, 'Markers under way at once. Default 4.', 4),
  repeat: about(count, 'Markers of each scenario. Default 1.', 11),
  bail: about(v.boolean(), 'Start no more markers after the first that did not pass.', true),
  deadline: about(duration, 'In place of the scenarios’ own.', '60s'),
  grace: about(duration, 'In place of the scenarios’ own.', '60s'),
  inconclusive: about(v.picklist(['pass', 'fail']), 'In place of exit code 4.', 'pass'),
});
