// The keys of a scenario file and what they hold: the one definition that validates and gives the JSON Schema.
// What stands under a plug-in's name is checked with the plug-in's own options; these shapes leave it open.

import * as v from 'valibot';
import { DURATION, durationFault } from '../core/duration.ts';

type Text = v.GenericSchema<string, string>;
type Any = v.GenericSchema;
type Shape = v.GenericSchema & { readonly entries: Readonly<Record<string, Any>> };

export const ALTERATIONS = [
  'truncated',
  'case-changed',
  'html-escaped',
  'url-escaped',
  'json-escaped',
  're-encoded',
  'whitespace',
  'moved',
  'other',
] as const;

const unknownKey = v.never('unknown key');

function shape(entries: Readonly<Record<string, Any>>): Shape {
  return noList(v.objectWithRest(entries, unknownKey) as unknown as Shape);
}

/** One of its keys is a plug-in's name, which only the loader knows. */
function openShape(entries: Readonly<Record<string, Any>>): Shape {
  return noList(v.objectWithRest(entries, v.unknown()) as unknown as Shape);
}

/** valibot takes a list for an object; a step must not be mistaken for a list of steps. */
function noList(object: Shape): Shape {
  const run: Shape['~run'] = (dataset, config) =>
    object['~run'](Array.isArray(dataset.value) ? { value: null } : dataset, config);
  return { ...object, '~run': run };
}

function about<S extends Any>(schema: S, description: string, ...examples: unknown[]): v.GenericSchema {
  const described = v.pipe(schema, v.description(description));
  return v.optional(examples.length === 0 ? described : v.pipe(described, v.examples(examples as never[])));
}

function required<S extends Any>(schema: S, description: string, ...examples: unknown[]): v.GenericSchema {
  const described = v.pipe(schema, v.description(description));
  return examples.length === 0 ? described : v.pipe(described, v.examples(examples as never[]));
}

const fault = (issue: v.BaseIssue<unknown>): string => durationFault(issue.input);
const duration: Text = v.pipe(v.string(fault), v.regex(DURATION, fault));
const line: Text = v.pipe(v.string(), v.regex(/^[^\0-\x1f\x7f]{1,200}$/, 'one line of at most 200 characters'));
const text: Text = v.pipe(v.string(), v.minLength(1, 'nothing stands here'));
const scalar: Any = v.union([v.string(), v.number(), v.bigint(), v.boolean(), v.null()]);
const HOP_NAME = /^[A-Za-z0-9_][A-Za-z0-9_.-]{0,63}$/;
const hopName: Text = v.pipe(v.string(), v.regex(HOP_NAME, 'a hop is named with letters, digits, `-`, `_` and `.`'));

const poll = shape({
  first: about(duration, 'The gap after the first look, which is made at once. Default 100ms.', '100ms'),
  factor: about(
    v.pipe(v.number(), v.minValue(1, '1 or more'), v.maxValue(10, '10 at most')),
    'How much longer each gap is. Default 1.5.',
    1.5,
  ),
  max: about(duration, 'The longest gap. Default 5s.', '5s'),
});

const keepFrom = shape({
  from: required(text, 'A selector into the answer.', 'header:Location'),
  match: about(text, 'A regular expression; its first group is the value.', '/bookings/(\\d+)'),
  secret: about(v.boolean(), 'The value is masked everywhere.'),
});
const keep = v.record(v.string(), v.union([text, keepFrom]));
const as = v.picklist(['json', 'xml', 'html', 'text']);

const asKey = about(as, 'Reads the answer as this, whatever its content type says.');
const keepKey = about(keep, 'Aliases: name → selector into the answer.', { booking: '$.id' });
const recordsKey = about(text, 'Cuts an answer into the candidates among which the record is.', '$.reservations[*]');
const whereKey = about(
  v.record(v.string(), scalar),
  'Picks the record: selector → value it must show there, compared as text.',
  { '$.externalRef': '${{ booking }}' },
);

/** Beside a plug-in's own options in a look. */
export const lookKeys: Shape = openShape({
  records: recordsKey,
  where: whereKey,
  field: about(text, 'Where in the record the marker must be.', '$.hostMessage', '/note=(.*)/', 'td.note'),
  equals: about(scalar, 'The exact text expected in `field`; without it, the text as it was sent.'),
  keep: keepKey,
  as: asKey,
});

/** Beside a plug-in's own options in a step of `send`, `find` or `clean`. */
export const stepKeys: Shape = openShape({ records: recordsKey, keep: keepKey, as: asKey });

/** Beside a plug-in's own options where a release is read. */
export const releaseKeys: Shape = openShape({
  records: recordsKey,
  where: whereKey,
  field: required(text, 'Where the build stands in the answer.', '$.commit', 'header:X-Release'),
  instance: about(text, 'Where the name of the instance stands.', '$.pod'),
  started: about(text, 'Where the time stands at which the instance started.', '$.startedAt'),
  as: asKey,
});

const sessionName: Text = v.pipe(
  v.string(),
  v.regex(HOP_NAME, 'a session is named with letters, digits, `-`, `_` and `.`'),
);
const sessionKey = about(
  sessionName,
  'The session under `sessions:` whose login, cookies and values this uses.',
  'extranet',
);

export const step: Shape = openShape({
  name: about(line, 'What the step is called in reports.', 'create the booking'),
  idempotent: about(v.boolean(), 'The step may be sent again with the same marker as Idempotency-Key. Default false.'),
  session: sessionKey,
});

export const look: Shape = openShape({
  name: about(line, 'What the look is called in reports.'),
  session: sessionKey,
});

export const release: Shape = openShape({
  session: sessionKey,
  evidence: about(
    shape({
      commit: about(text, 'Where the build stands in the record that the hop’s look found.', '$.release'),
      instance: about(text, 'Where the name of the instance stands.', '$.host'),
      started: about(text, 'Where the time stands at which the instance started.', '$.startedAt'),
    }),
    'Reads who handled the record out of the evidence of this hop’s own look. May stand beside a plug-in that lists all instances.',
  ),
});

const allow = v.union([
  v.picklist(ALTERATIONS),
  shape({
    truncated: required(
      v.pipe(v.number(), v.integer('a whole number'), v.minValue(1, '1 or more')),
      'Characters that remain.',
      40,
    ),
  }),
]);

export const hop: Shape = shape({
  hop: required(hopName, 'The name of a place that the record passes.', 'web'),
  look: about(look, 'How this hop is read, without disturbing it. A hop without a look is blind.'),
  release: about(release, 'Where the build is read that this hop runs.'),
  session: about(
    sessionName,
    'The session that the look and the release of this hop use, where they name none.',
    'extranet',
  ),
  after: about(hopName, 'The hop before this one. Default: the hop above.'),
  carries: about(
    v.picklist(['content', 'reference']),
    '`reference`: messages here hold only an alias by design. Default content.',
  ),
  keeps: about(v.boolean(), '`false`: nothing stays here once it is done, so that an absence proves nothing.'),
  sees: about(
    v.picklist(['holds', 'in', 'out']),
    'A look shows what the hop holds, what came in, or what went out. Default holds.',
  ),
  copies: about(v.picklist(['one', 'any']), '`any`: several records are normal at this destination. Default one.'),
  allow: about(v.array(allow), 'Changes that this hop makes by design.', ['case-changed', { truncated: 40 }]),
  lag: about(duration, 'How far this hop’s list or index is behind by design. Default 0s.', '5m'),
  timeout: about(duration, 'The longest that one look may take. Default: the scenario’s.', '10s'),
  poll: about(poll, 'The gaps between looks at this hop. Default: the scenario’s.'),
});

const steps = v.union([step, v.pipe(v.array(step), v.minLength(1, 'at least one step'))]);

export const session: Shape = shape({
  login: required(
    steps,
    'One step or a list of steps that log in: vars, env and secrets, but neither the marker nor aliases. What a step keeps is `${{ session.NAME }}` from then on, and a secret.',
    {
      http: { url: 'https://partner.example/login', form: { user: 'me', password: '${{ secret.PARTNER_PASSWORD }}' } },
    },
  ),
});

export const marker: Shape = shape({
  prefix: about(
    v.pipe(v.string(), v.regex(/^[A-Za-z][A-Za-z0-9]{0,15}$/, 'a letter, then up to 15 letters and digits')),
    'Default smk.',
    'SMK',
  ),
  separator: about(v.picklist(['-', '']), 'Between prefix and the rest. Default a hyphen.'),
  case: about(v.picklist(['lower', 'upper']), 'Default lower.'),
  length: about(
    v.pipe(v.number(), v.integer('a whole number'), v.minValue(11, '11 or more'), v.maxValue(32, '32 at most')),
    'Characters behind prefix and separator, 11 to 32; seven of them tell the second. Default 16.',
    16,
  ),
});

export const releases: Shape = shape({
  same: about(v.pipe(v.array(hopName), v.minLength(1, 'at least one hop')), 'Hops that must run the same build.', [
    'web',
    'worker',
  ]),
  equals: about(text, 'The build that these hops (or all with a `release`) must run.', '${{ env.GIT_SHA }}'),
  by: about(v.picklist(['commit']), 'What is compared. Default commit.'),
  'on-unknown': about(v.picklist(['warn', 'fail', 'ignore']), 'When a build cannot be read. Default warn.'),
  'on-skew': about(v.picklist(['fail', 'warn']), 'When the builds differ. Default fail.'),
});

export const scenario: Shape = shape({
  name: required(line, 'What the scenario is called in reports.', 'booking-note'),
  description: about(v.string(), 'What it proves, for the people who read a failure.'),
  tags: about(v.array(line), 'For `--tag`.', ['post-deploy']),
  vars: about(
    v.record(v.string(), v.unknown()),
    'Values used as `${{ vars.x }}`. One without a value must come from `--var`.',
    {
      web: "${{ env.WEB_URL ?? 'http://127.0.0.1:4100' }}",
    },
  ),
  deadline: about(duration, 'From the send until the destination must have it. Default 60s.', '60s'),
  grace: about(duration, 'How much longer to watch before calling it lost. Default 60s.', '60s'),
  settle: about(duration, 'How long the destination may stay wrong before it counts. Default 2s.', '2s'),
  confirm: about(duration, 'How long the destination must stay right before it counts. Default 2s.', '2s'),
  timeout: about(duration, 'The longest that one request or look may take. Default 10s.', '10s'),
  poll: about(poll, 'The gaps between looks.'),
  linger: about(duration, 'How long a record that did not arrive is watched for by `sweep`. Default 24h.', '24h'),
  marker: about(marker, 'How the marker looks, where a field forbids hyphens, folds case or is short.'),
  sessions: about(
    v.record(sessionName, session),
    'Logins by name, made once a run and again when a look finds itself logged out. Used by `session: NAME` on a step, a look or a hop.',
    {
      extranet: {
        login: {
          http: {
            url: 'https://partner.example/login',
            form: { user: 'me', password: '${{ secret.PARTNER_PASSWORD }}' },
          },
        },
      },
    },
  ),
  send: required(steps, 'The way in that a user takes: one step or a list of steps.'),
  route: required(
    v.pipe(v.array(hop), v.minLength(1, 'at least one hop')),
    'The places the record passes, in order; the last is the destination.',
  ),
  releases: about(releases, 'Which builds must agree.', { same: ['web', 'worker'], 'on-unknown': 'warn' }),
  find: about(steps, 'How to learn the aliases from the marker alone.'),
  clean: about(steps, 'Removes what the send created; every step runs even if one fails.'),
});

/** Keys of the design that this version does not read. */
export const NOT_YET: Readonly<Record<'scenario' | 'hop' | 'step', readonly string[]>> = {
  scenario: ['use', 'environments', 'leftovers', 'limits'],
  hop: ['use', 'keep'],
  step: ['use', 'when'],
};

/** The scenario's keys, parsed by nobody but the loader. */
export function keysOf(of: Shape): readonly string[] {
  return Object.keys(of.entries);
}

export type { Shape };
