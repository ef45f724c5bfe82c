// Lines that a person types. Without raw mode, so that Ctrl-C stays a signal and a run cleans up after it.

import type { Input } from './world.ts';

type Typed = NodeJS.ReadableStream & { isTTY?: boolean };

export function createInput(stream: Typed): Input {
  const lines: string[] = [];
  let rest = '';
  let ended = false;
  let opened = false;
  let wake: () => void = () => undefined;

  function open(): void {
    opened = true;
    stream.setEncoding('utf8');
    stream.on('data', (chunk: string) => {
      const parts = (rest + chunk).split(/\r?\n/);
      rest = parts.pop() ?? '';
      lines.push(...parts);
      wake();
    });
    const end = (): void => {
      ended = true;
      wake();
    };
    stream.on('end', end);
    stream.on('error', end);
  }

  return {
    tty: stream.isTTY === true,
    stream: () => stream,
    async line(signal) {
      if (!opened) open();
      stream.resume();
      try {
        while (lines.length === 0 && !ended && !signal.aborted) {
          await new Promise<void>((resolve) => {
            wake = resolve;
            signal.addEventListener('abort', () => resolve(), { once: true });
          });
        }
        return signal.aborted ? undefined : lines.shift();
      } finally {
        // What is not read must not hold the process.
        stream.pause();
      }
    },
  };
}
