// The built-in reporters by name. Each is loaded only when asked for.

import type { ReporterFactory } from '../smoke/reporter.ts';

type Entry = {
  /** One line, for `--help`. */
  summary: string;
  load: () => Promise<ReporterFactory>;
};

export type ReporterName = 'terminal' | 'json' | 'ndjson' | 'junit' | 'github' | 'markdown' | 'tap';

export const reporters: Readonly<Record<ReporterName, Entry>> = {
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
  github: {
    summary: 'GitHub Actions: a log in groups, annotations on the scenarios, the summary of the job',
    load: async () => (await import('./github.ts')).github,
  },
  markdown: {
    summary: 'a report for a pull request or a chat, written at the end',
    load: async () => (await import('./markdown.ts')).markdown,
  },
  tap: {
    summary: 'TAP version 14, written at the end',
    load: async () => (await import('./tap.ts')).tap,
  },
};

export const reporterNames: readonly ReporterName[] = Object.keys(reporters) as ReporterName[];

/** Undefined where there is no reporter of that name. */
export async function loadReporter(name: string): Promise<ReporterFactory | undefined> {
  return isReporterName(name) ? reporters[name].load() : undefined;
}

function isReporterName(name: string): name is ReporterName {
  return Object.hasOwn(reporters, name);
}
