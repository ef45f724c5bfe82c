// What becomes of a look where its time makes a difference.

import type { Look } from '../core/look.ts';
import type { Hop } from '../scenario/model.ts';
import type { Glance } from './looker.ts';
import { maskTexts } from './masked-texts.ts';
import type { Mask } from './redact.ts';

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

/** What is known of a look that was still under way when nobody waited for it any more. */
export type CutLook = {
  hop: Pick<Hop, 'name' | 'look'>;
  /** The look at the same hop before it. */
  before: Look | undefined;
  /** The destinations that the hop leads to had the record. */
  arrived: boolean;
  began: number;
};

/** Says what is so: a look that was not needed any more, or one that had no end. Why the one before was blind stays told. */
export function cutLook(cut: CutLook, now: number, mask: Mask['mask']): Glance {
  return { look: maskTexts(lookOf(cut, now), mask), began: now, cost: { requests: 0, bytes: 0, ms: 0 } };
}

function lookOf({ hop, before, arrived, began }: CutLook, now: number): Look {
  const unneeded = 'the record had arrived, so this look was not waited for';
  const unended = `the watch was over, and this look had not ended ${Math.round(now - began)} ms after it began`;
  // That nothing could be seen there says nothing of whether it answers.
  if (before?.kind === 'blind' && before.fault.kind !== 'not-observable') {
    const { attachments: _, ...fault } = before.fault;
    return { kind: 'blind', fault: { ...fault, message: `${fault.message}; ${arrived ? unneeded : unended}` } };
  }
  if (arrived) return { kind: 'not-made', why: unneeded };
  return { kind: 'blind', fault: { kind: 'timeout', message: `${hop.look?.title ?? hop.name}: ${unended}` } };
}
