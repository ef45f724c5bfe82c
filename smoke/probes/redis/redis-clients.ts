// The clients of a Redis server, as CLIENT LIST tells them: who consumes, under the name that each gave itself.

import type { RowInput } from '../../select/row.ts';
import type { Commands } from './redis-connection.ts';
import { bytesOf, globOf } from './redis-glob.ts';
import { nodesOf } from './redis-keys.ts';

export type ClientsRead = { clients: readonly RowInput[]; total: number; requests: number; bytes: number };

/** `now`: what ages are counted back from. Our own connection is left out. */
export async function readClients(redis: Commands, pattern: string, limit: number, now: Date): Promise<ClientsRead> {
  const { named, requests, bytes } = await namedClients(redis, globOf(pattern));
  return {
    clients: named
      .slice(0, limit)
      .map((one) => rowOf(one, one['name'] ?? '', now, (name, host) => `${name} at ${host}`)),
    total: named.length,
    requests,
    bytes,
  };
}

/** The workers of a queue of BullMQ: their connections are named `PREFIX:QUEUE:w:NAME`, the queue in base64. */
export async function readWorkers(redis: Commands, base: string, limit: number, now: Date): Promise<ClientsRead> {
  const isOne = (name: string): boolean => name === base || name.startsWith(`${base}:w:`);
  const { named, requests, bytes } = await namedClients(redis, isOne);
  const clients = named
    .slice(0, limit)
    .map((one) => rowOf(one, (one['name'] ?? '').slice(`${base}:w:`.length), now, (name, host) => name || host));
  return { clients, total: named.length, requests, bytes };
}

type Client = Readonly<Record<string, string>>;

async function namedClients(
  redis: Commands,
  isOne: (name: string) => boolean,
): Promise<{ named: Client[]; requests: number; bytes: number }> {
  const lists = await Promise.all(nodesOf(redis).map((node) => node.call('CLIENT', 'LIST')));
  const texts = lists.map(String);
  const all = texts.flatMap((text) =>
    text
      .split('\n')
      .filter((line) => line !== '')
      .map(clientIn),
  );
  const named = all.filter(({ name = '' }) => name !== '' && name !== 'smoketrail' && isOne(bytesOf(name)));
  return { named, requests: texts.length, bytes: texts.reduce((sum, text) => sum + text.length, 0) };
}

/** `id=3 addr=127.0.0.1:50846 name=worker-2 age=12 idle=3 …`: no value holds a space. */
function clientIn(line: string): Client {
  return Object.fromEntries(
    line
      .trim()
      .split(' ')
      .map((pair) => {
        const at = pair.indexOf('=');
        return [pair.slice(0, at), pair.slice(at + 1)];
      }),
  );
}

const shown = ['id', 'addr', 'age', 'idle', 'db', 'cmd', 'user', 'flags', 'lib-name', 'lib-ver'] as const;

/** A pool of connections is one instance; the name of a worker is what it writes into the jobs that it takes. */
function rowOf(client: Client, name: string, now: Date, instanceOf: (name: string, host: string) => string): RowInput {
  const columns = shown.flatMap((key) => (client[key] === undefined ? [] : [[key, client[key]] as const]));
  const started = new Date(now.getTime() - Number(client['age'] ?? 0) * 1000);
  const { addr = '?' } = client;
  const [host = addr] = /^.*(?=:\d+$)/.exec(addr) ?? [];
  return {
    row: {
      name,
      ...Object.fromEntries(columns),
      ...(!Number.isNaN(started.getTime()) && { started_at: started.toISOString() }),
    },
    source: `client ${name === '' ? '' : `${name} `}at ${addr}`,
    instance: instanceOf(name, host),
  };
}
