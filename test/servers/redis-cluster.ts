// A Redis Cluster of a test's own: three masters on loopback that share the slots, gone with the test.

import { setTimeout as delay } from 'node:timers/promises';
import { Cluster } from 'ioredis';
import { freePort } from './free-port.ts';
import { type RedisServer, redisServer } from './redis.ts';

export type RedisCluster = {
  /** Of one of its nodes. */
  url: string;
  nodes: readonly RedisServer[];
  /** For what the test itself writes and reads. */
  client: Cluster;
  close(): Promise<void>;
};

const slots = [
  [0, 5460],
  [5461, 10_922],
  [10_923, 16_383],
] as const;

export async function redisCluster(): Promise<RedisCluster> {
  const nodes: RedisServer[] = [];
  const buses: number[] = [];
  for (const _ of slots) {
    const bus = await freePort();
    buses.push(bus);
    nodes.push(
      await redisServer('--cluster-enabled', 'yes', '--cluster-port', String(bus), '--cluster-node-timeout', '2000'),
    );
  }
  for (const [index, { client, port }] of nodes.entries()) {
    const [from = 0, to = 0] = slots[index] ?? [];
    await client.call('CLUSTER', 'ADDSLOTSRANGE', from, to);
    await nodes[0]?.client.call('CLUSTER', 'MEET', '127.0.0.1', port, buses[index] ?? 0);
  }
  const isUp = async ({ client }: RedisServer): Promise<boolean> => {
    const info = String(await client.call('CLUSTER', 'INFO'));
    return info.includes('cluster_state:ok') && info.includes('cluster_known_nodes:3');
  };
  for (let tries = 0; !(await Promise.all(nodes.map(isUp))).every(Boolean); tries += 1) {
    if (tries > 400) throw new Error('the cluster did not come up');
    await delay(50);
  }
  const [{ url = '' } = {}] = nodes;
  const client = new Cluster([url], { redisOptions: { protocol: 2 } });
  client.on('error', () => undefined);
  return {
    url,
    nodes,
    client,
    async close() {
      client.disconnect();
      await Promise.all(nodes.map((node) => node.close()));
    },
  };
}
