// What becomes of a look where its time makes a difference.

import type { Glance } from './looker.ts';

/** An absence seen while the hop may still lag behind by design proves nothing. */
export function withinLag(glance: Glance, lag: number, clockStart: number): Glance {
  const { look } = glance;
  if (look.kind !== 'absent' || !look.proves || glance.began - clockStart >= lag) return glance;
  return { ...glance, look: { ...look, proves: false, detail: `looked before its lag of ${lag} ms was over` } };
}

export function notWaitedFor(now: number): Glance {
  const look = { kind: 'not-made', why: 'the record had arrived, so this look was not waited for' } as const;
  return { look, began: now, cost: { requests: 0, bytes: 0, ms: 0 } };
}
