// The recorded stream: one event a line, written as it comes, so that a killed run leaves all it told.

import { visibleJson } from '../smoke/core/escape.ts';
import type { ReporterFactory } from '../smoke/reporter.ts';

export const ndjson: ReporterFactory = (output) => ({
  on: (event) => output.write(`${visibleJson(event)}\n`),
});
