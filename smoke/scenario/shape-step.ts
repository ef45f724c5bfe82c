// Steps, looks and releases: each names one plug-in, whose options the loader checks with the plug-in's own schema.

import * as v from 'valibot';
import {
  type Any,
  about,
  HOP_NAME,
  line,
  openShape,
  type Shape,
  shape,
  standard,
  type Text,
  text,
} from './shape-parts.ts';

export const useKey: Any = about(
  v.pipe(v.string(), v.regex(/^[^#]+(#.+)?$/, 'a path, and behind `#` the name of a piece in that file')),
  'A piece of another file: its path, and behind `#` the name of the piece there. Keys beside it replace those of the piece.',
  './shared/partner.yaml#partner',
);

export const sessionName: Text = v.pipe(
  v.string(),
  v.regex(HOP_NAME, 'a session is named with letters, digits, `-`, `_` and `.`'),
);
const sessionKey = about(
  sessionName,
  'The session under `sessions:` whose login, cookies and values this uses.',
  'extranet',
);

export const step: Shape = openShape({
  use: useKey,
  name: about(line, 'What the step is called in reports.', 'create the booking'),
  idempotent: about(
    standard(false, v.boolean()),
    'The step may be sent again with the same marker as Idempotency-Key. Default false.',
    true,
  ),
  session: sessionKey,
});

export const look: Shape = openShape({
  use: useKey,
  name: about(line, 'What the look is called in reports.', 'jobs table'),
  session: sessionKey,
});

export const release: Shape = openShape({
  use: useKey,
  session: sessionKey,
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
