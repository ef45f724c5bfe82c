// The program run inside this process: its exit code and what it writes, as main.ts would show them.

import { runProgram } from '../smoke/cli/program.ts';
import { UsageError, type World } from '../smoke/cli/world.ts';

export type Ended = { code: number; out: string; err: string };

type Around = { cwd: string; env?: Readonly<Record<string, string | undefined>> };

/** Wrong usage is told as main.ts tells it; any other error is thrown on. */
export async function smoketrail(argv: readonly string[], { cwd, env = {} }: Around): Promise<Ended> {
  const written = { out: '', err: '' };
  const sink = (to: 'out' | 'err'): World['stdout'] => ({
    write: (text) => {
      written[to] += text;
    },
    tty: false,
    columns: () => 110,
    rows: () => 24,
  });
  const world = {
    argv,
    env,
    cwd,
    stdout: sink('out'),
    stderr: sink('err'),
    host: 'here',
    onSignal: () => () => undefined,
  };
  try {
    return { code: await runProgram(world), ...written };
  } catch (error) {
    if (!(error instanceof UsageError)) throw error;
    const hint = error.hint === undefined ? '' : `  ${error.hint}\n`;
    return { code: 2, ...written, err: `${written.err}smoketrail: ${error.message}\n${hint}` };
  }
}
