// A hop of the route, and the gaps between looks that a scenario may set too.

import * as v from 'valibot';
import { about, duration, hopName, required, type Shape, shape, standard } from './shape-parts.ts';
import { look, release, sessionName, useKey } from './shape-step.ts';

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

export const poll: Shape = shape({
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
  session: about(
    sessionName,
    'The session that the look and the release of this hop use, where they name none.',
    'extranet',
  ),
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
