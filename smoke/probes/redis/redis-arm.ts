// Notes the end of a stream before the send, and hands out what follows it from there.

import { inTime } from '../before-the-send.ts';
import { isPast } from '../past-send.ts';
import { Blind, type Clock } from '../plugin.ts';
import { leavesNothing } from '../unseen.ts';
import type { RedisConnection } from './redis-connection.ts';
import { endOf, type Follower, followStream, type Keeping, type StreamEnd } from './redis-stream.ts';

const sinceOpened = 'opened';

const unarmed = leavesNothing(
  'its last entry before the send is not known',
  'The server could not be asked when the run began: send again once it can.',
);
const lost = leavesNothing(
  'the connection was lost since the send: what came and went meanwhile is not known',
  'Send again: the next send is watched from its beginning.',
);

/** From the entry noted before the send; for a send that is long past by the time that ids begin with, which is the server's. */
export async function armFollowing(
  connection: RedisConnection,
  stream: string | undefined,
  clock: Clock,
  keeping?: Keeping,
): Promise<(key: string, since: Date) => Follower> {
  const opened = clock.wall();
  const followers = new Map<string, Follower>();
  let losses = connection.losses();
  if (stream !== undefined) {
    const from = await armed(clock, (signal) => connection.ask(signal, (redis) => endOf(redis, stream)));
    if (from !== undefined) followers.set(sinceOpened, followStream(stream, from, { keeping }));
    else losses = connection.losses();
  }

  /** A server that was started anew may have lost entries that it had, read or not. */
  function watchful(follower: Follower): Follower {
    return {
      async read(redis, limit) {
        const followed = await follower.read(redis, limit);
        return connection.losses() === losses ? followed : { ...followed, unseen: [...followed.unseen, lost] };
      },
    };
  }

  return (key, since) => {
    const past = isPast(since, opened);
    const name = past ? String(since.getTime()) : sinceOpened;
    const late = past ? [] : [unarmed];
    const follower =
      followers.get(name) ??
      followStream(key, { id: `${Math.max(0, since.getTime() - 1)}-0` }, { late, keeping, byTime: true });
    followers.set(name, follower);
    return watchful(follower);
  };
}

/**
 * Undefined where the server cannot be asked: it may be there by the first look, which says so where it is not.
 * @throws Blind where it may not be asked, since that does not mend itself.
 */
async function armed(clock: Clock, ask: (signal: AbortSignal) => Promise<StreamEnd>): Promise<StreamEnd | undefined> {
  try {
    return await inTime(clock, ask);
  } catch (error) {
    if (error instanceof Blind && error.fault.kind === 'permission') throw error;
    return undefined;
  }
}
