// What becomes of a look where its time makes a difference.

import type { Glance } from './looker.ts';

/**
 * An absence seen while the hop may still lag behind by design proves nothing, nor does one in an answer that a cache has
 * had since before the send.
 */
export function withinLag(glance: Glance, lag: number, clockStart: number): Glance {
  const { look, fresh } = glance;
  if (look.kind !== 'absent' || !look.proves) return glance;
  const age = fresh?.reading.age ?? 0;
  const made = glance.began - clockStart - age;
  if (made >= lag) return glance;
  const detail =
    made < 0 && age > 0
      ? `the answer is ${Math.round(age / 1000)} s old, from before the send`
      : `looked before its lag of ${lag} ms was over`;
  return { ...glance, look: { ...look, proves: false, detail } };
}

export function notWaitedFor(now: number): Glance {
  const look = { kind: 'not-made', why: 'the record had arrived, so this look was not waited for' } as const;
  return { look, began: now, cost: { requests: 0, bytes: 0, ms: 0 } };
}
