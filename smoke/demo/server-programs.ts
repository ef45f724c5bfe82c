// The servers that the stack starts by itself, each in a temporary folder on a port of loopback.

import { mkdtempSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import type { Launch, Launcher } from './launch.ts';
import { launchPostgres } from './postgres-server.ts';
import type { ServedPlace, ServedSystem } from './queue-place.ts';
import { launchRabbitmq } from './rabbitmq-server.ts';
import { launchRedis } from './redis-server.ts';
import { type Program, runProgram } from './run-program.ts';
import { answers } from './server-answers.ts';

export type KeptServer = {
  /** Resolves when it takes connections. */
  up: Promise<void>;
  /** Resolves with how it ended, in words, where nobody ended it. */
  gone: Promise<string>;
  end(): Promise<void>;
};

const launchers: Readonly<Record<ServedSystem, Launcher>> = {
  bullmq: launchRedis,
  'pg-boss': launchPostgres,
  rabbitmq: launchRabbitmq,
};

export function keepServer(
  { system, url }: ServedPlace,
  { port, password }: { port: number; password: string },
): KeptServer {
  const folder = mkdtempSync(join(tmpdir(), 'smoketrail-demo-server-'));
  const programs: Program[] = [];
  let ended = false;
  const run: Launch['run'] = (command, options) => {
    if (ended) throw new Error('the server was stopped while it started');
    const program = runProgram(command, { cwd: folder, log: join(folder, 'log'), ...options });
    programs.push(program);
    return program;
  };
  const launched = launchers[system]({ folder, port, password, run });
  const exited = launched.then((program) => program.exited);
  // One that was stopped before it could start any is told by `up`, and must still remove its folder.
  exited.catch(() => undefined);
  const up = launched.then(async (program) => {
    let down: string | undefined;
    void program.exited.then((how) => {
      down = how;
    });
    while (
      !(await answers(system, url).then(
        () => true,
        () => false,
      ))
    ) {
      if (down !== undefined) throw new Error(down);
      await wait(30);
    }
  });
  up.catch(() => undefined);
  return {
    up,
    // One that never started says so in `up`.
    gone: up.then(
      () => exited,
      () => new Promise<string>(() => undefined),
    ),
    async end() {
      ended = true;
      await launched.catch(() => undefined);
      for (const program of programs.toReversed()) await program.end();
      await rm(folder, { recursive: true, force: true, maxRetries: 5 });
    },
  };
}
