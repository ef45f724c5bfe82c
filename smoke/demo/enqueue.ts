// The producer's end of the queue, with the faults that the queue can have: the job in it is wrong, late, held or dropped.

import type { Child } from './child.ts';
import { delayOf } from './delay.ts';
import type { Hold, JobPayload } from './job.ts';
import type { Producer } from './queue-ends.ts';
import { spoilAll } from './spoil.ts';
import type { WriteTruth } from './truth.ts';

/** Puts a job in the queue, unless its faults lose it at once. */
export async function enqueue(jobs: Producer, payload: JobPayload, child: Child, truth: WriteTruth): Promise<void> {
  const { booking, room } = payload;
  const faults = child.faults('queue', room);
  const holds: Hold[] = [];
  let delay = 0;
  let lost = false;
  for (const fault of faults) {
    const rule = fault.id;
    if (fault.name !== 'pinned') truth({ booking, room, hop: 'queue', fault: fault.name, rule });
    if (fault.name === 'delayed') delay += delayOf(fault, booking, 1000);
    if (fault.name === 'stuck') holds.push({ kind: 'stuck', rule });
    if (fault.name === 'pinned' && fault.worker !== undefined) holds.push({ kind: 'pin', rule, worker: fault.worker });
    if (fault.name !== 'dropped') continue;
    if (fault.ms === undefined || fault.ms === 0) lost = true;
    else holds.push({ kind: 'drop', rule, afterMs: fault.ms });
  }
  if (lost) return;
  // The first of each kind: two faults of a kind hold a job no more than one.
  const once = holds.filter((hold, index) => holds.findIndex(({ kind }) => kind === hold.kind) === index);
  await jobs.add(spoiltPayload(payload, faults), delay, once);
}

function spoiltPayload(payload: JobPayload, faults: ReturnType<Child['faults']>): JobPayload {
  const before = { note: payload.hostMessage, elsewhere: payload.internalNote ?? '' };
  const { note, elsewhere } = spoilAll(before, faults);
  return { ...payload, hostMessage: note, ...(elsewhere === '' ? {} : { internalNote: elsewhere }) };
}
