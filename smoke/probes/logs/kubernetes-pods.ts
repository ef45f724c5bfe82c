// The pods that a look is about, and what each container of them says of itself.

import type { Json } from '../../select/json-text.ts';
import type { Meter } from '../http/http-request.ts';
import { Blind } from '../plugin.ts';
import type { KubernetesApi } from './kubernetes-api.ts';
import type { PodChoice } from './kubernetes-logs-options.ts';

export type Run = { startedAt?: string | undefined; finishedAt?: string | undefined };

export type Container = {
  name: string;
  /** What was asked for, by a tag perhaps. What runs is told by `imageID` alone. */
  image: string;
  imageID: string;
  restarts: number;
  ready: boolean;
  /** The run that its log is of; undefined where it never ran. */
  now: Run | undefined;
  /** The run before that, whose log is still there. */
  before: Run | undefined;
};

export type Pod = {
  uid: string;
  name: string;
  node: string;
  phase: string;
  startedAt: string | undefined;
  terminating: boolean;
  /** The ReplicaSet, StatefulSet or other that made it: `ReplicaSet/app-worker-7c9f4`. */
  owner: string;
  deployment: string;
  labels: Readonly<Record<string, string>>;
  containers: readonly Container[];
};

export type Pods = { pods: readonly Pod[]; all: boolean };

/** Pods of one answer: each is several kilobytes. */
const PAGE = 100;
const MOST = 500;
/** How often a list is begun anew whose place was forgotten. */
const TRIES = 3;

/** Throws a Blind where they cannot be listed. `all: false` where there are more than are read. */
export async function podsOf(
  api: KubernetesApi,
  namespace: string,
  query: Readonly<Record<string, string>>,
  meter: Meter,
  signal: AbortSignal,
): Promise<Pods> {
  const path = `/api/v1/namespaces/${namespace}/pods`;
  for (let tries = 0; tries < TRIES; tries += 1) {
    const pods: Pod[] = [];
    let next = '';
    for (;;) {
      const place = next === '' ? {} : { continue: next };
      const read = { path, query: { ...query, limit: PAGE, ...place }, needs: 'list on pods', also: [410] };
      const answer = await api.json(read, meter, signal);
      // 410 Gone: the server does not know any more where the list was left.
      if (answer === undefined) break;
      const { items, metadata, kind } = membersOf(answer);
      if (!Array.isArray(items))
        throw new Blind('wrong-answer', `GET ${path} was answered with ${textIn(kind) || 'no list'}`);
      pods.push(...items.map(podOf));
      next = textIn(membersOf(metadata)['continue']);
      if (next === '') return { pods, all: true };
      if (pods.length >= MOST) return { pods, all: false };
    }
  }
  throw new Blind('busy', `the pods of ${namespace} changed faster than they could be listed`);
}

/** What a list of the chosen pods is asked for. Throws a Blind where the deployment cannot be read. */
export async function choiceOf(
  api: KubernetesApi,
  namespace: string,
  { selector, pod, deployment }: PodChoice,
  meter: Meter,
  signal: AbortSignal,
): Promise<Record<string, string>> {
  if (selector !== undefined) return { labelSelector: selector };
  if (pod !== undefined) return { fieldSelector: `metadata.name=${pod}` };
  const path = `/apis/apps/v1/namespaces/${namespace}/deployments/${deployment}`;
  const answer = membersOf(await api.json({ path, needs: 'get on deployments' }, meter, signal));
  const labels = labelsOf(membersOf(membersOf(answer['spec'])['selector']));
  // Without labels, every pod of the namespace would be meant.
  if (labels === '') throw new Blind('wrong-answer', `GET ${path} was answered without the selector of its pods`);
  return { labelSelector: labels };
}

/** https://kubernetes.io/docs/concepts/overview/working-with-objects/labels/#resources-that-support-set-based-requirements */
function labelsOf({ matchLabels, matchExpressions }: Members): string {
  const equal = Object.entries(textsOf(matchLabels)).map(([name, value]) => `${name}=${value}`);
  const others = (Array.isArray(matchExpressions) ? matchExpressions : []).map((one) => {
    const { key, operator, values } = membersOf(one);
    const list = `(${(Array.isArray(values) ? values : []).map(textIn).join(',')})`;
    const name = textIn(key);
    if (operator === 'In') return `${name} in ${list}`;
    if (operator === 'NotIn') return `${name} notin ${list}`;
    return operator === 'DoesNotExist' ? `!${name}` : name;
  });
  return [...equal, ...others].join(',');
}

function podOf(item: Json): Pod {
  const { metadata, spec, status } = membersOf(item);
  const { uid, name, labels, ownerReferences, deletionTimestamp } = membersOf(metadata);
  const { containerStatuses, initContainerStatuses, startTime, phase } = membersOf(status);
  const own = textsOf(labels);
  const owners = Array.isArray(ownerReferences) ? ownerReferences.map(membersOf) : [];
  const owner = owners.find((one) => one['controller'] === true) ?? {};
  const statuses = [initContainerStatuses, containerStatuses].flatMap((list) => (Array.isArray(list) ? list : []));
  return {
    uid: textIn(uid),
    name: textIn(name),
    node: textIn(membersOf(spec)['nodeName']),
    phase: textIn(phase),
    startedAt: textIn(startTime) || undefined,
    terminating: deletionTimestamp !== undefined,
    owner: owner['kind'] === undefined ? '' : `${textIn(owner['kind'])}/${textIn(owner['name'])}`,
    deployment: owner['kind'] === 'ReplicaSet' ? deploymentOf(textIn(owner['name']), own['pod-template-hash']) : '',
    labels: own,
    containers: statuses.map(containerOf),
  };
}

/** A ReplicaSet of a deployment is named after it, with the hash of its template behind. */
function deploymentOf(replicaSet: string, hash: string | undefined): string {
  const ending = `-${hash ?? ''}`;
  return hash !== undefined && replicaSet.endsWith(ending) ? replicaSet.slice(0, -ending.length) : '';
}

function containerOf(status: Json): Container {
  const { name, image, imageID, restartCount, ready, state, lastState } = membersOf(status);
  const { running, terminated } = membersOf(state);
  const last = runIn(membersOf(lastState)['terminated']);
  const current = runIn(running) ?? runIn(terminated);
  return {
    name: textIn(name),
    image: textIn(image),
    imageID: textIn(imageID),
    restarts: typeof restartCount === 'number' ? restartCount : 0,
    ready: ready === true,
    // Of one that waits to be started again, the log is that of its last run.
    now: current ?? last,
    before: current === undefined ? undefined : last,
  };
}

function runIn(value: Json | undefined): Run | undefined {
  if (value === undefined || value === null) return undefined;
  const { startedAt, finishedAt } = membersOf(value);
  return { startedAt: textIn(startedAt) || undefined, finishedAt: textIn(finishedAt) || undefined };
}

type Members = { readonly [name: string]: Json | undefined };

function membersOf(value: Json | undefined): Members {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? value : {};
}

function textIn(value: Json | undefined): string {
  return typeof value === 'string' ? value : '';
}

function textsOf(value: Json | undefined): Record<string, string> {
  return Object.fromEntries(Object.entries(membersOf(value)).map(([name, one]) => [name, textIn(one)]));
}
