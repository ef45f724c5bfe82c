// The reporter for people. On a terminal what runs is redrawn in place; in a pipe or CI lines are appended.

import type { RunEvent } from '../smoke/core/events.ts';
import { createRecord, fold, type ScenarioRecord } from '../smoke/core/record.ts';
import { withHint } from '../smoke/core/wording.ts';
import type { Output, ReporterFactory } from '../smoke/reporter.ts';
import { printable } from './hop-row.ts';
import { type BlockOptions, blockLines, headLines } from './terminal-block.ts';
import { coverageLines } from './terminal-coverage.ts';
import { createLiveScreen, usableColumns } from './terminal-live.ts';
import { createLog } from './terminal-log.ts';
import { runningLines } from './terminal-running.ts';
import { createStyle } from './terminal-style.ts';
import { summaryLine } from './terminal-summary.ts';
import { wrap } from './text-width.ts';

/** Blocks alike (one scenario, one headline) that are shown in full; of the others only the headline, without -v. */
const alikeInFull = 3;
/** With more markers than this, a log of every change would bury the verdicts; -v brings it back. */
const mostLogged = 20;
const frameMs = 100;
const defaultRows = 24;

export const terminal: ReporterFactory = (output, { verbose }) => {
  const record = createRecord();
  const style = createStyle(output.color);
  const running = new Map<string, ScenarioRecord>();
  const printed = new Set<string>();
  const alike = new Map<string, number>();
  const wraps = output.wraps ?? output.tty;
  const log = createLog();
  const told = new Set<string>();
  let latest = 0;
  let ended = false;
  /** Blocks of which only the first line was printed, since others like them stand above in full. */
  let shortened = 0;

  const block = (): BlockOptions => ({
    style,
    verbose,
    told,
    ...(wraps && { width: usableColumns(output) }),
  });
  const screen = output.tty ? liveScreen(output, liveLines) : appending(output);

  function liveLines(): ReturnType<typeof runningLines> {
    const size = { columns: usableColumns(output), rows: output.rows ?? defaultRows };
    // A replayed run is over: its own times are ahead of the display's.
    return runningLines(record, [...running.values()], { style, ...size, now: Math.max(latest, output.now()) });
  }

  const scenarioOf = (id: string | undefined): ScenarioRecord | undefined =>
    running.get(id ?? '') ?? record.scenarios.findLast((scenario) => scenario.id === id);

  /** One line, on a terminal as many as it takes: those that follow are indented. */
  const fitted = (line: string, indent: number): string[] => {
    if (!wraps) return [line];
    const width = usableColumns(output) - 1;
    const margin = line.length - line.trimStart().length;
    const [first = '', ...rest] = wrap(line.trimStart(), width - margin);
    const more = rest.length === 0 ? [] : wrap(rest.join(' '), Math.max(10, width - indent));
    return [' '.repeat(margin) + first, ...more.map((one) => ' '.repeat(indent) + one)];
  };

  const printBlock = (scenario: ScenarioRecord): void => {
    running.delete(scenario.id);
    printed.add(scenario.id);
    const key = JSON.stringify([scenario.name, scenario.verdict?.headline]);
    const before = alike.get(key) ?? 0;
    alike.set(key, before + 1);
    const whole = verbose || before < alikeInFull || scenario.verdict?.passes === true;
    if (!whole) shortened += 1;
    const lines = whole ? blockLines(scenario, block()) : headLines(scenario, block());
    // A block that takes several lines stands apart from what was appended before.
    screen.print(!output.tty && lines.length > 2 ? ['', ...lines] : lines);
  };

  const end = (): void => {
    if (ended) return;
    ended = true;
    for (const scenario of record.scenarios) if (!printed.has(scenario.id)) printBlock(scenario);
    const coverage = coverageLines(record);
    if (shortened > 0)
      screen.print([`${shortened} more like those above in one line each; -v shows them in full.`, '']);
    const summary = summaryLine(record);
    const under = (line: string): number => line.length - line.trimStart().length + 2;
    const lines = coverage.flatMap((line) => fitted(line, under(line)));
    screen.print([...(lines.length > 0 ? [...lines, ''] : []), ...fitted(summary, 0)]);
  };

  const take = (event: RunEvent): void => {
    fold(record, event);
    latest = Math.max(latest, event.ms);
    const scenario = 'scenario' in event ? scenarioOf(event.scenario) : undefined;
    if (event.type === 'scenario.started' && scenario !== undefined) running.set(scenario.id, scenario);
    const planned = (record.started?.scenarios ?? []).reduce((sum, { markers }) => sum + markers, 0);
    if (!output.tty && (verbose || planned <= mostLogged)) {
      const line = log.lineFor(event, scenario);
      if (line !== undefined) screen.print(fitted(line, 4));
    }
    if (event.type === 'cleaned' && scenario !== undefined) printBlock(scenario);
    const note = noteIn(event, printed);
    if (note !== undefined) screen.print(fitted(note, 12));
    if (event.type === 'run.finished') {
      end();
      screen.stop();
    }
  };

  return {
    on(event) {
      try {
        screen.failIfBroken();
        take(event);
      } catch (error) {
        // Whatever happens, the person gets the cursor back.
        screen.stop();
        throw error;
      }
    },
    close() {
      try {
        screen.failIfBroken();
        end();
      } finally {
        screen.stop();
      }
    },
  };
};

type Screen = { print(lines: readonly string[]): void; stop(): void; failIfBroken(): void };

function liveScreen(output: Output, lines: Parameters<typeof createLiveScreen>[1]): Screen {
  const live = createLiveScreen(output, lines);
  let broken: { error: unknown } | undefined;
  // A throw in a timer would end the process: it is kept for the next event, whose caller can name this reporter.
  const timer = output.every(frameMs, () => {
    try {
      live.refresh();
    } catch (error) {
      broken = { error };
      timer.stop();
    }
  });
  return {
    print: live.print,
    stop: () => {
      timer.stop();
      live.stop();
    },
    failIfBroken: () => {
      if (broken !== undefined) throw broken.error;
    },
  };
}

function appending(output: Output): Screen {
  let blank = true;
  const print = (lines: readonly string[]): void => {
    const apart = blank && lines[0] === '' ? lines.slice(1) : lines;
    blank = apart.at(-1) === '';
    output.write(apart.map((line) => `${line}\n`).join(''));
  };
  return { print, stop: () => undefined, failIfBroken: () => undefined };
}

/** What belongs to no block, or came after it. */
function noteIn(event: RunEvent, printed: ReadonlySet<string>): string | undefined {
  if (event.type === 'reporter.failed')
    return `The reporter ${printable(event.reporter, 60)} failed: ${printable(event.message, 500)}`;
  if (event.type !== 'warning') return undefined;
  if (event.scenario !== undefined && !printed.has(event.scenario)) return undefined;
  const where = event.scenario === undefined ? '' : `${printable(event.scenario, 80)}: `;
  return `Warning     ${where}${printable(withHint(event.message, event.hint), 1_000)}`;
}
