// A terminal for the real program, made by `script`.

import { spawnSync } from 'node:child_process';

/** False where a terminal can be made, else why not. */
export const withoutTerminal: string | false =
  spawnSync('script', ['--version'], { encoding: 'utf8' }).stdout?.includes('util-linux') === true
    ? false
    : 'no script of util-linux, which makes a terminal';

/** Runs a command line there, with what is typed and shown as its input and output. */
export function inTerminal(command: readonly string[]): readonly string[] {
  return ['script', '-qfec', `exec ${command.map((word) => `'${word}'`).join(' ')}`, '/dev/null'];
}
