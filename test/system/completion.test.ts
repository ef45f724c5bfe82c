// The completion scripts, in the shells themselves.

import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { describe, test } from 'node:test';
import { commandNames, helpOf } from '../docs/command-lines.ts';
import { without } from '../parts.ts';
import { openSite, type Site, scenarioAt } from './site.ts';

const noBash = process.platform === 'win32' ? 'there is no bash on Windows' : false;

async function scriptFor(shell: string, site: Site): Promise<string> {
  const { stdout, code, stderr } = await site.run(['completion', shell]);
  assert.equal(code, 0, stderr);
  return site.file(`completion.${shell}`, stdout);
}

/** What is offered for the last of the words. */
type Complete = (...words: string[]) => string[];

function inBash(script: string, cwd: string): Complete {
  const body = `source ${script}
COMP_WORDS=(smoketrail "$@"); COMP_CWORD=$#
_smoketrail
printf '%s\\n' "\${COMPREPLY[@]}"`;
  return (...words) => linesOf(execFileSync('bash', ['-c', body, 'bash', ...words], { cwd, encoding: 'utf8' }));
}

function inFish(script: string, cwd: string): Complete {
  return (...words) => {
    const line = ['smoketrail', ...words].join(' ');
    const command = `source ${script}; complete -C '${line}'`;
    const env = { ...process.env, HOME: cwd, XDG_CONFIG_HOME: cwd, XDG_DATA_HOME: cwd };
    const out = execFileSync('fish', ['--no-config', '-c', command], { cwd, encoding: 'utf8', env });
    return linesOf(out).map((each) => each.split('\t')[0] ?? '');
  };
}

function linesOf(out: string): string[] {
  return out.split('\n').filter((line) => line !== '');
}

async function offersAll(complete: Complete): Promise<void> {
  const commands = await commandNames();
  for (const command of commands) {
    assert.ok(complete(command.slice(0, 2)).includes(command), command);
    const { flags } = await helpOf(command);
    const offered = complete(command, '--');
    for (const flag of flags) assert.ok(offered.includes(/--[\w-]+/.exec(flag)?.[0] ?? ''), `${command} ${flag}`);
  }
  assert.deepEqual(complete('run', '--reporter', 'ju'), ['junit']);
  assert.deepEqual(complete('run', '--inconclusive', 'p'), ['pass']);
  assert.deepEqual(complete('demo', '--fault', 'stale'), ['stale-workers']);
  assert.deepEqual(complete('completion', 'z'), ['zsh']);
  assert.ok(complete('check', 'book').includes('booking.yaml'));
  assert.deepEqual(complete('look', 'booking.yaml', '').sort(), ['partner', 'web']);
  assert.deepEqual(complete('look', 'booking.yaml', 'p'), ['partner']);
  assert.deepEqual(complete('look', 'no-such-file.yaml', ''), []);
}

describe('completion', () => {
  test('bash is offered every command, flag and fixed value, scenario files, and the hops of a file', {
    skip: noBash,
  }, async (t) => {
    const site = await openSite(t);
    site.file('booking.yaml', scenarioAt(site.url));
    site.file('notes.txt', '');
    site.file('inner/other.yml', scenarioAt(site.url));
    const complete = inBash(await scriptFor('bash', site), site.dir);
    await offersAll(complete);
    assert.deepEqual(complete('run', '').sort(), ['booking.yaml', 'inner/']);
    assert.deepEqual(complete('look', '--keep', 'booking=1', 'booking.yaml', 'w'), ['web']);
    assert.deepEqual(complete('run', '--jobs', ''), []);
    assert.ok(complete('').includes('run') && complete('').includes('--version'));
  });

  test('fish is offered the same', { skip: without('fish') }, async (t) => {
    const site = await openSite(t);
    site.file('booking.yaml', scenarioAt(site.url));
    await offersAll(inFish(await scriptFor('fish', site), site.dir));
  });

  test('zsh reads its script, and hands its own completion the flags and places of the command', {
    skip: without('zsh'),
  }, async (t) => {
    const site = await openSite(t);
    site.file('booking.yaml', scenarioAt(site.url));
    const script = await scriptFor('zsh', site);
    const zsh = (body: string): string =>
      execFileSync('zsh', ['-f', '-c', body], {
        cwd: site.dir,
        encoding: 'utf8',
        env: { ...process.env, HOME: site.dir },
      });
    assert.match(
      zsh(`autoload -U compinit; compinit -D; source ${script}; echo $_comps[smoketrail]`),
      /^_smoketrail\n$/,
    );
    // Outside of a completion these do nothing, so stand-ins tell what they were given.
    const asked = (...words: string[]): string =>
      zsh(`compdef() { }; _arguments() { print -rl -- "$@" }; _describe() { print -rl -- $commands }; compadd() { print -rl -- $hops }
source ${script}
words=(smoketrail ${words.join(' ')}); CURRENT=$#words
_smoketrail`);
    for (const command of await commandNames()) {
      const { flags } = await helpOf(command);
      assert.match(asked("''"), new RegExp(`^${command}:`, 'm'));
      const told = asked(command, "''");
      for (const flag of flags) assert.ok(told.includes(/--[\w-]+/.exec(flag)?.[0] ?? ''), `${command} ${flag}`);
    }
    const hops = zsh(
      `compdef() { }; compadd() { print -rl -- $hops }; source ${script}; words=(look booking.yaml ''); _smoketrail_hops`,
    );
    assert.equal(hops, 'web\npartner\n');
  });

  test('without a name it is the script of $SHELL, and without that the question which one', async (t) => {
    const site = await openSite(t);
    const own = await site.run(['completion'], { env: { SHELL: '/usr/bin/fish' } });
    assert.equal(own.stdout, (await site.run(['completion', 'fish'])).stdout);
    const none = await site.run(['completion'], { env: { SHELL: '' } });
    assert.equal(none.code, 2);
    assert.match(
      none.stderr,
      /completion for which shell\?\n {2}There is one for bash, zsh and fish: smoketrail completion bash/,
    );
  });

  test('another shell is refused with those there are', async (t) => {
    const site = await openSite(t);
    const { code, stderr } = await site.run(['completion', 'tcsh']);
    assert.equal(code, 2);
    assert.match(stderr, /there is no completion for "tcsh"\n {2}There is one for bash, zsh and fish: /);
  });
});
