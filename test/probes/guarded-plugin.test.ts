// What stands between a run and a plug-in of a third party: what passes, what is put right, and what is refused by name.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Reading } from '../../smoke/core/look.ts';
import { createOnce } from '../../smoke/probes/once.ts';
import { guarded } from '../../smoke/probes/outside/guarded-plugin.ts';
import { pluginFault } from '../../smoke/probes/outside/plugin-shape.ts';
import { Blind, type Plugin, type Probe, type RawAnswer, type ReadContext } from '../../smoke/probes/plugin.ts';
import { documentCandidate } from '../../smoke/select/document.ts';
import { lookContext, testHost } from '../host.ts';

const cost = { requests: 1, bytes: 1, ms: 1 };
const reading: Reading = { candidates: [], whole: true, searched: 'a shelf', cost };

function plugin(more: Partial<Plugin> = {}): Plugin {
  return {
    name: 'mine',
    summary: 'Reads a shelf',
    connects: [],
    options: { '~standard': { version: 1, vendor: 'test', validate: (value) => ({ value }) } },
    open: async () => ({ read: async () => reading }),
    ...more,
  };
}

async function readBy(read: (context: ReadContext) => unknown, context: ReadContext = lookContext()): Promise<Reading> {
  const open = async (): ReturnType<NonNullable<Plugin['open']>> => ({
    read: async (_options, given) => read(given) as Reading,
  });
  const probe = await guarded(plugin({ open })).open?.({}, testHost());
  assert.ok(probe);
  return probe.read({}, context);
}

test('all that a plug-in may say of itself passes', () => {
  const said = { list: 'steps', owned: true, queue: false, transient: true, budgeted: true } as unknown as Plugin;
  const through = guarded(plugin({ ...said, field: () => '$.note', title: () => 'a shelf' }));
  assert.deepEqual({ ...through, ...said }, through);
  assert.equal(through.field?.({}), '$.note');
  assert.equal(through.title?.({}), 'a shelf');
});

test('a field that is none, or that throws, is no field', () => {
  const fails = (): string => {
    throw new Error('no shelf');
  };
  assert.equal(guarded(plugin({ field: fails })).field?.({}), undefined);
  assert.equal(guarded(plugin({ field: () => 1 as unknown as string })).field?.({}), undefined);
});

test('what it says of itself in a wrong shape is told', () => {
  const wrong = (more: object): string => pluginFault({ ...plugin(), ...more }) ?? 'nothing';
  assert.match(wrong({ list: 1 }), /`list`/);
  assert.match(wrong({ owned: 'yes' }), /`owned`, which is no boolean/);
  assert.match(wrong({ field: '$.note' }), /`field`, which is no function/);
  assert.match(wrong({ ready: true }), /`ready`, which is no function/);
});

test('what it lacks is said by its Blind; anything else that it throws names it', async () => {
  const lacking = async (thrown: unknown): Promise<void> => {
    throw thrown;
  };
  const ready = (thrown: unknown): Promise<void> | undefined =>
    guarded(plugin({ ready: () => lacking(thrown) })).ready?.({}, testHost());
  await assert.rejects(async () => ready(new Blind('driver-missing', 'no shelf')), /^Blind: no shelf$/);
  await assert.rejects(async () => ready(7), /the plug-in mine failed: 7/);
});

test('what it says of a connection that it tries passes, and without such a word it has none', async () => {
  const reaching = async (reach?: () => unknown): Promise<Probe['reach']> => {
    const open: Plugin['open'] = async () => ({
      read: async () => reading,
      ...(reach && { reach: async () => void (await reach()) }),
    });
    return (await guarded(plugin({ open })).open?.({}, testHost()))?.reach;
  };
  const { signal } = new AbortController();
  const failing = (thrown: unknown) => async (): Promise<never> => {
    throw thrown;
  };
  assert.equal(await reaching(), undefined);
  assert.equal(await (await reaching(() => 1))?.(signal), undefined);
  await assert.rejects(async () => (await reaching(failing(new Blind('refused', 'shut'))))?.(signal), /^Blind: shut$/);
  await assert.rejects(async () => (await reaching(failing(7)))?.(signal), /the plug-in mine failed: 7/);
});

test('files that it attaches pass with a reading, a blind look and a step; what is no path does not', async () => {
  const odd = ['a.png', 1, undefined] as unknown as readonly string[];
  assert.deepEqual(await (await readBy(() => ({ ...reading, attach: async () => odd }))).attach?.(), ['a.png']);
  assert.equal((await readBy(() => ({ ...reading, attach: 'a.png' }))).attach, undefined);
  await assert.rejects(
    readBy(() => {
      throw new Blind('error', 'odd', { attachments: odd });
    }),
    (error) => error instanceof Blind && error.fault.attachments?.join() === 'a.png',
  );
  const fire = async () => ({ outcome: 'done' as const, summary: 'sent', cost, attachments: odd });
  const trigger = await guarded(plugin({ trigger: async () => ({ fire }) })).trigger?.(testHost());
  assert.deepEqual((await trigger?.fire({}, lookContext()))?.attachments, ['a.png']);
});

test('to attach may fail, and the look is what it was', async () => {
  const attach = async (): Promise<string[]> => {
    throw new Error('the disk is full');
  };
  assert.deepEqual(await (await readBy(() => ({ ...reading, attach }))).attach?.(), []);
});

test('an answer is shown as it came, and one that is none names the plug-in', async () => {
  const shown: RawAnswer[] = [];
  const context = lookContext({ answered: (came) => void shown.push(came) });
  const answer: RawAnswer = { status: '200 OK', headers: [['a', 'b']], text: 'x', format: 'text', bytes: 1 };
  const telling = (came: unknown) => (given: ReadContext) => {
    given.answered?.(came as RawAnswer);
    return reading;
  };
  await readBy(telling(answer), context);
  assert.deepEqual(shown, [answer]);
  for (const wrong of [
    'x',
    { ...answer, status: 1 },
    { ...answer, format: 'pdf' },
    { ...answer, bytes: '1' },
    { ...answer, headers: ['a'] },
  ])
    await assert.rejects(readBy(telling(wrong), context), /the plug-in mine gave (?:.* for )?an answer to show/);
  await readBy(telling('x'));
});

test('what a run shares under a name is not the same thing to plug-ins of different names', async () => {
  const once = createOnce();
  once('browser', () => 'the real one');
  const seen: string[] = [];
  for (const name of ['mine', 'mine', 'other']) {
    const open: Plugin['open'] = async (_options, host) => {
      seen.push(host.once('browser', () => name));
      return { read: async () => reading };
    };
    await guarded(plugin({ name, open })).open?.({}, testHost({ once }));
  }
  assert.deepEqual(seen, ['mine', 'mine', 'other']);
});

test('that it was turned down for its credentials, was put off, or asked for a password, passes', async () => {
  assert.equal((await readBy(() => ({ ...reading, asksForPassword: true }))).asksForPassword, true);
  await assert.rejects(
    readBy(() => {
      throw new Blind('logged-out', 'no token', { unauthorized: true });
    }),
    (error) => error instanceof Blind && error.unauthorized,
  );
  const fire = async () => ({
    outcome: 'refused' as const,
    summary: '401',
    cost,
    unauthorized: true,
    notNow: true,
    asksForPassword: true,
  });
  const trigger = await guarded(plugin({ trigger: async () => ({ fire }) })).trigger?.(testHost());
  const sent = await trigger?.fire({}, lookContext());
  assert.deepEqual([sent?.unauthorized, sent?.notNow, sent?.asksForPassword], [true, true, true]);
});

test('what a reading says against itself passes', async () => {
  const said = { doubt: 'not ready', asPage: 'a 404 in HTML', age: 120_000 };
  const through = await readBy(() => ({ ...reading, ...said }));
  assert.deepEqual({ ...through, ...said }, through);
});

test('what a candidate says of what stands around its records passes', async () => {
  const text = JSON.stringify({ items: [1, 2], total: 2, user: { messages: { list: [], count: 9 } } });
  const inner = await documentCandidate({ text, format: 'json', source: 'GET /r' });
  const { candidates } = await readBy(() => ({ ...reading, candidates: [inner] }));
  const around = [...(candidates[0]?.around?.('$.items[*]') ?? [])];
  assert.deepEqual(around, [...(inner.around?.('$.items[*]') ?? [])]);
  assert.ok(around.some(({ given }) => given === 2) && around.some(({ within }) => within?.length === 2));
});
