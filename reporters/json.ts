// The whole run as one JSON document: the run record, in the order of its events.

import { visibleJson } from '../smoke/core/escape.ts';
import { notStarted, unjudged } from '../smoke/core/record.ts';
import type { ReporterFactory } from '../smoke/reporter.ts';
import { atEnd } from './at-end.ts';

/** `unjudged` and `notStarted` name what a killed or stopped run left without a verdict. */
export const json: ReporterFactory = atEnd((record) => {
  const { started, finished, ...rest } = record;
  const open = { unjudged: unjudged(record).map(({ id }) => id), notStarted: notStarted(record) };
  return `${visibleJson({ contract: 1, started, finished, ...open, ...rest }, 2)}\n`;
});
