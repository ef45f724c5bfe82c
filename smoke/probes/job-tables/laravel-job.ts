// What is in a job as Laravel writes it, on whatever connection: JSON, and in it the job itself, PHP-serialized.

import { jsonIn, membersOf, wordIn } from '../redis/redis-jobs.ts';
import type { JobRecord } from './job-table-row.ts';

/** `id`: the one that it keeps wherever it is put; empty where it has none. */
export function laravelJob(bytes: Uint8Array, state: string): JobRecord & { id: string } {
  const job = membersOf(jsonIn(bytes));
  const id = wordIn(job, 'uuid') || wordIn(job, 'id');
  const source = `job ${id || '?'} (${state})`;
  if (job === undefined) return { id, row: { payload: bytes, state }, source };
  const { data = null } = job;
  const command = wordIn(membersOf(data), 'command');
  const isClosed = command !== '' && !/^[aOC]:\d/.test(command);
  return {
    id,
    row: { uuid: wordIn(job, 'uuid'), job: wordIn(job, 'displayName'), attempts: wordIn(job, 'attempts'), data, state },
    source,
    says: ['data'],
    ...(isClosed && { closed: 'the job is encrypted (ShouldBeEncrypted): nobody can look into it' }),
  };
}
