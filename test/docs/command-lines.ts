// The smoketrail command lines of a shell block, and the flags that `--help` knows.

import { smoketrail } from '../world.ts';
import { root } from './pages.ts';

/** Words of each line that calls smoketrail, its name left out. Quotes are as in a shell; nothing else of one is read. */
export function commandLines(text: string): string[][] {
  return text.split('\n').flatMap((line) => {
    const called = /^(?:.* npm .*-s )?smoketrail (?:-- )?(.*)$/.exec(line)?.[1];
    return called === undefined ? [] : [words(called)];
  });
}

function words(line: string): string[] {
  const found: string[] = [];
  for (const [, quoted, plain] of line.matchAll(/'([^']*)'|([^\s']+)/g)) {
    if (plain === '>' || plain === '#') break;
    found.push(quoted ?? plain ?? '');
  }
  return found;
}

export type Help = { usage: string; flags: readonly string[] };

/** `flags`: as they are shown, `-j, --jobs <n>`, without those that every command has. */
export async function helpOf(command: string): Promise<Help> {
  const { out } = await smoketrail([command, '--help'], { cwd: root });
  const usage = /^Usage: smoketrail (.*)$/m.exec(out)?.[1]?.replace('[options] ', '').replace(' [options]', '') ?? '';
  const flags = [...out.matchAll(/^ {2}((?:-\w, )?--[\w-]+(?: <[^ ]+>)?)(?= {2}|\n)/gm)].map((found) => found[1] ?? '');
  return { usage, flags: flags.filter((flag) => flag !== '-h, --help') };
}

export async function commandNames(): Promise<string[]> {
  const { out } = await smoketrail(['--help'], { cwd: root });
  const list = out.slice(out.indexOf('\nCommands:'), out.indexOf('\nExit codes:'));
  return [...list.matchAll(/^ {2}(\w+) /gm)].map((found) => found[1] ?? '').filter((name) => name !== 'help');
}

/** Why the program would not take these words behind a command's name; undefined where it would. */
export async function misfit(command: string, words: readonly string[]): Promise<string | undefined> {
  if (!(await commandNames()).includes(command)) return `there is no command ${command}`;
  const { flags, usage } = await helpOf(command);
  let places = usage.split(' ').length - 1;
  for (let at = 0; at < words.length; at += 1) {
    const word = words[at] ?? '';
    if (!word.startsWith('-')) {
      if (!usage.includes('...]') && places-- <= 0) return `${word} has no place in ${usage}`;
      continue;
    }
    const flag = flags.find((one) => one.split(/,? /).includes(word));
    if (flag === undefined) return `${command} has no flag ${word}`;
    if (flag.includes('<')) at += 1;
  }
  return undefined;
}
