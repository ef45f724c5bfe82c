// Every way of writing a scenario wrong: one clear problem, at its place.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { loadScenario } from '../../smoke/scenario/load.ts';
import type { Problem } from '../../smoke/scenario/problems.ts';
import { badCleaning } from './bad-cleaning.ts';
import { badRoutes } from './bad-routes.ts';
import { badScenarios } from './bad-scenarios.ts';
import { badSessions } from './bad-sessions.ts';
import { example, spoilt } from './example.ts';
import { tools } from './plugins.ts';

async function problemsOf(text: string): Promise<readonly Problem[]> {
  const result = await loadScenario(text, 'x.yaml', tools());
  return result.ok ? [] : result.problems;
}

for (const [what, text, code, at, hint] of [...badScenarios, ...badRoutes, ...badCleaning, ...badSessions]) {
  test(`${what} is one problem at its place`, async () => {
    const problems = await problemsOf(text);
    assert.deepEqual(
      problems.map((problem) => `${problem.code} ${problem.place.line}:${problem.place.column} ${problem.message}`),
      [`${code} ${at} ${problems[0]?.message}`],
    );
    if (hint) assert.match(problems[0]?.hint ?? '', hint);
  });
}

test('a file of ten megabytes is refused before it is read', async () => {
  const text = 'a: 1\n'.repeat(2_000_000);
  const began = performance.now();
  const problems = await problemsOf(text);
  assert.deepEqual(
    problems.map(({ code }) => code),
    ['too-large'],
  );
  assert.ok(performance.now() - began < 1000);
});

test('an alias bomb is one problem, found fast', async () => {
  const names = [...'abcdefghij'];
  const bomb = names.map(
    (name, index) => `${name}: &${name} [${Array(9).fill(index === 0 ? 'x' : `*${names[index - 1]}`)}]`,
  );
  const began = performance.now();
  const problems = await problemsOf(bomb.join('\n'));
  assert.deepEqual(
    problems.map(({ code }) => code),
    ['alias'],
  );
  assert.ok(performance.now() - began < 1000);
});

for (const [what, text] of [
  ['lists', '['.repeat(20_000)],
  ['lists, not quite out of stack,', `a: ${'['.repeat(5_000)}`],
  ['blocks', '- '.repeat(20_000)],
  ['mappings', `a: ${'{a: '.repeat(100)}${'}'.repeat(100)}`],
] as const) {
  test(`${what} nested too deep are one problem`, async () => {
    const problems = await problemsOf(text);
    assert.equal(problems.length, 1);
    assert.equal(problems[0]?.code, 'yaml');
    assert.match(problems[0]?.message ?? '', /^more than 64 levels of nesting$/);
  });
}

test('all problems of a file come at once, in the order of the file', async () => {
  const text = spoilt('tags: [post-deploy, monitor]', 'tags: x')
    .replace('deadline: 60s', 'deadline: 60')
    .replace('hedaers', 'headers')
    .replace('status: 201', 'stauts: 201')
    .replace('[web, worker]', '[web, nobody]');
  assert.deepEqual(
    (await problemsOf(text)).map(({ code }) => code),
    ['wrong-type', 'bad-duration', 'unknown-key', 'unknown-hop'],
  );
});

test('hundreds of problems are cut short', async () => {
  const text = example + Array.from({ length: 5000 }, (_, index) => `nobody${index}: 1\n`).join('');
  const problems = await problemsOf(text);
  assert.ok(problems.length <= 101, `${problems.length}`);
});

test('a plug-in that cannot be loaded is named with the reason', async () => {
  const failing = { ...tools(), plugin: async () => Promise.reject(new Error('no driver')) };
  const result = await loadScenario(example, 'x.yaml', failing);
  assert.ok(!result.ok && result.problems.every(({ code }) => code === 'unknown-plugin'));
  assert.match((!result.ok && result.problems[0]?.message) || '', /no driver/);
});
