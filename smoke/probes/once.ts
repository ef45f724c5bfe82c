// What plug-ins make once for a run and share among their probes and triggers: a browser.

import type { Host } from './plugin.ts';

export function createOnce(): Host['once'] {
  const made = new Map<string, unknown>();
  return <T>(name: string, make: () => T): T => {
    if (!made.has(name)) made.set(name, make());
    // The same plug-in asks for the same name, and for nothing else under it.
    return made.get(name) as T;
  };
}
