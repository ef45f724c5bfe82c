// The README's tables say what the program says: commands, flags, exit codes, verdicts, words, variables.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { reporterNames } from '../../reporters/index.ts';
import { configChoice, settingsOf } from '../../smoke/config/settings.ts';
import { config } from '../../smoke/config/shape.ts';
import { exitCodeOf } from '../../smoke/core/exit-code.ts';
import type { Answer } from '../../smoke/core/trail.ts';
import type { VerdictName } from '../../smoke/core/verdict.ts';
import { pluginNames } from '../../smoke/probes/registry.ts';
import { createMask } from '../../smoke/run/redact.ts';
import { keysOf } from '../../smoke/scenario/shape-parts.ts';
import { smoketrail } from '../world.ts';
import { commandNames, helpOf } from './command-lines.ts';
import { page, root, section, spans, table } from './pages.ts';

const readme = page('README.md');
const reference = section(readme, '## Commands');

test('the README lists the commands with their arguments, each and no other', async () => {
  const helps = await Promise.all((await commandNames()).map(helpOf));
  assert.ok(helps.length > 5);
  assert.deepEqual(
    table(reference, 'command').flatMap(([command = '']) => spans(command)),
    helps.map(({ usage }) => usage),
  );
});

test('the README lists the flags of every command, each and no other', async () => {
  const told = table(reference, 'flag').flatMap(([flags = '', commands = '']) =>
    commands.split(' ').flatMap((command) => spans(flags).map((flag) => `${command} ${flag}`)),
  );
  const known = await Promise.all(
    (await commandNames()).map(async (command) => (await helpOf(command)).flags.map((flag) => `${command} ${flag}`)),
  );
  assert.ok(known.flat().length > 30);
  assert.deepEqual(told.toSorted(), known.flat().toSorted());
});

test('the page of the config file has every key of it, and no other', () => {
  const told = table(page('smoke/config/README.md').text, 'key of the config file').flatMap(([keys = '']) =>
    spans(keys),
  );
  assert.deepEqual(told.toSorted(), keysOf(config).toSorted());
});

test('the exit codes of the README are those that a run can end with', async () => {
  const told = table(reference, 'exit code').flatMap(([codes = '']) => codes.split(', ').map(Number));
  const passed = { verdict: 'arrived', passes: true } as const;
  const failed = { verdict: 'lost', passes: false } as const;
  const unsure = { verdict: 'unproven', passes: 'inconclusive' } as const;
  const codes = [
    exitCodeOf([passed], { runnerFailed: false }).code,
    exitCodeOf([passed, unsure, failed], { runnerFailed: true }).code,
    (await smoketrail(['run', 'no-such-file.yaml'], { cwd: root })).code,
    exitCodeOf([passed, unsure], { runnerFailed: true }).code,
    exitCodeOf([passed, unsure], { runnerFailed: false }).code,
    exitCodeOf([failed], { runnerFailed: false, signal: 'SIGINT' }).code,
    exitCodeOf([failed], { runnerFailed: false, signal: 'SIGTERM' }).code,
  ];
  assert.deepEqual(told, codes);
});

test('the README names every verdict, in the order of the core, and no other', () => {
  const names = {
    arrived: true,
    skewed: true,
    late: true,
    altered: true,
    duplicated: true,
    lost: true,
    refused: true,
    unproven: true,
    interrupted: true,
  } satisfies Record<VerdictName, true>;
  assert.deepEqual(
    table(readme.text, 'verdict').map(([name]) => name),
    Object.keys(names),
  );
});

test('the README explains every word that stands in a row of the hop table', () => {
  const answers = {
    intact: 'intact',
    altered: 'altered',
    stripped: 'stripped',
    mixed: 'mixed',
    reference: 'reference',
    absent: 'absent',
    blind: 'blind',
    missed: 'missed',
    unread: 'not read',
  } satisfies Record<Answer['kind'], string>;
  const told = table(readme.text, 'a row says').flatMap(([words = '']) => words.split(', '));
  const others = ['not seen', 'not observable here', 'passed', 'no look', 'not yet'];
  assert.deepEqual(told.toSorted(), [...Object.values(answers), ...others].toSorted());
});

test('every flag of run has the environment variable that the README promises, but for those it excepts', async () => {
  const values: Readonly<Record<string, string>> = {
    '--tag': 'nightly',
    '--grep': 'x',
    '--reporter': 'json',
    '--ledger': 'elsewhere',
    '--jobs': '7',
    '--repeat': '11',
    '--deadline': '5s',
    '--grace': '5s',
    '--inconclusive': 'pass',
  };
  const { flags } = await helpOf('run');
  for (const flag of flags.map((one) => /--[\w-]+/.exec(one)?.[0] ?? '')) {
    if (['--var', '--var-file', '--env-file', '--no-color'].includes(flag)) continue;
    const name = `SMOKETRAIL_${flag.slice(2).replaceAll('-', '_').toUpperCase()}`;
    const env = { [name]: values[flag] ?? '1' };
    if (flag.endsWith('-config') || flag === '--config') assert.notEqual(configChoice({}, env), 'search', name);
    else assert.notDeepEqual(settingsOf({}, env), settingsOf({}, {}), name);
  }
  assert.notDeepEqual(settingsOf({}, { NO_COLOR: '1' }), settingsOf({}, {}));
  for (const named of reference.match(/SMOKETRAIL_[A-Z_]+(?==)/g) ?? [])
    assert.notDeepEqual(settingsOf({}, { [named]: '11' }), settingsOf({}, {}), named);
});

test('a secret is refused below the length that the README names', () => {
  assert.match(section(readme, '### Values'), /fewer than six characters is refused/);
  assert.notEqual(createMask().add('12345', 'X'), undefined);
  assert.equal(createMask().add('123456', 'X'), undefined);
});

test('the plug-ins of the README are those there are, and each has its section with the probes', () => {
  assert.deepEqual(
    table(section(readme, '## Probes'), 'plug-in').flatMap(([name = '']) => spans(name)),
    pluginNames,
  );
  for (const name of pluginNames) assert.ok(section(page('smoke/probes/README.md'), `## ${name}`).length > 200);
});

test('the reporters of the README and of its page are those there are, and the help of --reporter names each', async () => {
  const row = table(reference, 'flag').find(([flag = '']) => flag.includes('--reporter')) ?? [];
  assert.deepEqual(spans(row[2] ?? ''), reporterNames);
  const own = page('reporters/README.md');
  assert.deepEqual(
    table(own.text, 'reporter').map(([name = '']) => /`(\w+)`/.exec(name)?.[1]),
    reporterNames,
  );
  for (const name of reporterNames) assert.ok(section(own, `## ${name}`).length > 150, name);
  const { out } = await smoketrail(['run', '--help'], { cwd: root });
  const told = out.slice(out.indexOf('--reporter'), out.indexOf('(repeatable)', out.indexOf('--reporter')));
  for (const name of reporterNames) assert.match(told, new RegExp(`\\b${name}\\b`));
});

test('what the README calls not built is not there', async () => {
  const missing = section(readme, '## Not built yet');
  const known = await commandNames();
  const commands = spans(missing.slice(0, missing.indexOf('\n- ', 5)));
  assert.ok(commands.includes('monitor'));
  for (const command of commands) {
    assert.ok(!known.includes(command), command);
    assert.equal((await smoketrail([command], { cwd: root })).code, 2, command);
  }
});
