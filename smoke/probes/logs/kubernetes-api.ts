// Asks the API server of a cluster: reads alone, each within the budget of its host, and what it refuses said in words.
// https://kubernetes.io/docs/reference/using-api/api-concepts/

import { type Json, parseJson } from '../../select/json-text.ts';
import { createAgents } from '../http/http-agents.ts';
import { ask } from '../http/http-ask.ts';
import type { Line } from '../http/http-exchange.ts';
import { blindOf, HttpFault } from '../http/http-fault.ts';
import type { Values } from '../http/http-options.ts';
import { type Around, type Final, type Meter, wireOf } from '../http/http-request.ts';
import { textOf } from '../http/http-text.ts';
import { noJar } from '../http/http-token.ts';
import { refusalOf } from '../http/query-api.ts';
import { orAborted } from '../or-aborted.ts';
import { Blind, type Host } from '../plugin.ts';
import { type Cluster, clusterOf } from './kubernetes-config.ts';
import type { KubernetesTarget } from './kubernetes-logs-options.ts';

/** `needs` names the verb, for who may not: `list on pods`. `also`: statuses whose answer is read as well. */
export type Read = { path: string; query?: Values; needs: string; also?: readonly number[] };

/** `broken`: the answer broke off, and this is what had come. */
export type Answer = { status: number; text: string; broken: boolean };

export type KubernetesApi = {
  /** Of the context. */
  namespace: string | undefined;
  /** Throws a Blind, or what aborted the look. */
  text(read: Read, meter: Meter, signal: AbortSignal): Promise<Answer>;
  /** Undefined where a status of `also` was answered. */
  json(read: Read, meter: Meter, signal: AbortSignal): Promise<Json | undefined>;
  close(): void;
};

export async function kubernetesApi(target: KubernetesTarget, host: Host): Promise<KubernetesApi> {
  const cluster = await clusterOf(target, host);
  const agents = createAgents({ keepAlive: true });
  const text: KubernetesApi['text'] = async (read, meter, signal) => {
    const { headers, secured, proxy } = await orAborted(cluster.credentials(), signal);
    const through = proxy === undefined ? agents : { for: () => ({ https: proxy as never }) };
    const line: Line = { agents: through, insecure: host.insecure, secured };
    return answerOf(cluster, read, headers, { host, cookies: noJar, signal, meter, line });
  };
  return {
    namespace: cluster.namespace,
    text,
    async json(read, meter, signal) {
      const { status, text: body, broken } = await text(read, meter, signal);
      if (read.also?.includes(status) === true) return undefined;
      if (broken) throw new Blind('wrong-answer', `GET ${read.path}: the connection broke in the middle of the answer`);
      try {
        return parseJson(body);
      } catch (cause) {
        const hint = 'Is the server of the kubeconfig the API server of a cluster?';
        throw new Blind('wrong-answer', `GET ${read.path} was not answered with JSON`, { cause, hint });
      }
    },
    close: () => agents.close(),
  };
}

async function answerOf(
  { server }: Cluster,
  { path, query, needs, also = [] }: Read,
  headers: Record<string, string>,
  around: Around,
): Promise<Answer> {
  const { host } = around;
  const url = server.replace(/\/+$/, '') + path;
  const options = { url, query, headers, follow: false };
  const wire = await wireOf(options, host, { as: 'text' });
  let final: Final;
  try {
    final = await ask(wire, options, around, () => true);
  } catch (error) {
    if (!(error instanceof HttpFault)) throw error;
    const { begun, kind } = error.facts;
    if (begun?.status === 200) return { status: 200, text: textOf(begun.body, undefined), broken: true };
    if (kind !== 'refused') throw blindOf(error);
    const hint =
      'Is the cluster up, and its address and authority in the kubeconfig right? Does `kubectl get pods` work?';
    throw new Blind('refused', error.message, { cause: error.facts.cause, hint });
  }
  const { status, body, headers: answered } = final.exchange;
  const type = answered['content-type'];
  const text = textOf(body, typeof type === 'string' ? type : undefined);
  if ((status >= 200 && status < 300) || also.includes(status)) return { status, text, broken: false };
  const refusal = refusalOf(final, text, 'Check namespace, and the name of the deployment.', host);
  if (status !== 401 && status !== 403) throw refusal;
  const hint =
    status === 401
      ? 'Log in again, or look at the user of the kubeconfig: does `kubectl get pods` work?'
      : `A Role must allow this account the verb ${needs} in that namespace.`;
  throw new Blind('permission', refusal.message, { hint, unauthorized: status === 401 });
}
