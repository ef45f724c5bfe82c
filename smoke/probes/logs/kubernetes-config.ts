// Where the API server of a cluster is, and as whom to ask it: by a kubeconfig, or within a cluster. The only file that
// loads the client library of Kubernetes, for its ways to log in.

import type { RequestOptions } from 'node:https';
import { resolve } from 'node:path';
import type { KubeConfig } from '@kubernetes/client-node';
import { textOf } from '../../core/text-of.ts';
import type { Secured } from '../http/http-agents.ts';
import { basic } from '../http/http-authorization.ts';
import { maskedLine } from '../masked-start.ts';
import { Blind, type Host } from '../plugin.ts';
import type { KubernetesTarget } from './kubernetes-logs-options.ts';

export type Cluster = {
  /** Address of the API server. */
  server: string;
  /** Of the context, if it names one. */
  namespace: string | undefined;
  /** What goes with a request; asked for each, since tokens end. Throws a Blind where nobody can log in. */
  credentials(): Promise<{ headers: Record<string, string>; secured: Secured; proxy: RequestOptions['agent'] }>;
};

/** Throws a Blind where the kubeconfig cannot be used. */
export async function clusterOf({ kubeconfig, context }: KubernetesTarget, host: Host): Promise<Cluster> {
  const { KubeConfig } = await import('@kubernetes/client-node');
  const config = new KubeConfig();
  const shown = kubeconfig ?? 'the kubeconfig';
  try {
    if (kubeconfig === undefined) config.loadFromDefault();
    else config.loadFromFile(resolve(host.baseDir, kubeconfig));
  } catch (cause) {
    const hint = 'Does kubectl read it? Paths start from the folder of the scenario file.';
    throw new Blind('error', `${shown} cannot be read: ${maskedLine(textOf(cause), 200, host.mask)}`, { cause, hint });
  }
  if (context !== undefined) config.setCurrentContext(context);
  const chosen = config.getContextObject(config.getCurrentContext());
  const cluster = config.getCurrentCluster();
  if (chosen === null || cluster === null)
    throw new Blind('error', `${shown} has no ${context === undefined ? 'current context' : `context ${context}`}`, {
      hint: 'Name one with context; `kubectl config get-contexts` lists them.',
    });
  if (!URL.canParse(cluster.server))
    throw new Blind('error', `${shown} names no address of an API server`, { hint: 'Look at its clusters.' });
  if (config.currentContext === 'loaded-context')
    throw new Blind('error', 'there is no kubeconfig, and this is no pod of a cluster', {
      hint: 'Name a file with kubeconfig, or set KUBECONFIG.',
    });
  // Certificates are verified here as everywhere: only `--insecure` says otherwise.
  config.clusters = config.clusters.map((one) => ({ ...one, skipTLSVerify: host.insecure }));
  return {
    server: cluster.server,
    namespace: chosen.namespace,
    credentials: () => credentialsOf(config, cluster.server, host),
  };
}

async function credentialsOf(config: KubeConfig, server: string, host: Host): ReturnType<Cluster['credentials']> {
  // As kubectl does, nobody is told who asks where all could read it: `kubectl proxy` knows by itself.
  if (!server.startsWith('https:')) return { headers: {}, secured: { id: 'plain', options: {} }, proxy: undefined };
  const options: RequestOptions = {};
  try {
    await config.applyToHTTPSOptions(options);
  } catch (cause) {
    throw new Blind('permission', `nobody could log in: ${maskedLine(textOf(cause), 200, host.mask)}`, {
      cause,
      hint: 'Does `kubectl get pods` work here, with the same kubeconfig and context?',
    });
  }
  const { ca, cert, key, pfx, passphrase, servername, auth, headers = {} } = options;
  const own = Object.fromEntries(Object.entries(headers).map(([name, value]) => [name.toLowerCase(), String(value)]));
  if (typeof auth === 'string') {
    const colon = auth.indexOf(':');
    own['authorization'] ??= basic(auth.slice(0, colon), auth.slice(colon + 1));
  }
  const token = /^Bearer (.+)$/.exec(own['authorization'] ?? '')?.[1];
  if (token !== undefined) host.learn(token, 'token of the kubeconfig');
  const tls = { ca, cert, key, pfx, passphrase, servername };
  const given = Object.fromEntries(Object.entries(tls).filter(([, value]) => value !== undefined));
  const secured = { id: Object.values(given).map(String).join('\n'), options: given };
  const proxied = config.getCurrentCluster()?.proxyUrl !== undefined;
  return { headers: own, secured, proxy: proxied ? options.agent : undefined };
}
