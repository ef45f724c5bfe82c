// The recipes for pipelines and the Dockerfile: what they call is what the program takes, and what they copy is there.

import assert from 'node:assert/strict';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { parse } from 'yaml';
import { reporterNames } from '../../reporters/index.ts';
import { commandLines, misfit } from './command-lines.ts';
import { type Block, blocks, root } from './pages.ts';

const dockerfile = join('smoke', 'package', 'Dockerfile');

/** The shell lines of a recipe: those of GitHub's steps, of GitLab's scripts, of Jenkins' `sh`. */
const shellOf: Readonly<Record<string, (block: Block) => string[]>> = {
  'yaml pipeline=github': ({ text }) => textsUnder(parse(text), ['run']),
  'yaml pipeline=gitlab': ({ text }) => textsUnder(parse(text), ['before_script', 'script']),
  groovy: ({ text }) => [...text.matchAll(/\bsh '([^']+)'/g)].map((found) => found[1] ?? ''),
};

for (const [info, shell] of Object.entries(shellOf)) {
  for (const block of blocks(info)) {
    test(`the recipe at ${block.place} calls the program with what it takes, and asks for reporters that there are`, async () => {
      const lines = shell(block);
      const calls = lines.map((line) => line.replace(/ \|\| true$/, '')).flatMap(commandLines);
      assert.ok(calls.some(([command]) => command === 'run') && calls.some(([command]) => command === 'sweep'));
      for (const [command = '', ...words] of calls) {
        assert.equal(await misfit(command, words), undefined, words.join(' '));
        for (const [at, word] of words.entries()) {
          if (word === '--reporter') assert.ok(reporterNames.includes((words[at + 1] ?? '').split('=')[0] as never));
          if (/^[\w./-]+\/$/.test(word)) assert.ok(existsSync(join(root, word)), word);
        }
      }
    });
  }
}

test('there is a recipe for GitHub, GitLab and Jenkins', () => {
  for (const info of Object.keys(shellOf)) assert.equal(blocks(info).length, 1, info);
});

test('the Dockerfile copies what is there, names settings that exist, and ends without root', () => {
  const lines = readFileSync(join(root, dockerfile), 'utf8').replaceAll('\\\n', ' ').split('\n');
  const of = (word: string): string[] => lines.filter((line) => line.startsWith(`${word} `));
  for (const copy of of('COPY').filter((line) => !line.includes('--from='))) {
    for (const source of copy.split(/\s+/).slice(1, -1)) assert.ok(existsSync(join(root, source)), source);
  }
  const [environment = ''] = of('ENV');
  const names = [...environment.matchAll(/\b(SMOKETRAIL_\w+)=/g)].map((found) => found[1] ?? '');
  const readme = readFileSync(join(root, 'README.md'), 'utf8');
  const known = `${readme}${readFileSync(join(root, 'smoke', 'config', 'settings.ts'), 'utf8')}`;
  for (const name of names)
    assert.ok(known.includes(name) || known.includes(`'${name.slice('SMOKETRAIL_'.length).toLowerCase()}'`), name);
  const user = lines.indexOf('USER node');
  assert.ok(user > 0);
  assert.ok(lines.slice(user).every((line) => !line.startsWith('RUN ') && !line.startsWith('USER root')));
});

function textsUnder(node: unknown, keys: readonly string[]): string[] {
  if (typeof node !== 'object' || node === null) return [];
  return Object.entries(node).flatMap(([key, value]): string[] => {
    if (!keys.includes(key)) return textsUnder(value, keys);
    return (Array.isArray(value) ? value : [value]).flatMap((one: unknown) => String(one).split('\n'));
  });
}
