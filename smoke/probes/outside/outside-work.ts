// Remembers whose code is at work, and through all that it starts: what fails later, outside of any call, can be named
// then, and so can what lets nothing else run.

import { AsyncLocalStorage } from 'node:async_hooks';

const names = new AsyncLocalStorage<string>();
const underWay = new Map<string, number>();
let onChange: ((names: readonly string[]) => void) | undefined;

/** Does work of somebody else's code: `the plug-in mine`. It is at work until a promise that it gives is settled. */
export function atWork<T>(who: string, work: () => T): T {
  count(who, 1);
  let result: T;
  try {
    result = names.run(who, work);
  } catch (error) {
    count(who, -1);
    throw error;
  }
  const over = (): void => count(who, -1);
  if (result instanceof Promise) result.then(over, over);
  else over();
  return result;
}

/** Whose code it is that runs now, or that started what runs now. */
export function whoseWork(): string | undefined {
  return names.getStore();
}

/** Called at once, and whenever others are at work, with their names. */
export function onWork(callback: (names: readonly string[]) => void): void {
  onChange = callback;
  callback([...underWay.keys()]);
}

function count(who: string, more: 1 | -1): void {
  const sum = (underWay.get(who) ?? 0) + more;
  if (sum > 0) underWay.set(who, sum);
  else underWay.delete(who);
  if (more === 1 || sum === 0) onChange?.([...underWay.keys()]);
}
