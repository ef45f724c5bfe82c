import assert from 'node:assert/strict';
import { test } from 'node:test';
import { terminal } from '../../reporters/terminal.ts';
import type { RunEvent } from '../../smoke/core/events.ts';
import type { Reporter } from '../../smoke/reporter.ts';
import { runEvents, scenarioEvents, stamped, type Told } from './events.ts';
import { type OutputSettings, type RecordedOutput, recordedOutput, screenOf } from './recorded-output.ts';
import { stories } from './stories.ts';

type Stage = { output: RecordedOutput; reporter: Reporter; until(ms: number): Promise<void>; lines(): string[] };

/** Plays a stream against a live display, stopping where the test wants to look at the screen. */
function stage(events: readonly RunEvent[], settings: OutputSettings = {}): Stage {
  const output = recordedOutput({ tty: true, columns: 90, ...settings });
  const reporter = terminal(output, { verbose: false });
  let now = 0;
  return {
    output,
    reporter,
    async until(ms) {
      for (const event of events) if (event.ms > now - 1 && event.ms < ms) await reporter.on(event);
      output.tick(ms - now);
      now = ms;
    },
    lines: () => screenOf(output.text(), output.columns).lines,
  };
}

function several(count: number): RunEvent[] {
  const plan = [{ id: 'booking-note', name: 'booking-note', file: 'f', markers: count }];
  const told: Told[] = [
    [0, { type: 'run.started', run: 'r', version: '1', command: 'run', contract: 1, scenarios: plan }],
  ];
  for (let index = 1; index <= count; index++) {
    told.push(...scenarioEvents({ ...stories.arrived, id: `booking-note#${index}` }, 10 + index));
  }
  return stamped(told.sort(([a], [b]) => a - b));
}

test('the table shows each hop, what it showed so far, what is waited for and for how long', async () => {
  const { until, lines } = stage(runEvents([stories.stripped]));
  await until(1_110);
  assert.deepEqual(lines(), [
    '· booking-note  smk-t4n2xw7f3kq9tz2m  waiting for worker, partner 1 s of 60 s',
    '  web      ✓ intact   +0.12 s  GET /api/bookings/8841 hostMe…  release 9f2c1e7 (2 instan…',
    '  queue    ✓ intact   +0.13 s  job 5530 on partner-push        –',
    '  worker   · not yet           worker.log                      releases 41ab00c on 3, 9f…',
    '  partner  · not yet           GET /reservations BookingNote   –',
    '',
  ]);
  await until(2_310);
  assert.match(lines()[0] ?? '', /waiting for worker, partner 2\.2 s of 60 s/);
  assert.match(lines()[3] ?? '', /worker +✗ stripped +\+1\.80 s/);
  assert.equal(lines().length, 6);
});

test('what is at its destination already is waited for there, and not at the hops that were not seen', async () => {
  const { looks = [] } = stories.arrived;
  const { until, lines } = stage(runEvents([{ ...stories.arrived, looks: looks.filter(([hop]) => hop !== 'queue') }]));
  await until(2_050);
  assert.match(lines()[0] ?? '', /waiting for queue, partner /);
  await until(3_110);
  assert.match(lines()[0] ?? '', /confirming at partner 0\.9 s \(3 s of 60 s\)/);
});

test('the send and the cleaning are waited for by name', async () => {
  const { until, lines } = stage(runEvents([stories.arrived]));
  await until(105);
  assert.match(lines()[0] ?? '', /send http POST \/api\/bookings 0/);
  await until(4_400);
  assert.match(lines()[0] ?? '', /cleaning up/);
});

test('when it is over, only blocks and the summary stand there and the cursor is back', async () => {
  const events = runEvents([
    { ...stories.arrived, id: 'booking-note#1' },
    { ...stories.stripped, id: 'booking-note#2' },
  ]);
  const { output, reporter, until } = stage(events);
  for (let ms = 0; ms < 25_000; ms += 500) await until(ms);
  await reporter.close?.();
  const { lines, cursorHidden } = screenOf(output.text(), 90);
  assert.equal(cursorHidden, false);
  assert.equal(output.timers(), 0);
  assert.equal(lines[0], '✓ booking-note#1  smk-t4n2xw7f3kq9tz2m  arrived: intact at partner after 2.1 s     4.25 s');
  assert.equal(lines.filter((line) => line.startsWith('✗ booking-note')).length, 1);
  assert.equal(lines.filter((line) => line.startsWith('·')).length, 0);
  assert.match(lines.at(-2) ?? '', /^1 of 2 passed: 1 arrived, 1 altered · /);
  assert.equal(lines.at(-1), '');
});

test('more scenarios than fit are counted below those that do, and the screen is never overrun', async () => {
  for (const rows of [4, 8, 12, 24]) {
    const { until, lines } = stage(several(9), { rows });
    await until(1_000);
    const shown = lines().filter((line) => line !== '');
    assert.ok(shown.length < rows, `${shown.length} lines on ${rows} rows`);
    assert.match(shown.at(-1) ?? '', /^ {2}\d more running/);
    assert.match(shown[0] ?? '', /^· booking-note#1 /);
  }
});

test('a narrow terminal keeps hops and outcomes on lines that fit', async () => {
  const { until, lines } = stage(runEvents([stories.stripped]), { columns: 40 });
  await until(2_400);
  assert.deepEqual(lines(), [
    '· booking-note  waiting for worker, pa…',
    '  ✓ intact web +0.12 s',
    '  ✓ intact queue +0.13 s',
    '  ✗ stripped worker +1.80 s',
    '  ✗ stripped partner +2.10 s',
    '',
  ]);
});

test('a terminal that gets narrower leaves nothing of the wider table behind', async () => {
  const { output, until } = stage(runEvents([stories.stripped]));
  await until(1_000);
  const before = output.text();
  output.resize(45);
  await until(2_400);
  const after = output.text().slice(before.length);
  // The old lines took two or three lines each at 45 columns: the cursor goes up over all of them.
  const up = Number(/^\u001b\[(\d+)A/.exec(after)?.[1]);
  const drawn = screenOf(before, 90).lines.slice(0, -1);
  assert.equal(
    up,
    drawn.reduce((sum, line) => sum + Math.ceil(line.length / 45), 0),
  );
});

test('a frame in which nothing changed writes nothing', async () => {
  const { output, until } = stage(runEvents([stories.stripped]));
  await until(1_000);
  const before = output.text();
  output.tick(0);
  assert.equal(output.text(), before);
});

test('a terminal that can no longer be written to is reported at the next event, not thrown from a timer', async () => {
  const output = recordedOutput({ tty: true });
  let broken = false;
  const failing = {
    ...output,
    columns: 90,
    write(text: string) {
      if (broken) throw new Error('EIO');
      output.write(text);
    },
  };
  const reporter = terminal(failing, { verbose: false });
  const events = runEvents([stories.stripped]);
  for (const event of events.slice(0, 5)) await reporter.on(event);
  output.tick(100);
  broken = true;
  assert.doesNotThrow(() => output.tick(900));
  assert.throws(() => void reporter.on(events[5] as RunEvent), /EIO/);
  assert.equal(output.timers(), 0);
});

test('a defect in the stream gives the cursor back before it is reported', async () => {
  const { output, reporter, until } = stage(runEvents([stories.stripped]));
  await until(1_000);
  assert.equal(screenOf(output.text(), 90).cursorHidden, true);
  const defect = { seq: 9, ms: 1_001, at: '', type: 'verdict', scenario: 'booking-note' } as unknown as RunEvent;
  const cleaned = { ...defect, type: 'cleaned', seq: 10 } as RunEvent;
  assert.throws(() => {
    void reporter.on(defect);
    void reporter.on(cleaned);
  });
  assert.equal(screenOf(output.text(), 90).cursorHidden, false);
});
