// Keeps the driver from writing to standard error by itself. It does so where a server turns down the password of an
// address in a way that it goes on after; what stands on standard error is ours to say.

import type { Redis, RedisOptions } from 'ioredis';

/** Servers that need no password say so in these words (before and since version 6), and let everybody in. */
const needsNone = /no password is set|without any password configured for the default user/;
/** Before version 6 they know no users. The driver would go on without having entered. */
const knowsNoUsers = /wrong number of arguments for 'auth' command/;

/** With what the driver hands on: a password, or a list of user and password. */
type Enter = (...account: readonly unknown[]) => Promise<'OK'>;

/** The same client, which enters without the driver's words, and so do the clients that the driver makes of it. */
export function quietly(client: Redis): Redis {
  const enter = client.auth.bind(client) as unknown as Enter;
  const twin = client.duplicate.bind(client);
  const auth: Enter = (...account) =>
    enter(...account).catch((error: unknown) => {
      const said = error instanceof Error ? error.message : '';
      if (needsNone.test(said)) return 'OK' as const;
      if (!knowsNoUsers.test(said)) throw error;
      const message = 'WRONGPASS the server is older than Redis 6 and knows no users: name a password alone';
      // Without its cause, which would be told in its place.
      throw Object.assign(new Error(message), { name: 'ReplyError' });
    });
  const duplicate = (options?: Partial<RedisOptions>): Redis => quietly(twin(options));
  return Object.assign(client, { auth, duplicate });
}
