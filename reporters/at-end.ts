// Turns "one run record → one text" into a reporter that writes once, when the stream is over.

import { createRecord, fold, type RunRecord } from '../smoke/core/record.ts';
import type { ReporterFactory } from '../smoke/reporter.ts';

/** A stream that was cut is written as far as it went. */
export function atEnd(render: (record: RunRecord) => string): ReporterFactory {
  return (output) => {
    const record = createRecord();
    return {
      on: (event) => void fold(record, event),
      close: () => output.write(render(record)),
    };
  };
}
