// Names a run: sortable by time, unique across machines, safe as a file name.

import { customAlphabet } from 'nanoid';

const draw = customAlphabet('23456789abcdefghjkmnpqrstuvwxyz', 6);

/** `20261120T171500Z-k3m9xq` */
export function newRunId(now: Date): string {
  return `${now.toISOString().replace(/[-:]|\.\d+/gu, '')}-${draw()}`;
}
