// Whether a server of Redis only follows another one: then it may be behind, and what it lacks proves nothing.

import type { Reading } from '../../core/look.ts';
import type { Commands } from './redis-connection.ts';

/** HELLO needs no permission. Of a cluster the masters are asked. */
export async function doubtOf(redis: Commands): Promise<Pick<Reading, 'doubt'>> {
  if ('nodes' in redis && typeof redis.nodes === 'function') return {};
  const flat: unknown = await redis.call('HELLO').catch((error: unknown) => {
    // A proxy may not know it.
    if (error instanceof Error && error.name === 'ReplyError') return [];
    throw error;
  });
  const said = Array.isArray(flat) ? flat.map(String) : [];
  const role = said[said.indexOf('role') + 1];
  return role === 'replica' || role === 'slave'
    ? { doubt: 'the server follows another one (it is a replica) and may be behind it' }
    : {};
}
