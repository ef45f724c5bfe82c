// What tests of job queues in databases share.

import { setTimeout as delay } from 'node:timers/promises';
import type { Candidate, Reading } from '../../smoke/core/look.ts';

export const marker = 'smk-42rcxa7100000001';

export async function until(isSo: () => Promise<boolean>): Promise<void> {
  while (!(await isSo())) await delay(10);
}

export function withMarker({ candidates }: Reading, text: string = marker): readonly Candidate[] {
  return candidates.filter((candidate) => candidate.text().includes(text));
}

export function ago(seconds: number): Date {
  return new Date(Date.now() - seconds * 1000);
}
