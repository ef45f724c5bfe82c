// The keys of a scenario file and what they hold: the one definition that validates and gives the JSON Schema.
// What stands under a plug-in's name is checked with the plug-in's own options; these shapes leave it open.

import * as v from 'valibot';
import { hop, poll } from './shape-hop.ts';
import { about, duration, hopName, line, required, type Shape, shape, standard, text } from './shape-parts.ts';
import { sessionName, step } from './shape-step.ts';

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
  'trace-context': about(
    standard(false, v.boolean()),
    'Steps of the send over HTTP carry `traceparent`, and the marker as `baggage`, so that spans of the services are found by their trace: `${{ trace-id }}`. Default false.',
    true,
  ),
  limits: about(limits, 'What may be created, whatever --repeat or a schedule asks.', { 'per-run': 3, 'per-day': 50 }),
});
