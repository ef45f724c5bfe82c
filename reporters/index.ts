// The built-in reporters by name. Each is loaded only when asked for.

import type { ReporterFactory } from '../smoke/reporter.ts';

type Entry = {
  /** One line, for `--help`. */
  summary: string;
  load: () => Promise<ReporterFactory>;
};

export const reporters = {
  terminal: {
    summary: 'for people: a live hop table on a terminal, appended lines in a pipe or in CI',
    load: async () => (await import('./terminal.ts')).terminal,
  },
  json: {
    summary: 'the whole run as one JSON document, written at the end',
    load: async () => (await import('./json.ts')).json,
  },
  ndjson: {
    summary: 'every event as one line of JSON, as it happens; `smoketrail report` replays it',
    load: async () => (await import('./ndjson.ts')).ndjson,
  },
  junit: {
    summary: 'JUnit XML for pipelines, written at the end',
    load: async () => (await import('./junit.ts')).junit,
  },
} satisfies Record<string, Entry> as Readonly<Record<'terminal' | 'json' | 'ndjson' | 'junit', Entry>>;

export type ReporterName = keyof typeof reporters;

export const reporterNames: readonly ReporterName[] = ['terminal', 'json', 'ndjson', 'junit'];

/** Undefined where there is no reporter of that name. */
export async function loadReporter(name: string): Promise<ReporterFactory | undefined> {
  return isReporterName(name) ? reporters[name].load() : undefined;
}

function isReporterName(name: string): name is ReporterName {
  return Object.hasOwn(reporters, name);
}
