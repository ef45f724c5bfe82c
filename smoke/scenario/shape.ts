// The keys of a scenario file and what they hold: the one definition that validates and gives the JSON Schema.
// What stands under a plug-in's name is checked with the plug-in's own options; these shapes leave it open.

import * as v from 'valibot';
import {
  about,
  duration,
  hopName,
  line,
  openShape,
  required,
  type Shape,
  shape,
  standard,
  text,
} from './shape-parts.ts';

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

const poll = shape({
  first: about(
    standard('100ms', duration),
    'The gap after the first look, which is made at once. Default 100ms.',
    '100ms',
  ),
  factor: about(
    standard(1.5, v.pipe(v.number(), v.minValue(1, '1 or more'), v.maxValue(10, '10 at most'))),
    'How much longer each gap is. Default 1.5.',
    1.5,
  ),
  max: about(standard('5s', duration), 'The longest gap. Default 5s.', '5s'),
});

const most = v.pipe(
  v.number(),
  v.integer('a whole number'),
  v.minValue(0, '0 or more'),
  v.maxValue(1_000_000, '1000000 at most'),
);

export const limits: Shape = shape({
  'per-run': about(most, 'Markers of one scenario that one run may send, whatever --repeat asks.', 3),
  'per-day': about(most, 'Records of one scenario that may be created in 24 hours, by all runs on one ledger.', 50),
});

const useKey = about(
  v.pipe(v.string(), v.regex(/^[^#]+(#.+)?$/, 'a path, and behind `#` the name of a piece in that file')),
  'A piece of another file: its path, and behind `#` the name of the piece there. Keys beside it replace those of the piece.',
  './shared/partner.yaml#partner',
);

export const step: Shape = openShape({
  use: useKey,
  name: about(line, 'What the step is called in reports.', 'create the booking'),
  idempotent: about(
    standard(false, v.boolean()),
    'The step may be sent again with the same marker as Idempotency-Key. Default false.',
    true,
  ),
});

export const look: Shape = openShape({
  use: useKey,
  name: about(line, 'What the look is called in reports.', 'jobs table'),
});

export const release: Shape = openShape({
  use: useKey,
  evidence: about(
    shape({
      commit: about(text, 'Where the build stands in the record that the hop’s look found.', '$.release'),
      instance: about(text, 'Where the name of the instance stands.', '$.host'),
      started: about(text, 'Where the time stands at which the instance started.', '$.startedAt'),
    }),
    'Reads who handled the record out of the evidence of this hop’s own look. May stand beside a plug-in that lists all instances.',
    { commit: '$.release', instance: '$.worker' },
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
  use: useKey,
  hop: required(hopName, 'The name of a place that the record passes.', 'web'),
  look: about(look, 'How this hop is read, without disturbing it. A hop without a look is blind.', {
    http: { url: '${{ vars.web }}/api/bookings/${{ booking }}', field: '$.hostMessage' },
  }),
  release: about(release, 'Where the build is read that this hop runs.', {
    http: { url: '${{ vars.web }}/version', field: '$.commit' },
  }),
  after: about(
    hopName,
    'The hop before this one. Default: the hop above. Two hops after the same one make the route a tree; a hop that nothing follows is a destination.',
    'worker',
  ),
  carries: about(
    standard('content', v.picklist(['content', 'reference'])),
    '`reference`: messages here hold only an alias by design. Default content.',
    'reference',
  ),
  keeps: about(v.boolean(), '`false`: nothing stays here once it is done, so that an absence proves nothing.', false),
  sees: about(
    standard('holds', v.picklist(['holds', 'in', 'out'])),
    'A look shows what the hop holds, what came in, or what went out. Default holds.',
    'out',
  ),
  deadline: about(
    duration,
    'At a destination: how long after the send it must have it. Default: the scenario’s.',
    '5m',
  ),
  grace: about(duration, 'At a destination: how much longer to watch. Default: the scenario’s.', '2m'),
  settle: about(
    duration,
    'At a destination: how long it may stay wrong before it counts. Default: the scenario’s.',
    '5s',
  ),
  confirm: about(duration, 'At a destination: how long it must stay right. Default: the scenario’s.', '2s'),
  copies: about(
    standard('one', v.picklist(['one', 'any'])),
    '`any`: several records are normal at this destination. Default one.',
    'any',
  ),
  allow: about(v.array(allow), 'Changes that this hop makes by design.', ['case-changed', { truncated: 40 }]),
  lag: about(standard('0s', duration), 'How far this hop’s list or index is behind by design. Default 0s.', '5m'),
  timeout: about(duration, 'The longest that one look may take. Default: the scenario’s.', '10s'),
  poll: about(poll, 'The gaps between looks at this hop. Default: the scenario’s.', { first: '1s', max: '10s' }),
});

const steps = v.union([step, v.pipe(v.array(step), v.minLength(1, 'at least one step'))]);

/** The form of `clean` that says when. A step is open to any key, so the builder checks this one. */
export const cleanRule: Shape = shape({
  when: about(
    v.picklist(['always', 'passed']),
    '`passed`: what did not pass stays for people to see, until `sweep` removes it. Default always.',
    'passed',
  ),
  steps: required(steps, 'The steps that remove what the send created.', {
    http: { method: 'DELETE', url: '${{ vars.web }}/api/bookings/${{ booking }}' },
  }),
});

export const marker: Shape = shape({
  prefix: about(
    standard(
      'smk',
      v.pipe(v.string(), v.regex(/^[A-Za-z][A-Za-z0-9]{0,15}$/, 'a letter, then up to 15 letters and digits')),
    ),
    'What every marker begins with. Default smk.',
    'SMK',
  ),
  separator: about(standard('-', v.picklist(['-', ''])), 'Between prefix and the rest. Default a hyphen.', ''),
  case: about(standard('lower', v.picklist(['lower', 'upper'])), 'The case of its letters. Default lower.', 'upper'),
  length: about(
    standard(
      16,
      v.pipe(v.number(), v.integer('a whole number'), v.minValue(11, '11 or more'), v.maxValue(32, '32 at most')),
    ),
    'Characters behind prefix and separator, 11 to 32; seven of them tell the second. Default 16.',
    16,
  ),
});

export const releases: Shape = shape({
  same: about(
    v.pipe(v.array(hopName), v.minLength(1, 'at least one hop'), v.maxLength(500, 'at most 500 hops')),
    'Hops that must run the same build.',
    ['web', 'worker'],
  ),
  equals: about(text, 'The build that these hops (or all with a `release`) must run.', '${{ env.GIT_SHA }}'),
  by: about(standard('commit', v.picklist(['commit'])), 'What is compared. Default commit.', 'commit'),
  'on-unknown': about(
    standard('warn', v.picklist(['warn', 'fail', 'ignore'])),
    'When a build cannot be read. Default warn.',
    'fail',
  ),
  'on-skew': about(standard('fail', v.picklist(['fail', 'warn'])), 'When the builds differ. Default fail.', 'warn'),
});

export const scenario: Shape = shape({
  name: required(line, 'What the scenario is called in reports.', 'booking-note'),
  description: about(
    v.string(),
    'What it proves, for the people who read a failure.',
    'The host’s message must reach the partner.',
  ),
  tags: about(v.array(line), 'For `--tag`.', ['post-deploy']),
  vars: about(
    v.record(v.string(), v.unknown()),
    'Values used as `${{ vars.x }}`. One without a value must come from `--var`.',
    {
      web: "${{ env.WEB_URL ?? 'http://127.0.0.1:4100' }}",
    },
  ),
  deadline: about(standard('60s', duration), 'From the send until the destination must have it. Default 60s.', '60s'),
  grace: about(standard('60s', duration), 'How much longer to watch before calling it lost. Default 60s.', '60s'),
  settle: about(
    standard('2s', duration),
    'How long the destination may stay wrong before it counts. Default 2s.',
    '2s',
  ),
  confirm: about(
    standard('2s', duration),
    'How long the destination must stay right before it counts. Default 2s.',
    '2s',
  ),
  timeout: about(standard('10s', duration), 'The longest that one request or look may take. Default 10s.', '10s'),
  poll: about(poll, 'The gaps between looks.', { first: '100ms', factor: 1.5, max: '5s' }),
  linger: about(
    standard('24h', duration),
    'How long a record that did not arrive is watched for by `sweep`. Default 24h.',
    '24h',
  ),
  marker: about(marker, 'How the marker looks, where a field forbids hyphens, folds case or is short.', {
    prefix: 'SMK',
    separator: '',
    case: 'upper',
  }),
  send: required(steps, 'The way in that a user takes: one step or a list of steps.', {
    http: { url: '${{ vars.web }}/api/bookings', json: { hostMessage: '${{ marker }}' }, keep: { booking: '$.id' } },
  }),
  route: required(
    v.pipe(v.array(hop), v.minLength(1, 'at least one hop')),
    'The places the record passes, in order. Each follows the one above, or the one that its `after` names; what nothing follows is a destination.',
    [{ hop: 'partner', look: { http: { url: '${{ vars.partner }}/reservations', field: '$.BookingNote' } } }],
  ),
  releases: about(releases, 'Which builds must agree.', { same: ['web', 'worker'], 'on-unknown': 'warn' }),
  find: about(steps, 'How to learn the aliases from the marker alone.', {
    http: {
      url: '${{ vars.web }}/api/bookings?search=${{ marker }}',
      records: '$.bookings[*]',
      keep: { booking: '$.id' },
    },
  }),
  clean: about(
    v.union([cleanRule, ...steps.options]),
    'Removes what the send created; every step runs even if one fails. Steps, or `when` and `steps`.',
    { http: { method: 'DELETE', url: '${{ vars.web }}/api/bookings/${{ booking }}', expect: { status: [204, 404] } } },
  ),
  leftovers: about(
    steps,
    'Lists records of earlier runs at the systems, for `sweep --without-ledger`. Each step needs `records`, and `keep` for the aliases that cleaning needs.',
    {
      http: {
        url: '${{ vars.web }}/api/bookings?search=smk-',
        records: '$.bookings[*]',
        keep: { booking: '$.id' },
      },
    },
  ),
  limits: about(limits, 'What may be created, whatever --repeat or a schedule asks.', { 'per-run': 3, 'per-day': 50 }),
});

/** Keys of the design that this version does not read. */
export const NOT_YET: Readonly<Record<'scenario' | 'hop' | 'step', readonly string[]>> = {
  scenario: ['sessions'],
  hop: ['session', 'keep'],
  step: ['session'],
};
