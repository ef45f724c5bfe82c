// A stand-in for the API server of Kubernetes that follows the published API: lists of pods with their pages, deployments,
// and the logs of containers, over TLS for a bearer token. https://kubernetes.io/docs/reference/kubernetes-api/

import { writeFile } from 'node:fs/promises';
import type { ServerResponse } from 'node:http';
import { join } from 'node:path';
import { type Asked, giveJson, type HttpStandIn, httpStandIn, type Pair } from './http-stand-in.ts';

type Line = { at: Date; text: string };

export type StandInPod = {
  name: string;
  uid: string;
  labels: Record<string, string>;
  owner?: { kind: string; name: string };
  startTime: string;
  containers: Record<string, StandInContainer>;
};

export type StandInContainer = {
  image: string;
  imageID: string;
  restartCount: number;
  startedAt: string;
  /** The state is `waiting` where it is in a loop of crashes, or never ran. */
  waiting?: string;
  lastTerminated?: { startedAt: string; finishedAt: string };
  log: Line[];
  previousLog?: Line[];
};

export type KubernetesStandIn = HttpStandIn & {
  pods: StandInPod[];
  deployments: Record<string, { matchLabels: Record<string, string> }>;
  /** `list pods`: what the account may not do. */
  forbidden: Set<string>;
  /** Places in a list that are forgotten by now: so many more are answered with 410. */
  expired: number;
  /** The most pods of one answer. */
  page: number;
  /** Called with the path before a log is answered. */
  beforeLog(path: string): void;
  token: string;
  /** A pod with one container `worker`, started an hour ago. */
  add(name: string, more?: Partial<StandInPod> & { container?: Partial<StandInContainer> }): StandInContainer;
  /** Writes now. */
  log(pod: string, text: string): void;
  /** A kubeconfig for it, in that folder: its path. */
  kubeconfig(folder: string, more?: { token?: string; ca?: Buffer; namespace?: string }): Promise<string>;
};

/** The service is in the namespace `booking`. */
export async function kubernetesStandIn(pair: Pair, ca: Buffer): Promise<KubernetesStandIn> {
  const token = 'stand-in-token-0123456789';
  const server = await httpStandIn((asked, response) => answer(self, asked, response), pair);
  const self: KubernetesStandIn = {
    ...server,
    pods: [],
    deployments: {},
    forbidden: new Set(),
    expired: 0,
    page: Number.POSITIVE_INFINITY,
    beforeLog: () => undefined,
    token,
    add(name, { container, ...more } = {}) {
      const startTime = new Date(Date.now() - 3_600_000).toISOString();
      const worker: StandInContainer = {
        image: 'registry.example/worker:latest',
        imageID: `registry.example/worker@sha256:${'a'.repeat(64)}`,
        restartCount: 0,
        startedAt: startTime,
        log: [],
        ...container,
      };
      const uid = `uid-${name}`;
      self.pods.push({ name, uid, labels: { app: 'worker' }, startTime, containers: { worker }, ...more });
      return worker;
    },
    log(pod, text) {
      self.pods.find(({ name }) => name === pod)?.containers['worker']?.log.push({ at: new Date(), text });
    },
    async kubeconfig(folder, more = {}) {
      const cluster = { server: server.url, 'certificate-authority-data': (more.ca ?? ca).toString('base64') };
      const config = {
        apiVersion: 'v1',
        kind: 'Config',
        'current-context': 'staging',
        clusters: [{ name: 'stand-in', cluster }],
        users: [{ name: 'reader', user: { token: more.token ?? token } }],
        contexts: [
          { name: 'staging', context: { cluster: 'stand-in', user: 'reader', namespace: more.namespace ?? 'booking' } },
          { name: 'other', context: { cluster: 'stand-in', user: 'reader' } },
        ],
      };
      // JSON is YAML.
      const file = join(folder, 'kubeconfig');
      await writeFile(file, JSON.stringify(config));
      return file;
    },
  };
  return self;
}

/** https://kubernetes.io/docs/reference/kubernetes-api/common-definitions/status/ */
function status(response: ServerResponse, code: number, reason: string, message: string): void {
  giveJson(response, code, {
    kind: 'Status',
    apiVersion: 'v1',
    metadata: {},
    status: 'Failure',
    message,
    reason,
    code,
  });
}

function answer(self: KubernetesStandIn, asked: Asked, response: ServerResponse): void {
  if (asked.headers.authorization !== `Bearer ${self.token}`) {
    status(response, 401, 'Unauthorized', 'Unauthorized');
    return;
  }
  const parts = /^\/(?:api\/v1|apis\/apps\/v1)\/namespaces\/([^/]+)\/(pods|deployments)(?:\/([^/]+))?(\/log)?$/.exec(
    asked.path,
  );
  if (asked.method !== 'GET' || parts === null) {
    status(response, 404, 'NotFound', 'the server could not find the requested resource');
    return;
  }
  const [, namespace = '', kind = '', name, log] = parts;
  const resource = `${kind}${log ?? ''}`;
  const verb = name === undefined ? 'list' : 'get';
  if (self.forbidden.has(`${verb} ${resource}`)) {
    const what = `User "reader" cannot ${verb} resource "${resource}" in API group "" in the namespace "${namespace}"`;
    status(response, 403, 'Forbidden', `${kind} is forbidden: ${what}`);
  } else if (kind === 'deployments') deploymentOf(self, response, name ?? '');
  else if (log !== undefined) logOf(self, asked, response, name ?? '');
  // A namespace that is not there has no pods, and that is no error.
  else list(self, asked, response, namespace === 'booking' ? self.pods : []);
}

function deploymentOf({ deployments }: KubernetesStandIn, response: ServerResponse, name: string): void {
  const selector = deployments[name];
  if (selector === undefined) status(response, 404, 'NotFound', `deployments.apps "${name}" not found`);
  else giveJson(response, 200, { kind: 'Deployment', apiVersion: 'apps/v1', metadata: { name }, spec: { selector } });
}

function list(self: KubernetesStandIn, { query }: Asked, response: ServerResponse, pods: readonly StandInPod[]): void {
  const wanted = (query.get('labelSelector') ?? '').split(',').filter((one) => one !== '');
  const field = /^metadata\.name=(.*)$/.exec(query.get('fieldSelector') ?? '')?.[1];
  const found = pods
    .filter(({ name }) => field === undefined || name === field)
    .filter(({ labels }) =>
      wanted.every((one) => {
        const [label = '', value] = one.split('=');
        return labels[label] === value;
      }),
    );
  const place = query.get('continue');
  if (place !== null && self.expired > 0) {
    self.expired -= 1;
    status(response, 410, 'Expired', 'The provided continue parameter is too old to display a consistent list result.');
    return;
  }
  const start = Number(place ?? 0);
  const end = start + Math.min(self.page, Number(query.get('limit') ?? Number.POSITIVE_INFINITY));
  const metadata = { resourceVersion: '1', ...(end < found.length && { continue: String(end) }) };
  giveJson(response, 200, { kind: 'PodList', apiVersion: 'v1', metadata, items: found.slice(start, end).map(podJson) });
}

function podJson(pod: StandInPod): unknown {
  const { name, uid, labels, owner, startTime, containers } = pod;
  return {
    metadata: {
      name,
      uid,
      labels,
      namespace: 'booking',
      ...(owner && { ownerReferences: [{ ...owner, controller: true }] }),
    },
    spec: { nodeName: 'node-1', containers: Object.keys(containers).map((one) => ({ name: one })) },
    status: {
      phase: 'Running',
      startTime,
      containerStatuses: Object.entries(containers).map(([container, one]) => ({
        name: container,
        image: one.image,
        imageID: one.imageID,
        restartCount: one.restartCount,
        ready: one.waiting === undefined,
        state:
          one.waiting === undefined ? { running: { startedAt: one.startedAt } } : { waiting: { reason: one.waiting } },
        lastState: one.lastTerminated === undefined ? {} : { terminated: { exitCode: 1, ...one.lastTerminated } },
      })),
    },
  };
}

function logOf(self: KubernetesStandIn, { path, query }: Asked, response: ServerResponse, name: string): void {
  self.beforeLog(path);
  const pod = self.pods.find((one) => one.name === name);
  const container = pod?.containers[query.get('container') ?? ''];
  if (pod === undefined || container === undefined) {
    status(response, 404, 'NotFound', `pods "${name}" not found`);
    return;
  }
  const previous = query.get('previous') === 'true';
  const waits = container.waiting !== undefined;
  if (waits && container.lastTerminated === undefined) {
    status(
      response,
      400,
      'BadRequest',
      `container "worker" in pod "${name}" is waiting to start: ${container.waiting}`,
    );
    return;
  }
  const log = previous || waits ? container.previousLog : container.log;
  if (log === undefined) {
    status(response, 400, 'BadRequest', `previous terminated container "worker" in pod "${name}" not found`);
    return;
  }
  const since = Date.parse(query.get('sinceTime') ?? '1970-01-01T00:00:00Z');
  const stamp = query.get('timestamps') === 'true';
  const lines = log
    .filter(({ at }) => at.getTime() >= since)
    .slice(-Number(query.get('tailLines') ?? Number.POSITIVE_INFINITY))
    .map(({ at, text }) => `${stamp ? `${at.toISOString().replace('Z', '000000Z')} ` : ''}${text}\n`);
  const bytes = Buffer.from(lines.join('')).subarray(0, Number(query.get('limitBytes') ?? Number.POSITIVE_INFINITY));
  response.writeHead(200, { 'content-type': 'text/plain' }).end(bytes);
}
