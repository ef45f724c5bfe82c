// Which of the things that only named files may touch a source file touches.

import { importsOf } from './imports.ts';
import type { Token } from './tokens.ts';

export type Outside = 'process' | 'clock' | 'random' | 'timers' | 'console';

export function outsideOf(tokens: readonly Token[]): Set<Outside> {
  const found = new Set<Outside>();
  tokens.forEach((token, index) => {
    if (token.kind !== 'name') return;
    const touched = touchedBy(tokens, index, token.text);
    if (touched !== undefined) found.add(touched);
  });
  for (const { of, how } of importsOf(tokens)) {
    const module = modules[of];
    if (module !== undefined && how !== 'type') found.add(module);
  }
  return found;
}

const modules: Readonly<Record<string, Outside>> = {
  'node:process': 'process',
  'node:perf_hooks': 'clock',
  'node:timers': 'timers',
  'node:timers/promises': 'timers',
  nanoid: 'random',
  console: 'console',
  'node:console': 'console',
};

const globals: Readonly<Record<string, Outside>> = {
  process: 'process',
  // Reaching for a global by another way round.
  globalThis: 'process',
  performance: 'clock',
  crypto: 'random',
  setTimeout: 'timers',
  setInterval: 'timers',
  setImmediate: 'timers',
  console: 'console',
};

/** Wherever they stand, as these names mean nothing else. */
const anywhere: Readonly<Record<string, Outside>> = {
  randomUUID: 'random',
  randomBytes: 'random',
  randomInt: 'random',
  getRandomValues: 'random',
  hrtime: 'clock',
};

function touchedBy(tokens: readonly Token[], index: number, name: string): Outside | undefined {
  const sign = (offset: number): string => {
    const token = tokens[index + offset];
    return token?.kind === 'sign' || token?.kind === 'name' ? token.text : '';
  };
  if (Object.hasOwn(anywhere, name)) return anywhere[name];
  if (sign(-1) === '.' && sign(-2) !== '.') {
    const owner = sign(-2);
    if (owner === 'Math' && name === 'random') return 'random';
    if (owner === 'Date' && name === 'now') return 'clock';
    if (owner === 'AbortSignal' && name === 'timeout') return 'timers';
    return undefined;
  }
  if (name === 'Date' && sign(1) === '(' && (sign(-1) !== 'new' || sign(2) === ')')) return 'clock';
  if (name === 'Date' && sign(-1) === 'new' && sign(1) !== '(') return 'clock';
  if (!Object.hasOwn(globals, name)) return undefined;
  // A key of an object or of a type: `{ process: child }`, `process?: ChildProcess`.
  const isKey = [':', '?'].includes(sign(1)) && ['{', ',', ';', 'readonly'].includes(sign(-1));
  return isKey ? undefined : globals[name];
}
