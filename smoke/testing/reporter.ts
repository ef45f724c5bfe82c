// The contract of a reporter as tests for node:test, to be run by whoever writes one.

import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { RunEvent } from '../core/events.ts';
import type { Output, ReporterFactory } from '../reporter.ts';
import { recordedRuns, unknownEvents } from './recorded-runs.ts';

export type ReporterSuite = {
  reporter: ReporterFactory;
  /** What its whole output must be: throws where it is not (no XML, no JSON). */
  check?(text: string): void;
};

/** No test may wait longer. In milliseconds. */
const timeout = 30_000;

/** Controls but line feed and tab, C1, marks that reorder or hide, lone halves: nothing of it may reach a terminal. */
const unprintable =
  /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u061c\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff\ufffe\uffff\u{e0000}-\u{e007f}\p{Cs}]/u;

/** Call it in a test file: `testReporter('mine', { reporter })`. */
export function testReporter(name: string, { reporter, check }: ReporterSuite): void {
  describe(`${name} as a reporter`, () => {
    for (const [story, events] of Object.entries(recordedRuns)) {
      test(`tells ${story}, in the same words each time`, { timeout }, async () => {
        const { text } = await told(reporter, events);
        check?.(text);
        assert.equal((await told(reporter, events)).text, text);
      });

      test(`lets nothing of ${story} through that a terminal acts on`, { timeout }, async () => {
        const { text } = await told(reporter, events);
        const found = unprintable.exec(text);
        assert.equal(found?.[0].codePointAt(0)?.toString(16), undefined, 'a character that is not to be shown');
      });
    }

    test('passes over events that it does not know', { timeout }, async () => {
      for (const events of Object.values(recordedRuns)) {
        const more = events.flatMap((event) => [event, ...unknownEvents.map((one) => withStamp(one, event))]);
        // Not as an argument of `check`: where there is none, it would not be told at all.
        const { text } = await told(reporter, more);
        check?.(text);
      }
    });

    test('says nothing more and holds no timer once it is closed', { timeout }, async () => {
      for (const tty of [false, true]) {
        const { output, running, textSince } = keptOutput(tty);
        const made = reporter(output, options());
        for (const event of Object.values(recordedRuns).flat()) await made.on(event);
        await made.close?.();
        const since = textSince();
        await new Promise((resolve) => setImmediate(resolve));
        assert.equal(running(), 0, 'a timer of `output.every` runs on');
        assert.equal(since(), '', 'it wrote after it was closed');
      }
    });

    test('is closed without an event', { timeout }, async () => {
      const { text } = await told(reporter, []);
      check?.(text);
    });

    test('keeps nothing from one run to the next', { timeout }, async () => {
      const [first, second] = Object.values(recordedRuns);
      const alone = (await told(reporter, second ?? [])).text;
      await told(reporter, first ?? []);
      assert.equal((await told(reporter, second ?? [])).text, alone);
    });
  });
}

async function told(reporter: ReporterFactory, events: readonly RunEvent[]): Promise<{ text: string }> {
  const { output, text } = keptOutput(false);
  const made = reporter(output, options());
  for (const event of events) await made.on(event);
  await made.close?.();
  return { text: text() };
}

function options(): Parameters<ReporterFactory>[1] {
  return { verbose: false, env: {}, cwd: '/', append: () => undefined };
}

type Kept = { output: Output; text(): string; running(): number; textSince(): () => string };

function keptOutput(tty: boolean): Kept {
  const written: string[] = [];
  const timers = new Set<object>();
  const text = (): string => written.join('');
  return {
    text,
    running: () => timers.size,
    textSince: () => {
      const before = text().length;
      return () => text().slice(before);
    },
    output: {
      write: (more) => void written.push(more),
      tty,
      columns: 100,
      rows: 24,
      color: false,
      now: () => 0,
      every(_ms, callback) {
        const timer = { callback };
        timers.add(timer);
        return { stop: () => void timers.delete(timer) };
      },
    },
  };
}

function withStamp(body: unknown, { seq, ms, at }: RunEvent): RunEvent {
  return { seq, ms, at, ...(body as object) } as RunEvent;
}
