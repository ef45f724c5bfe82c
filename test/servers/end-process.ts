// Ends a process that a test started, and waits until it is gone.

import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';

export async function endProcess(child: ChildProcess | undefined, signal: NodeJS.Signals = 'SIGKILL'): Promise<void> {
  if (child === undefined || child.exitCode !== null || child.signalCode !== null) return;
  const ended = once(child, 'exit');
  // One that is frozen takes no other signal than SIGKILL.
  child.kill('SIGCONT');
  child.kill(signal);
  await ended;
}
