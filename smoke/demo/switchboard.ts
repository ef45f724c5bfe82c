// Which faults are on, and the one way to tell all processes.

import type { Settings } from './child.ts';
import type { Fault } from './fault.ts';

export type Switchboard = {
  settings(): Settings;
  list(): readonly Fault[];
  nextId(): string;
  /** Resolves when every process knows. */
  on(fault: Fault): Promise<void>;
  /** Resolves when every process knows; false where no such fault is on. */
  off(id: string): Promise<boolean>;
};

/** `tellAll` brings the settings to every process. */
export function switchboard(partnerUrl: () => string, tellAll: (settings: Settings) => Promise<void>): Switchboard {
  const active = new Map<string, Fault>();
  const cleared: string[] = [];
  let lastId = 0;
  const settings = (): Settings => ({
    faults: [...active.values()],
    cleared: [...cleared],
    partnerUrl: partnerUrl(),
  });
  const changed = (): Promise<void> => tellAll(settings());
  return {
    settings,
    list: () => [...active.values()],
    nextId: () => `f${++lastId}`,
    on: (fault) => {
      active.set(fault.id, fault);
      return changed();
    },
    off: async (id) => {
      if (!active.delete(id)) return false;
      cleared.push(id);
      await changed();
      return true;
    },
  };
}
