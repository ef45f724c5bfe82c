// Ends a program together with everything it started. One of the few files that may touch `process`.

import process from 'node:process';
import type { Clock } from '../plugin.ts';

/** Windows has no process groups; there only the program itself is ended. */
export const groups: boolean = process.platform !== 'win32';

/** Milliseconds a program has to end by itself after SIGTERM. */
const GRACE = 500;

const running = new Set<number>();

/** Until the returned function is called, the group ends with this process, if that ends in any way but by force. */
export function tieGroup(pid: number): () => void {
  if (running.size === 0) process.on('exit', endAll);
  running.add(pid);
  return () => {
    running.delete(pid);
    if (running.size === 0) process.off('exit', endAll);
  };
}

function endAll(): void {
  for (const pid of running) signalGroup(pid, 'SIGKILL');
}

/** Asks, waits, and ends what is left. `ended` tells whether the program itself is gone already. */
export async function endGroup(pid: number, clock: Clock, ended: () => boolean): Promise<void> {
  signalGroup(pid, 'SIGTERM');
  const until = clock.now() + GRACE;
  while (clock.now() < until && (!ended() || groupLives(pid))) await clock.wait(10);
  signalGroup(pid, 'SIGKILL');
}

/** True while a process of the group is left. */
export function groupLives(pid: number): boolean {
  return groups && signalGroup(pid, 0);
}

function signalGroup(pid: number, signal: NodeJS.Signals | 0): boolean {
  try {
    return process.kill(groups ? -pid : pid, signal);
  } catch (error) {
    // ESRCH: nothing is left. EPERM: something is, under another user.
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}
