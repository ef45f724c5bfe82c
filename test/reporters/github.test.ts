import assert from 'node:assert/strict';
import { test } from 'node:test';
import { github } from '../../reporters/github.ts';
import type { RunEvent } from '../../smoke/core/events.ts';
import { runEvents, stamped } from './events.ts';
import { hostileRun, hostileTexts } from './hostile-runs.ts';
import { written } from './recorded-output.ts';
import { stories } from './stories.ts';

type Command = { name: string; properties: Record<string, string>; message: string };

const decoded = (text: string, more: readonly (readonly [string, string])[]): string =>
  [...more, ['%0D', '\r'], ['%0A', '\n'], ['%25', '%']].reduce(
    (all, [from = '', to = '']) => all.replaceAll(from, to),
    text,
  );

/** Reads a log as the runner does: a command stands at the start of a line, white space left out. */
function commandsIn(log: string): Command[] {
  return log.split('\n').flatMap((line) => {
    const [, name = '', given = '', message = ''] = /^::([^ :]+)(?: (.*?))?::(.*)$/.exec(line.trimStart()) ?? [];
    if (name === '') return [];
    const pairs = given.split(',').filter((pair) => pair !== '');
    const properties = Object.fromEntries(
      pairs.map((pair) => {
        const at = pair.indexOf('=');
        return [
          pair.slice(0, at),
          decoded(pair.slice(at + 1), [
            ['%3A', ':'],
            ['%2C', ','],
          ]),
        ];
      }),
    );
    return [{ name, properties, message: decoded(message, []) }];
  });
}

const run = (events: readonly RunEvent[], env: Record<string, string> = {}, cwd = '/w') => {
  const appended: [string, string][] = [];
  const append = (file: string, text: string): void => void appended.push([file, text]);
  return written(github, events, {}, { verbose: false, env, cwd, append }).then((log) => ({ log, appended }));
};

test('a marker that failed is a group in the log and an error on its scenario’s line', async () => {
  const { log, appended } = await run(runEvents([stories.arrived, { ...stories.stripped, id: 'booking-note#2' }]));
  const commands = commandsIn(log);
  assert.deepEqual(
    commands.map(({ name }) => name),
    ['group', 'endgroup', 'error'],
  );
  const [group, , error] = commands;
  assert.match(group?.message ?? '', /^✗ booking-note#2 {2}smk-\w+ {2}altered: stripped at worker {2}14\.2 s$/);
  assert.deepEqual(error?.properties, {
    file: 'scenarios/booking-note.yaml',
    line: '1',
    title: 'booking-note: altered',
  });
  assert.match(
    error?.message ?? '',
    /^altered: stripped at worker\nLast seen at queue .* Suspect: worker\.\n[\s\S]*Next +check/,
  );
  assert.match(log, /^✓ booking-note {2}smk-/m);
  assert.match(log, /^1 of 2 passed: /m);
  assert.deepEqual(appended, [], 'without a summary file there is none');
});

test('what could not be proved, and what passed with a skew, are warnings', async () => {
  const skewed = { ...stories.arrived, id: 'skewed', verdict: 'skewed', headline: 'skewed: two builds' } as const;
  const { log } = await run(runEvents([stories.unproven, skewed, { ...stories.interrupted, id: 'c' }]));
  assert.deepEqual(
    commandsIn(log)
      .filter(({ name }) => name === 'error' || name === 'warning')
      .map(({ name, message }) => [name, message.split('\n')[0]]),
    [
      ['warning', stories.unproven.headline],
      ['warning', 'skewed: two builds'],
      ['warning', 'interrupted: SIGINT'],
    ],
  );
});

test('markers alike share one annotation, and no more than ten of a level are written', async () => {
  const alike = Array.from({ length: 11 }, (_, index) => ({ ...stories.stripped, id: `booking-note#${index}` }));
  const errors = commandsIn((await run(runEvents(alike))).log).filter(({ name }) => name === 'error');
  assert.equal(errors.length, 1);
  assert.match(errors[0]?.message ?? '', /^altered: stripped at worker \(11 markers\)\n/);
  const different = alike.map((story, index) => ({ ...story, headline: `altered: ${index}` }));
  const many = commandsIn((await run(runEvents(different))).log).filter(({ name }) => name === 'error');
  assert.equal(many.length, 10);
  assert.equal(many.at(-1)?.message, '2 more; the log has them.');
});

test('a file is named by its path in the repository', async () => {
  const events = runEvents([stories.stripped]);
  const fileIn = async (env: Record<string, string>, cwd: string): Promise<string | undefined> =>
    commandsIn((await run(events, env, cwd)).log).find(({ name }) => name === 'error')?.properties['file'];
  assert.equal(await fileIn({ GITHUB_WORKSPACE: '/w' }, '/w/tests/e2e'), 'tests/e2e/scenarios/booking-note.yaml');
  assert.equal(await fileIn({ GITHUB_WORKSPACE: '/elsewhere' }, '/w'), 'scenarios/booking-note.yaml');
});

test('the summary is appended to the file that the job names, within what a step may take', async () => {
  const env = { GITHUB_STEP_SUMMARY: '/tmp/summary' };
  const { appended } = await run(runEvents([stories.stripped]), env);
  const [[file, text] = ['', ''], ...more] = appended;
  assert.deepEqual(more, []);
  assert.equal(file, '/tmp/summary');
  assert.match(text, /^## ✗ smoketrail: 0 of 1 passed\n[\s\S]*### ✗ `booking-note`/);
  const many = Array.from({ length: 2_000 }, (_, index) => ({
    ...stories.stripped,
    headline: `altered: ${index}`,
    id: `b${index}`,
  }));
  const [[, long] = ['', '']] = (await run(runEvents(many), env)).appended;
  assert.ok(Buffer.byteLength(long) < 1_048_576);
  assert.match(long, /more trails do not fit here/);
});

for (const [name, text] of Object.entries(hostileTexts)) {
  test(`${name}: the log holds no command but the reporter’s own`, async () => {
    const { log } = await run(hostileRun(text));
    assert.doesNotMatch(log, /[^\n\u0020-\u007e✓✗?·–≠…→]/u);
    assert.doesNotMatch(log, /##\[|##vso\[/);
    const commands = commandsIn(log);
    assert.deepEqual(
      commands.map((one) => one.name),
      ['group', 'endgroup', 'group', 'endgroup', 'error', 'error', 'warning'],
    );
    for (const line of log.split('\n').filter((one) => one.trimStart().startsWith('::')))
      assert.match(line, /^::(?:group::|endgroup::|(?:error|warning) (?:file=[^:,]*,line=\d+,)?title=[^:,]*::)/);
    const known = new Set(['file', 'line', 'title']);
    for (const { properties } of commands) for (const key of Object.keys(properties)) assert.ok(known.has(key), key);
  });
}

test('an empty run is one line; what was never started, and a cut stream, are annotated', async () => {
  const finished = { type: 'run.finished', run: 'r', counts: {}, exitCode: 0, why: 'none', took: 3 } as const;
  assert.equal((await run(stamped([[0, finished]]))).log, '0 of 0 passed · 0.00 s · exit 0: none\n');
  const cut = commandsIn((await run(runEvents([stories.arrived, stories.arrived]).slice(0, 6))).log);
  assert.match(cut.find(({ name }) => name === 'error')?.message ?? '', /^no verdict: the run was killed/);
  assert.equal(cut.find(({ name }) => name === 'warning')?.message, '1 marker was not started');
});

test('a summary that cannot be written is this reporter’s failure', async () => {
  const append = (): never => {
    throw new Error('EACCES');
  };
  const options = { verbose: false, env: { GITHUB_STEP_SUMMARY: '/x' }, append };
  await assert.rejects(written(github, runEvents([stories.arrived]), {}, options), /EACCES/);
});
