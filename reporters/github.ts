// GitHub Actions: a log in groups, an annotation on the line of each scenario that did not pass, and the job's summary.

import path from 'node:path';
import { createRecord, fold, type ScenarioRecord } from '../smoke/core/record.ts';
import type { ReporterFactory } from '../smoke/reporter.ts';
import { type Annotation, annotationsOf } from './github-annotations.ts';
import { command, logLine } from './github-commands.ts';
import { printable } from './hop-row.ts';
import { markdownOf } from './markdown.ts';
import { blockLines, headLines } from './terminal-block.ts';
import { coverageLines } from './terminal-coverage.ts';
import { createStyle } from './terminal-style.ts';
import { summaryLine } from './terminal-summary.ts';

/** Bytes: a step's summary may take 1 MiB, and one that is larger is not shown at all. */
const mostInSummary = 1_000_000;
/** GitHub shows ten errors and ten warnings of a step. */
const mostOfLevel = 10;

/**
 * Lines for the log of a job, as each marker is done; annotations and the summary at the end. Where
 * `GITHUB_STEP_SUMMARY` is not set, there is no summary.
 */
export const github: ReporterFactory = (output, { verbose, env = {}, cwd = '', append }) => {
  const record = createRecord();
  const printed = new Set<string>();
  const block = { style: createStyle(false), verbose };

  const print = (lines: readonly string[]): void => output.write(lines.map((line) => `${line}\n`).join(''));

  const printScenario = (scenario: ScenarioRecord): void => {
    printed.add(scenario.id);
    const lines = blockLines(scenario, block);
    if (scenario.verdict?.passes === true && !verbose) {
      print(lines.filter((line) => line !== '').map(logLine));
      return;
    }
    // The columns of the headline are for a screen.
    const title = headLines(scenario, block).join(' ').replace(/ {3,}/g, '  ');
    const body = lines
      .slice(1)
      .join('\n')
      .replace(/^\n+|\n+$/g, '')
      .split('\n');
    print([command('group', {}, title), ...body.map(logLine), command('endgroup', {}, '')]);
  };

  const annotate = (level: Annotation['level']): void => {
    const all = annotationsOf(record).filter((one) => one.level === level);
    const shown = all.length > mostOfLevel ? all.slice(0, mostOfLevel - 1) : all;
    print(shown.map(({ file, line, title, message }) => command(level, { ...placeOf(file, line), title }, message)));
    const more = all.length - shown.length;
    if (more > 0) print([command(level, { title: 'smoketrail' }, `${more} more; the log has them.`)]);
  };

  /** GitHub knows files by their path in the repository. */
  const placeOf = (file: string, line: number): Record<string, string> => {
    if (file === '') return {};
    const workspace = env['GITHUB_WORKSPACE'];
    const way = workspace === undefined || workspace === '' ? '' : path.relative(workspace, path.resolve(cwd, file));
    const inside = way !== '' && !way.startsWith('..') && !path.isAbsolute(way);
    return { file: (inside ? way : file).split(path.sep).join('/'), line: String(Math.max(1, line)) };
  };

  return {
    on(event) {
      fold(record, event);
      if (event.type !== 'cleaned') return;
      const scenario = record.scenarios.findLast(({ id }) => id === event.scenario);
      if (scenario !== undefined && !printed.has(scenario.id)) printScenario(scenario);
    },
    close() {
      for (const scenario of record.scenarios) if (!printed.has(scenario.id)) printScenario(scenario);
      print([...coverageLines(record), summaryLine(record)].map((line) => logLine(printable(line, 1_000))));
      annotate('error');
      annotate('warning');
      const summary = env['GITHUB_STEP_SUMMARY'];
      if (summary !== undefined && summary !== '') append?.(summary, markdownOf(record, mostInSummary));
    },
  };
};
