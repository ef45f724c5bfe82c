// Starts a process of the stack, keeps it in touch, starts it again when it dies, and stops it.

import { type ChildProcess, spawn } from 'node:child_process';
import { closeSync, existsSync, openSync, readFileSync } from 'node:fs';
import { setTimeout as wait } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { type ChildConfig, configVariable, type FromChild, type Settings, type ToChild } from './child.ts';
import { orAborted } from './or-aborted.ts';

export type Supervised = {
  readonly name: string;
  /** Undefined while it is not running. */
  pid(): number | undefined;
  /** Set once it was ready for the first time; it keeps this port. */
  port(): number;
  /** Resolves when the process has applied the settings, or is not running. */
  apply(settings: Settings): Promise<void>;
  /** Stops it and starts it again with another configuration, on the same port. */
  restart(change: Partial<ChildConfig>): Promise<void>;
  stop(): Promise<void>;
};

type Running = { process: ChildProcess; exited: Promise<void>; settled: Map<number, () => void> };

/** Seven processes start at once, on a machine that may be busy with something else. */
const usualTimes = { readyMs: 30_000, patienceMs: 2_000 };
const restartPauseMs = 20;
const settleMs = 15_000;
/** After so many starts in a row that came to nothing, a process is left dead; its stderr file says why. */
const maxFailures = 5;

/** In the source tree the entry files stand beside this one; in the bundle in `demo/`, wherever this code ended up. */
function entryFile(role: ChildConfig['role']): string {
  if (import.meta.url.endsWith('.ts')) return fileURLToPath(new URL(`./${role}.ts`, import.meta.url));
  const places = [`./demo/${role}.js`, `./${role}.js`, `../demo/${role}.js`];
  const files = places.map((place) => fileURLToPath(new URL(place, import.meta.url)));
  const found = files.find((file) => existsSync(file));
  if (found === undefined)
    throw new Error(`The demo's ${role} is missing from this installation; looked for ${files.join(', ')}.`);
  return found;
}

/**
 * Resolves when the process listens. `settings` gives what a process that starts again must know. Rejects with its last
 * words where it does not start. The signal ends it while it starts for the first time.
 */
export async function supervise(
  first: ChildConfig,
  errorLog: string,
  settings: () => Settings,
  { readyMs, patienceMs }: { readyMs: number; patienceMs: number } = usualTimes,
  signal?: AbortSignal,
): Promise<Supervised> {
  let config = first;
  let port = 0;
  let running: Running | undefined;
  let stopped = false;
  /** Set while a stop or restart is meant, so that the exit is no accident. */
  let expected = false;
  let failures = 0;
  let serial = 0;

  const start = async (): Promise<void> => {
    const child = launch(config, errorLog);
    running = child;
    void child.exited.then(() => {
      if (running === child) running = undefined;
      for (const settle of child.settled.values()) settle();
      if (!expected && !stopped && port !== 0 && failures < maxFailures) setTimeout(again, restartPauseMs);
    });
    failures++;
    port = await ready(child, config, errorLog, readyMs);
    failures = 0;
    config = { ...config, port, mayMove: false };
  };
  const again = (): void => {
    if (stopped || running !== undefined) return;
    start()
      .then(() => apply(settings()))
      .catch(() => {
        // Its exit has been seen, and starts it again; or it was the last try, and `pids` shows it as not running.
      });
  };
  const apply = async (to: Settings): Promise<void> => {
    const child = running;
    if (child === undefined || !child.process.connected) return;
    const message: ToChild = { serial: ++serial, settings: to };
    await new Promise<void>((resolve, reject) => {
      const timer = setTimeout(() => {
        reject(new Error(`The demo's ${config.name} did not take its settings within ${settleMs / 1000} s.`));
      }, settleMs);
      const settle = (): void => {
        clearTimeout(timer);
        resolve();
      };
      child.settled.set(message.serial, settle);
      child.process.send(message, (error) => {
        if (error !== null) settle();
      });
    });
    child.settled.delete(message.serial);
  };
  const end = async (): Promise<void> => {
    const child = running;
    if (child === undefined) return;
    child.process.kill('SIGTERM');
    const timer = setTimeout(() => child.process.kill('SIGKILL'), patienceMs);
    await child.exited;
    clearTimeout(timer);
  };

  try {
    const starting = start();
    await (signal === undefined ? starting : orAborted(starting, signal));
  } catch (error) {
    stopped = true;
    await end();
    throw error;
  }
  return {
    name: config.name,
    pid: () => running?.process.pid,
    port: () => port,
    apply,
    restart: async (change) => {
      expected = true;
      await end();
      // The whole stack may have been stopped meanwhile.
      if (stopped) return;
      config = { ...config, ...change };
      expected = false;
      await start();
      await apply(settings());
    },
    stop: async () => {
      stopped = true;
      await end();
    },
  };
}

function launch(config: ChildConfig, errorLog: string): Running {
  const stderr = openSync(errorLog, 'a');
  const child = spawn(process.execPath, [entryFile(config.role)], {
    stdio: ['ignore', 'ignore', stderr, 'ipc'],
    env: { ...process.env, [configVariable]: JSON.stringify(config) },
  });
  closeSync(stderr);
  const settled = new Map<number, () => void>();
  child.on('message', (message: unknown) => {
    const said = message as FromChild;
    if (said.type === 'settled') settled.get(said.serial)?.();
  });
  const exited = new Promise<void>((resolve) => {
    child.once('exit', () => resolve());
    child.once('error', () => resolve());
  });
  return { process: child, exited, settled };
}

async function ready(child: Running, { name }: ChildConfig, errorLog: string, readyMs: number): Promise<number> {
  const timer = new AbortController();
  const port = new Promise<number>((resolve) => {
    child.process.on('message', (message: unknown) => {
      const said = message as FromChild;
      if (said.type === 'ready') resolve(said.port);
    });
  });
  const dead = child.exited.then(() => {
    const { signalCode, exitCode } = child.process;
    return `it ended with ${signalCode ?? `exit code ${exitCode ?? 'unknown'}`}`;
  });
  const late = wait(readyMs, `it was not ready within ${readyMs / 1000} s`, { signal: timer.signal }).catch(() => '');
  const outcome = await Promise.race([port, dead, late]);
  timer.abort();
  if (typeof outcome === 'number') return outcome;
  const words = readFileSync(errorLog, 'utf8').trim().slice(-2000);
  // The words themselves: the file goes with the folder of the stack.
  throw new Error(`The demo's ${name} did not start: ${outcome}.${words === '' ? '' : ` Its last words:\n${words}`}`);
}
