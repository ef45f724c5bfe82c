// Sessions on virtual time, with a door in place of a system: who logs in, how often, and when no more.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Body } from '../../smoke/core/events.ts';
import { Blind, type Plugin, type Sent } from '../../smoke/probes/plugin.ts';
import { createFiring } from '../../smoke/run/firing.ts';
import { inSession } from '../../smoke/run/in-session.ts';
import { createTimer } from '../../smoke/run/look-timer.ts';
import { createSessions, type Entry, type Sessions } from '../../smoke/run/sessions.ts';
import type { Session } from '../../smoke/scenario/model.ts';
import { createVirtualClock, type VirtualClock } from '../virtual-clock.ts';
import { journeyOf, ports as portsOn, scenario } from './fixtures.ts';

const cost = { requests: 1, bytes: 0, ms: 0 };
const done: Sent = { outcome: 'done', summary: 'knock → open', cost };
const wrong: Sent = {
  outcome: 'refused',
  summary: 'knock → 401',
  fault: { kind: 'permission', message: 'knock → 401' },
  cost,
};
const shut: Sent = {
  outcome: 'refused',
  summary: 'knock: connection refused',
  fault: { kind: 'refused', message: 'connection refused' },
  cost,
};
const out = new Blind('logged-out', 'the door is closed');
const never = new AbortController().signal;

type Door = { clock: VirtualClock; sessions: Sessions; events: Body[]; knocks: number[]; answers: Sent[] };

/** A login of one step that takes a second; `answers`: what each next one gives, the last for all that follow. */
function door(...answers: Sent[]): Door {
  const clock = createVirtualClock();
  const events: Body[] = [];
  const it: Omit<Door, 'sessions'> = { clock, events, knocks: [], answers };
  const plugin: Plugin = {
    name: 'door',
    summary: 'a door',
    options: { '~standard': { version: 1, vendor: 'test', validate: (value) => ({ value }) } },
    connects: [],
    trigger: async () => ({
      async fire(_options, { signal }) {
        it.knocks.push(clock.now());
        await clock.wait(1_000, signal);
        return (it.answers.length > 1 ? it.answers.shift() : it.answers[0]) ?? done;
      },
    }),
  };
  const ports = { ...portsOn(clock, events), plugin: async () => plugin };
  return { ...it, sessions: createSessions(ports, createFiring(ports, createTimer(clock))) };
}

const place = { file: 'booking.yaml', line: 7, column: 5 };

function session(name: string, options: Record<string, string> = {}): Session {
  const step = { title: 'knock', plugin: 'door', options, keep: {}, idempotent: false, place };
  return { name, login: [step], place };
}

function entryOf({ sessions, clock }: Door, one: Session = session('extranet'), line = 9): Entry {
  const it = { ...scenario([]), sessions: { [one.name]: one } };
  return sessions.of({ name: one.name, place }, { ...place, line }, journeyOf(it, portsOn(clock)));
}

/** What somebody sees who looks once: `ok`, or why it is blind. */
async function look(entry: Entry, work: () => void = () => undefined): Promise<string> {
  const entering: Parameters<typeof inSession>[1] = (enter) => enter(never);
  return inSession(entry, entering, async () => work()).then(
    () => 'ok',
    (error: unknown) => {
      assert.ok(error instanceof Blind, String(error));
      return `${error.fault.kind}: ${error.message}`;
    },
  );
}

test('twenty looks that need a session together log in once, and those after them not at all', async () => {
  const it = door(done);
  const all = await it.clock.run(Promise.all(Array.from({ length: 20 }, () => look(entryOf(it)))));
  assert.deepEqual(new Set(all), new Set(['ok']));
  assert.equal(await it.clock.run(look(entryOf(it))), 'ok');
  assert.deepEqual(it.knocks, [0]);
  assert.deepEqual(
    it.events.map((event) => ('title' in event ? `${event.type} ${event.title}` : '')),
    ['step.started extranet: knock', 'step.finished extranet: knock'],
  );
});

test('twenty looks that find themselves logged out together log in again once', async () => {
  const it = door(done);
  const entry = entryOf(it);
  await it.clock.run(entry.enter(never));
  const looks = Array.from({ length: 20 }, async () => {
    let asked = 0;
    const seen = await look(entryOf(it), () => {
      asked += 1;
      if (asked === 1) throw out;
    });
    return `${seen} ${asked}`;
  });
  assert.deepEqual(new Set(await it.clock.run(Promise.all(looks))), new Set(['ok 2']));
  assert.equal(it.knocks.length, 2);
});

test('a look that began with an older login takes the newer one, and makes none', async () => {
  const it = door(done);
  const entry = entryOf(it);
  const old = await it.clock.run(entry.enter(never));
  const fresh = await it.clock.run(entry.renew(old, out.fault, never));
  assert.notEqual(fresh.id, old.id);
  assert.equal(await it.clock.run(entry.renew(old, out.fault, never)), fresh);
  assert.equal(it.knocks.length, 2);
});

test('two scenarios with one login share it, whatever they call it, and another login is another session', async () => {
  const it = door(done);
  const same = [session('a', { user: 'me' }), session('b', { user: 'me' })];
  const other = session('a', { user: 'you' });
  for (const one of [...same, other]) await it.clock.run(entryOf(it, one).enter(never));
  assert.equal(it.knocks.length, 2);
});

test('a wrong password is tried three times in a run, with longer and longer pauses, and never again', async () => {
  const it = door(wrong);
  const seen: string[] = [];
  for (let second = 0; second < 120; second += 1) {
    seen.push(await it.clock.run(look(entryOf(it))));
    await it.clock.advance(1_000);
  }
  assert.equal(it.knocks.length, 3);
  const [first = 0, second = 0, third = 0] = it.knocks;
  assert.ok(second - first >= 3_000 && third - second >= 10_000, it.knocks.join());
  assert.equal(seen[0], 'permission: login extranet failed: knock → 401');
  assert.match(seen.at(-1) ?? '', /knock → 401; that was failure 3, so it is not tried again in this run/);
});

test('twenty looks that wait for a login that fails make one attempt', async () => {
  const it = door(wrong);
  const all = await it.clock.run(Promise.all(Array.from({ length: 20 }, () => look(entryOf(it)))));
  assert.deepEqual(new Set(all), new Set(['permission: login extranet failed: knock → 401']));
  assert.equal(it.knocks.length, 1);
});

test('a login that no server heard of counts against nobody, and is tried until the server is back', async () => {
  const it = door(shut, shut, shut, shut, shut, done);
  let seen = '';
  for (let second = 0; second < 200 && seen !== 'ok'; second += 1) {
    seen = await it.clock.run(look(entryOf(it)));
    await it.clock.advance(1_000);
  }
  assert.equal(seen, 'ok');
  assert.equal(it.knocks.length, 6);
});

test('an answer that asks for a password again is a failed login', async () => {
  const it = door({ ...done, asksForPassword: true });
  assert.match(await it.clock.run(look(entryOf(it))), /^logged-out: .*asks for a password again/);
  const finished = it.events.find((event) => event.type === 'step.finished');
  assert.equal(finished?.outcome, 'failed');
});

test('a look that is logged out again right after a login is blind, and makes three logins in vain at most', async () => {
  const it = door(done);
  const seen: string[] = [];
  for (let second = 0; second < 120; second += 1) {
    seen.push(
      await it.clock.run(
        look(entryOf(it), () => {
          throw out;
        }),
      ),
    );
    await it.clock.advance(1_000);
  }
  assert.equal(it.knocks.length, 4);
  assert.deepEqual(new Set(seen), new Set(['logged-out: the door is closed, also after a new login']));
});

test('a look that is always logged out does not keep others from their own logins', async () => {
  const it = door(done);
  const hopeless = (): Promise<string> =>
    look(entryOf(it), () => {
      throw out;
    });
  for (let n = 0; n < 8; n += 1) {
    await it.clock.run(hopeless());
    await it.clock.advance(60_000);
  }
  const before = it.knocks.length;
  let asked = 0;
  const other = look(entryOf(it, session('extranet'), 20), () => {
    asked += 1;
    if (asked === 1) throw out;
  });
  assert.equal(await it.clock.run(other), 'ok');
  assert.equal(it.knocks.length, before + 1);
});

test('a login goes on while somebody waits for it, and is given up when nobody does', async () => {
  const it = door(done);
  const [first, second] = [new AbortController(), new AbortController()];
  const waits = [first, second].map((one) => entryOf(it).enter(one.signal));
  await it.clock.advance(500);
  first.abort(new Error('not waited for'));
  await assert.rejects(waits[0] ?? Promise.resolve(), /not waited for/);
  assert.ok((await it.clock.run(waits[1] ?? Promise.reject(new Error('no second')))).id);

  const alone = door(done);
  const only = new AbortController();
  const stopped = entryOf(alone).enter(only.signal);
  await alone.clock.advance(500);
  only.abort(new Error('stopped'));
  await assert.rejects(stopped, /stopped/);
  assert.equal(await alone.clock.run(look(entryOf(alone))), 'ok');
  assert.equal(alone.knocks.length, 2);
});

test('a login without a value that it needs says which, and knocks nowhere', async () => {
  const it = door(done);
  const one = session('extranet');
  const ref = { kind: 'name', space: 'secret', name: 'PASSWORD', place } as const;
  const { TEMPLATE } = await import('../../smoke/scenario/tree.ts');
  const options = { password: { [TEMPLATE]: true, source: '', place, parts: [ref] } as const };
  const [step] = one.login;
  assert.ok(step);
  const entry = entryOf(it, { ...one, login: [{ ...step, options }] });
  assert.equal(await it.clock.run(look(entry)), 'logged-out: login extranet failed: secret.PASSWORD has no value');
  assert.deepEqual(it.knocks, []);
});
