// The keys of the scenario language that stand beside a plug-in's own options: they pick the record and what is read of it.

import * as v from 'valibot';
import { about, openShape, required, type Shape, scalar, shape, standard, text } from './shape-parts.ts';

const keepFrom = shape({
  from: required(text, 'A selector into the answer.', 'header:Location'),
  match: about(text, 'A regular expression; its first group is the value.', '/bookings/(\\d+)'),
  secret: about(standard(false, v.boolean()), 'The value is masked everywhere.', true),
});
const keep = v.record(v.string(), v.union([text, keepFrom]));
const as = v.picklist(['json', 'xml', 'html', 'text']);

const asKey = about(as, 'Reads the answer as this, whatever its content type says.', 'json');
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
  equals: about(
    scalar,
    'The exact text expected in `field`; without it, the text as it was sent.',
    'Late. ${{ marker }}',
  ),
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
