// The suites for third parties find what is wrong: each defect fails the test that is about it, and no other.

import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { fileURLToPath } from 'node:url';

const smoke = fileURLToPath(new URL('../../smoke', import.meta.url));
let folder = '';

before(async () => {
  folder = await mkdtemp(join(tmpdir(), 'smoketrail-suites-'));
});
after(() => rm(folder, { recursive: true, force: true }));

/** The names of the tests that failed, and how many passed. */
async function outcome(name: string, source: string): Promise<{ failed: string[]; passed: number }> {
  const file = join(folder, `${name.replace(/\W+/g, '-')}.test.ts`);
  await writeFile(
    file,
    source
      .replaceAll("from 'smoketrail", `from '${smoke}`)
      .replaceAll("/testing'", "/testing.ts'")
      .replaceAll(`'${smoke}'`, `'${smoke}/index.ts'`),
  );
  const { NODE_TEST_CONTEXT: _, ...env } = process.env;
  const { stdout, stderr } = spawnSync(process.execPath, ['--test', '--test-reporter=tap', file], {
    encoding: 'utf8',
    env,
    timeout: 60_000,
  });
  const failed = [...stdout.matchAll(/^ +not ok \d+ - (.*)$/gm)].map(([, said = '']) => said);
  assert.ok(stdout.includes('Subtest'), stdout + stderr);
  return {
    failed: failed.filter((said) => !said.includes('.test.ts')),
    passed: Number(/^# pass (\d+)/m.exec(stdout)?.[1]),
  };
}

/** A probe of a store in memory; `parts` replaces pieces of it. */
function probe(
  parts: Partial<Record<'before' | 'candidates' | 'whole' | 'after' | 'unknown' | 'stall' | 'close', string>> = {},
): string {
  return `
import { Blind, documentCandidate } from 'smoketrail';
import { testProbe } from 'smoketrail/testing';
const store = new Map();
let leak;
const plugin = {
  name: 'store', summary: 'What a test keeps', connects: [],
  options: { '~standard': { version: 1, vendor: 'test', validate(value) {
    const { key, ...others } = value;
    return Object.keys(others).length === 0 ${parts.unknown ?? ''} ? { value } : { issues: [{ message: 'unknown key' }] };
  } } },
  async open(_options, host) { return {
    async read({ key }, { signal }) {
      ${parts.before ?? ''}
      if (key === 'unreachable') ${parts.after ?? "throw new Blind('refused', 'nobody there');"}
      if (key === 'stalled') ${parts.stall ?? 'await host.clock.wait(60_000, signal);'}
      const text = JSON.stringify({ records: [...store].map(([id, note]) => ({ id, note })) });
      const all = [await documentCandidate({ text, format: 'json', source: 'the store' })];
      return { candidates: ${parts.candidates ?? 'all'}, whole: ${parts.whole ?? 'true'}, searched: 'the store', cost: { requests: 1, bytes: 1, ms: 1 } };
    },
    async close() { ${parts.close ?? ''} },
  }; },
};
testProbe('store', { plugin, unreachableAs: 'refused', setUp() { store.clear(); return {
  options: () => ({ key: 'x' }),
  selection: ({ alias }) => ({ records: '$.records[*]', where: { '$.id': alias }, field: '$.note' }),
  put: async ({ alias, note }) => void store.set(alias, note),
  unreachable: () => ({ key: 'unreachable' }),
  stalled: () => ({ key: 'stalled' }),
  snapshot: async () => [...store],
  close: async () => clearInterval(leak),
}; } });`;
}

const seen = [
  'shows a record that is as it was sent',
  'shows a record whose text was cut',
  'shows a record whose field is empty',
  'shows a record by its alias alone, where no more is asked',
];
const freed = 'frees everything when it is closed';

describe('the suite of a probe', { concurrency: 2 }, () => {
  test('passes a probe that keeps the contract', async () => {
    const { failed, passed } = await outcome('sound', probe());
    assert.deepEqual(failed, []);
    assert.ok(passed >= 10);
  });

  const unseen = (hint: string): string =>
    probe({
      whole: `false, unseen: { kind: 'not-observable', message: 'nothing is left of it'${hint} }`,
    }).replace("testProbe('store', {", "testProbe('store', { provesAbsence: false,");

  test('passes one that says what nobody could see, and what would show it', async () => {
    assert.deepEqual((await outcome('unseen', unseen(", hint: 'Keep it.'"))).failed, []);
  });

  test('finds one that does not say what would show it', async () => {
    const { failed } = await outcome('unhinted', unseen(''));
    assert.deepEqual(failed, ['says absent of a record that is not there, beside others']);
  });

  const defects: readonly (readonly [name: string, parts: Parameters<typeof probe>[0], fails: readonly string[]])[] = [
    ['takes a mistyped option', { unknown: '|| true' }, ['takes its options, and refuses one that it does not know']],
    ['sees nothing', { candidates: '[]' }, seen],
    ['never proves an absence', { whole: 'false' }, ['says absent of a record that is not there, beside others']],
    ['says absent where it could not look', { after: '{}' }, ['is blind, and says why, where nothing can be read']],
    [
      'throws without a reason that groups',
      { after: 'throw new Error("x");' },
      ['is blind, and says why, where nothing can be read'],
    ],
    ['writes while it looks', { before: "store.set(`extra ${store.size}`, 'x');" }, ['changes nothing in ten looks']],
    [
      'keeps a server',
      { before: "leak ??= (await import('node:net')).createServer().listen(0, '127.0.0.1');" },
      [freed],
    ],
    [
      'gives rubbish',
      { candidates: 'undefined' },
      [...seen, 'says absent of a record that is not there, beside others', freed, 'changes nothing in ten looks'],
    ],
  ];
  for (const [name, parts, fails] of defects) {
    test(`finds one that ${name}`, async () => {
      const source = probe(parts).replace('clearInterval(leak)', '{ leak?.close(); leak = undefined; }');
      assert.deepEqual((await outcome(name, source)).failed.toSorted(), [...fails].toSorted());
    });
  }
});

/** A step that keeps what is sent in memory; `parts` replaces pieces of it. */
function step(parts: Partial<Record<'first' | 'refusing' | 'breaking' | 'stall' | 'keep', string>> = {}): string {
  return `
import { testSend } from 'smoketrail/testing';
const taken = [];
let leak;
const cost = { requests: 1, bytes: 1, ms: 1 };
const ended = (outcome) => ({ outcome, summary: outcome, cost, ...(outcome === 'done' ? {} : { fault: { kind: 'error', message: outcome } }) });
const plugin = {
  name: 'shelf', summary: 'What a test keeps', connects: [],
  options: { '~standard': { version: 1, vendor: 'test', validate(value) {
    const { how, text, ...others } = value;
    return Object.keys(others).length === 0 ? { value } : { issues: [{ message: 'unknown key' }] };
  } } },
  async trigger(host) { return {
    async fire({ how, text }, { signal }) {
      ${parts.first ?? 'signal.throwIfAborted();'}
      if (how === 'refused') { ${parts.refusing ?? "return ended('refused');"} }
      if (how === 'stalled') ${parts.stall ?? 'await host.clock.wait(120_000, signal);'}
      ${parts.keep ?? 'taken.push(text);'}
      if (how === 'unknown') { ${parts.breaking ?? "return ended('unknown');"} }
      return ended('done');
    },
  }; },
};
testSend('shelf', { plugin, setUp() { taken.length = 0; return {
  options: ({ text }) => ({ how: 'done', text }),
  taken: async () => taken,
  refused: ({ text }) => ({ how: 'refused', text }),
  unknown: ({ text }) => ({ how: 'unknown', text }),
  stalled: ({ text }) => ({ how: 'stalled', text }),
  close: async () => { leak?.close(); leak = undefined; },
}; } });`;
}

describe('the suite of a send step', { concurrency: 2 }, () => {
  test('passes a step that keeps the contract', async () => {
    const { failed, passed } = await outcome('sound-step', step());
    assert.deepEqual(failed, []);
    assert.ok(passed >= 8);
  });

  const [done, refused] = [
    'says done of what was taken, once',
    'says refused, and why, where for certain nothing was taken',
  ];
  const defects: readonly (readonly [name: string, parts: Parameters<typeof step>[0], fails: readonly string[]])[] = [
    ['sends twice', { keep: 'taken.push(text, text);' }, [done]],
    ['says done of what was turned down', { refusing: '' }, [refused]],
    ['calls refused what was taken', { refusing: "taken.push(text); return ended('refused');" }, [refused]],
    [
      'is certain of what nobody can tell',
      { breaking: "return ended('refused');" },
      ['says unknown, and why, where it may have been taken'],
    ],
    [
      'calls refused what left and was given up',
      { stall: "{ await host.clock.wait(120_000, signal).catch(() => undefined); return ended('refused'); }" },
      ['ends a step that is aborted, without waiting for its answer, and claims nothing of it'],
    ],
    ['goes on though it was stopped', { first: '' }, ['sends nothing where it was stopped before']],
    [
      'keeps a server',
      { first: "signal.throwIfAborted(); leak ??= (await import('node:net')).createServer().listen(0, '127.0.0.1');" },
      [freed],
    ],
  ];
  for (const [name, parts, fails] of defects) {
    test(`finds one that ${name}`, async () => {
      assert.deepEqual((await outcome(name, step(parts))).failed.toSorted(), [...fails].toSorted());
    });
  }
});

describe('the suite of a reporter', { concurrency: 2 }, () => {
  const suite = (body: string): string => `
import { visible } from 'smoketrail';
import { testReporter } from 'smoketrail/testing';
let kept = 0;
testReporter('lines', { reporter: (output) => { ${body} } });`;

  test('passes a reporter that keeps the contract', async () => {
    const body = 'return { on(event) { output.write(`${visible(JSON.stringify(event))}\\n`); } };';
    const { failed, passed } = await outcome('lines', suite(body));
    assert.deepEqual(failed, []);
    assert.ok(passed >= 15);
  });

  for (const [name, body, fails] of [
    [
      'lets controls through',
      "return { on(event) { output.write(event.hint ?? event.headline ?? ''); } };",
      /^lets nothing of .* through/,
    ],
    [
      'fails at what it does not know',
      'return { on(event) { if (!/^(run|scen|step|clock|alias|rel|look|verd|clean|warn|rep)/.test(event.type)) throw 1; } };',
      /^passes over events/,
    ],
    ['changes the events', 'return { on(event) { event.seq = 0; } };', /^(?:tells|lets|passes|says|keeps)/],
    ['keeps a timer', 'output.every(100, () => {}); return { on() {} };', /^says nothing more/],
    ['tells a run otherwise the second time', 'return { on() { output.write(String(kept++)); } };', /^(?:tells|keeps)/],
  ] as const) {
    test(`finds one that ${name}`, async () => {
      const { failed } = await outcome(name, suite(body));
      assert.ok(failed.length > 0);
      for (const one of failed) assert.match(one, fails);
    });
  }
});
