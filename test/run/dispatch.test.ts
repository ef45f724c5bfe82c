import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Body, RunEvent } from '../../smoke/core/events.ts';
import type { Reporter } from '../../smoke/reporter.ts';
import { createDispatch, type DispatchOptions } from '../../smoke/run/dispatch.ts';

const finish: Body = { type: 'run.finished', run: 'r1', counts: {}, exitCode: 0, why: 'all passed', took: 5 };
const warn = (message: string): Body => ({ type: 'warning', message });

function setUp(reporters: Record<string, Reporter>, more: Partial<DispatchOptions> = {}) {
  let now = 1_000;
  const failures: [string, string][] = [];
  const dispatch = createDispatch({
    reporters: Object.entries(reporters).map(([name, reporter]) => ({ name, reporter })),
    mask: (text) => text.replaceAll('hunter2', '***PASSWORD***'),
    clock: { now: () => now, wall: () => new Date(Date.UTC(2026, 0, 5) + now) },
    onFailure: (name, error) => failures.push([name, error instanceof Error ? error.message : String(error)]),
    ...more,
  });
  return { dispatch, failures, setNow: (value: number) => (now = value) };
}

function recording(): Reporter & { events: RunEvent[]; closed: number } {
  const self = {
    events: [] as RunEvent[],
    closed: 0,
    on: (event: RunEvent): void => void self.events.push(event),
    close: (): void => void self.closed++,
  };
  return self;
}

test('events are numbered, stamped and never go back in time', async () => {
  const seen = recording();
  const { dispatch, setNow } = setUp({ seen });
  dispatch.emit(warn('one'));
  setNow(1_250.4);
  dispatch.emit(warn('two'));
  setNow(900);
  dispatch.emit(warn('three'));
  await dispatch.close();
  assert.deepEqual(
    seen.events.map(({ seq, ms }) => [seq, ms]),
    [
      [1, 0],
      [2, 250],
      [3, 250],
    ],
  );
  assert.equal(seen.events[0]?.at, '2026-01-05T00:00:01.000Z');
  assert.equal(seen.closed, 1);
});

test('every text of an event is masked and the event is frozen before a reporter sees it', async () => {
  const seen = recording();
  const { dispatch } = setUp({ seen });
  dispatch.emit({
    type: 'look',
    scenario: 's',
    hop: 'web',
    look: {
      kind: 'intact',
      evidence: { source: 'GET /?p=hunter2', excerpt: 'hunter2', attachments: ['a-hunter2.png'] },
    },
    since: 1,
    looks: 1,
    cost: { requests: 1, bytes: 2, ms: 3 },
  });
  await dispatch.close();
  const [event] = seen.events;
  assert.ok(event?.type === 'look' && event.look.kind === 'intact');
  assert.doesNotMatch(JSON.stringify(event), /hunter2/);
  assert.equal(event.look.evidence.source, 'GET /?p=***PASSWORD***');
  assert.ok(Object.isFrozen(event) && Object.isFrozen(event.look.evidence.attachments));
});

test('a secret that is a word of the contract leaves the contract readable', async () => {
  const seen = recording();
  const { dispatch } = setUp({ seen }, { mask: (text) => text.replaceAll('warning', '***') });
  dispatch.emit(warn('a warning'));
  await dispatch.close();
  assert.ok(seen.events[0]?.type === 'warning');
  assert.equal(seen.events[0].message, 'a ***');
});

test('an event is what it would be when read back from a file', async () => {
  const seen = recording();
  const { dispatch } = setUp({ seen });
  const odd = JSON.parse('{"__proto__": {"polluted": true}, "big": -0}') as Record<string, unknown>;
  dispatch.emit({ ...warn('odd'), hop: undefined, odd, n: Number.NaN, list: [undefined, 1n] } as unknown as Body);
  await dispatch.close();
  const [event] = seen.events;
  assert.deepEqual(JSON.parse(JSON.stringify(event)), event);
  assert.equal(Object.hasOwn(event ?? {}, 'hop'), false);
  assert.equal(Reflect.get({}, 'polluted'), undefined);
});

test('a reporter that throws is named once and detached; the others get its failure in order', async () => {
  const seen = recording();
  let calls = 0;
  const bad: Reporter = {
    on() {
      calls++;
      throw new Error('disk full, hunter2');
    },
  };
  const { dispatch, failures } = setUp({ bad, seen });
  dispatch.emit(warn('one'));
  dispatch.emit(warn('two'));
  dispatch.emit(finish);
  assert.deepEqual(await dispatch.close(), { failed: ['bad'] });
  assert.equal(calls, 1);
  assert.deepEqual(failures, [['bad', 'disk full, hunter2']]);
  assert.deepEqual(
    seen.events.map(({ seq, type }) => [seq, type]),
    [
      [1, 'warning'],
      [2, 'reporter.failed'],
      [3, 'warning'],
      [4, 'run.finished'],
    ],
  );
  assert.ok(seen.events[1]?.type === 'reporter.failed');
  assert.equal(seen.events[1].message, 'disk full, ***PASSWORD***');
});

test('a reporter that rejects is detached and others go on', async () => {
  const seen = recording();
  const bad: Reporter = { on: () => Promise.reject(new Error('no')) };
  const { dispatch, failures } = setUp({ bad, seen });
  dispatch.emit(warn('one'));
  await Promise.resolve();
  dispatch.emit(warn('two'));
  assert.deepEqual(await dispatch.close(), { failed: ['bad'] });
  assert.deepEqual(failures, [['bad', 'no']]);
  assert.deepEqual(
    seen.events.map(({ type }) => type),
    ['warning', 'reporter.failed', 'warning'],
  );
});

test('a slow reporter gets every event, one after the other, before it is closed', async () => {
  const log: string[] = [];
  const slow: Reporter = {
    async on(event) {
      log.push(`start ${event.seq}`);
      await new Promise((resolve) => setImmediate(resolve));
      log.push(`end ${event.seq}`);
    },
    close: () => void log.push('close'),
  };
  const { dispatch } = setUp({ slow });
  for (const text of ['a', 'b', 'c']) dispatch.emit(warn(text));
  assert.deepEqual(await dispatch.close(), { failed: [] });
  assert.deepEqual(log, ['start 1', 'end 1', 'start 2', 'end 2', 'start 3', 'end 3', 'close']);
});

test('a reporter that never resolves holds neither the others nor the end of the run', async () => {
  const seen = recording();
  const hung: Reporter = { on: () => new Promise(() => undefined) };
  const stuckClose: Reporter = { on: () => undefined, close: () => new Promise(() => undefined) };
  const { dispatch, failures } = setUp({ hung, stuckClose, seen }, { closeTimeout: 20 });
  dispatch.emit(warn('one'));
  dispatch.emit(finish);
  assert.deepEqual(await dispatch.close(), { failed: ['hung', 'stuckClose'] });
  assert.match(failures[0]?.[1] ?? '', /did not finish within 20 ms/);
  assert.equal(seen.events.length, 2);
  assert.equal(seen.closed, 1);
});

test('run.finished is last, once, and closing twice closes once', async () => {
  const seen = recording();
  const { dispatch } = setUp({ seen });
  dispatch.emit(finish);
  dispatch.emit(finish);
  dispatch.emit(warn('too late'));
  await Promise.all([dispatch.close(), dispatch.close()]);
  assert.deepEqual(
    seen.events.map(({ type }) => type),
    ['run.finished'],
  );
  assert.equal(seen.closed, 1);
});

test('a mask that throws withholds the text rather than let it out, and the run is told', async () => {
  const seen = recording();
  const mask = (): string => {
    throw new Error('broken');
  };
  const { dispatch } = setUp({ seen }, { mask });
  assert.doesNotThrow(() => dispatch.emit(warn('hunter2')));
  const { failed } = await dispatch.close();
  assert.deepEqual(failed, ['mask (broken)']);
  assert.doesNotMatch(JSON.stringify(seen.events), /hunter2/);
});

test('a failure handler that throws, and a reporter that throws no error at all, do not reach the run', async () => {
  const bad: Reporter = {
    on() {
      throw undefined;
    },
  };
  const onFailure = (): never => {
    throw new Error('stderr is gone');
  };
  const { dispatch } = setUp({ bad }, { onFailure });
  assert.doesNotThrow(() => dispatch.emit(warn('one')));
  assert.equal((await dispatch.close()).failed[0], 'bad');
});
