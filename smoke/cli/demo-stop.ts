// How a signal stops the demo: it is said at once, and heard by a run of an act even where that did not listen yet.

import type { World } from './world.ts';

export type DemoStop = {
  signal: AbortSignal;
  /** As a shell has it for a program that the signal ended. */
  code(): number;
  /** For what has its own way to stop: until it has stopped, it is the one to say so. */
  worldOf(world: World): World;
  /** Says that the stack stops, once. */
  say(): void;
  /** From now on a signal ends the process. */
  forget(): void;
};

export function stopOnSignal(world: World): DemoStop {
  const stop = new AbortController();
  let came: 'SIGINT' | 'SIGTERM' = 'SIGINT';
  let [listeners, said] = [0, false];
  const say = (): void => {
    if (!said) world.stdout.write('\nStopping the stack.\n');
    said = true;
  };
  const forget = world.onSignal((signal) => {
    if (stop.signal.aborted) return;
    came = signal;
    // Words in the midst of a display that redraws itself would be lost, and the display as well.
    if (listeners === 0) say();
    stop.abort(new Error(signal));
  });
  return {
    signal: stop.signal,
    code: () => (came === 'SIGTERM' ? 143 : 130),
    worldOf: (inner) => ({
      ...inner,
      onSignal(callback) {
        if (stop.signal.aborted) callback(came);
        const ended = world.onSignal(callback);
        listeners++;
        return () => {
          listeners--;
          ended();
        };
      },
    }),
    say,
    forget,
  };
}
