// A cluster for a test of looks at pods: a stand-in that follows the published API, over TLS and with a bearer token.

import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TestContext } from 'node:test';
import { kubernetesLogs } from '../../smoke/probes/logs/kubernetes-logs.ts';
import type { KubernetesLogsOptions } from '../../smoke/probes/logs/kubernetes-logs-options.ts';
import { keyPair } from '../servers/key-pair.ts';
import { type KubernetesStandIn, kubernetesStandIn } from '../servers/kubernetes-stand-in.ts';
import { type Looks, looksOf } from './log-store-looks.ts';

export const standIn = 'against a stand-in that follows the published API';

export type Cluster = {
  server: KubernetesStandIn;
  folder: string;
  options: KubernetesLogsOptions;
  open(): Promise<Looks<KubernetesLogsOptions>>;
};

let keys: ReturnType<typeof keyPair> | undefined;

export async function setUp(
  t: TestContext,
  more: Partial<KubernetesLogsOptions> = { selector: 'app=worker' },
): Promise<Cluster> {
  keys ??= keyPair();
  const { pair, ca } = await keys;
  const folder = await mkdtemp(join(tmpdir(), 'smoketrail-kubernetes-'));
  const server = await kubernetesStandIn(pair, ca);
  t.after(async () => {
    await server.stop();
    await rm(folder, { recursive: true });
  });
  const options = { kubeconfig: await server.kubeconfig(folder), ...more };
  return { server, folder, options, open: () => looksOf(t, kubernetesLogs, options) };
}

/** A send of the run, for which the probe was opened before. */
export const justNow = (): { since: Date } => ({ since: new Date(Date.now() - 1_000) });
