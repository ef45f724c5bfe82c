// Looks with the `kubernetes-logs` plug-in: lists the pods, and reads the log of each container since a little before the send.

import type { Reading } from '../../core/look.ts';
import { costOf, createMeter, type Meter } from '../http/http-request.ts';
import { isPast } from '../past-send.ts';
import { Blind, type Host, type Probe, type ReadContext } from '../plugin.ts';
import { allOf } from './kubernetes-all-logs.ts';
import { type KubernetesApi, kubernetesApi } from './kubernetes-api.ts';
import { linesOf, partsOf } from './kubernetes-lines.ts';
import type { KubernetesLogsOptions } from './kubernetes-logs-options.ts';
import { podRecords } from './kubernetes-pod-records.ts';
import { choiceOf, type Pod, type Pods, podsOf } from './kubernetes-pods.ts';
import { restartsIn } from './kubernetes-restarts.ts';
import { clockMargin, counted, storedLines } from './store-lines.ts';

const LIMIT = 5000;
/** Milliseconds that the API server has to list the pods before the send. */
const ARMING = 5000;

type State = {
  api: KubernetesApi;
  namespace: string;
  choice: Promise<Record<string, string>> | undefined;
  opened: Date;
  /** Pods that were seen, by uid. */
  seen: Map<string, string>;
  /** The pods there were before the send are known. */
  armed: boolean;
};

export async function openKubernetesLogs(
  given: Partial<KubernetesLogsOptions>,
  host: Host,
): Promise<Probe<KubernetesLogsOptions>> {
  const opened = host.clock.wall();
  const api = await kubernetesApi(given, host);
  const namespace = given.namespace ?? api.namespace ?? 'default';
  const state: State = { api, namespace, choice: undefined, opened, seen: new Map(), armed: false };
  const arming = new AbortController();
  const limit = host.clock.wait(ARMING, arming.signal).then(
    () => arming.abort(new Error('the API server did not answer in time')),
    () => undefined,
  );
  // It may be there by the first look, which says so where it is not.
  await list(state, given, createMeter(host), arming.signal).then(
    () => {
      state.armed = true;
    },
    () => undefined,
  );
  arming.abort();
  await limit;
  return {
    read: (options, context) => read(state, options, context, host),
    close: async () => api.close(),
  };
}

/** Those of the options that choose pods are among the ones that connect: the same in each look. */
async function list(
  state: State,
  options: Partial<KubernetesLogsOptions>,
  meter: Meter,
  signal: AbortSignal,
): Promise<Pods & { gone: string[] }> {
  const { api, namespace, seen } = state;
  const choice = state.choice ?? choiceOf(api, namespace, options, meter, signal);
  state.choice = choice;
  choice.catch(() => {
    state.choice = undefined;
  });
  const { pods, all } = await podsOf(api, namespace, await choice, meter, signal);
  const present = new Set(pods.map(({ uid }) => uid));
  const gone = [...seen].filter(([uid]) => !present.has(uid)).map(([, name]) => name);
  for (const { uid, name } of pods) seen.set(uid, name);
  return { pods, all, gone };
}

async function read(
  state: State,
  options: KubernetesLogsOptions,
  { since, signal }: ReadContext,
  host: Host,
): Promise<Reading> {
  const meter = createMeter(host);
  const { pods, all, gone } = await list(state, options, meter, signal);
  const which = `${state.namespace}/${options.pod ?? options.deployment ?? options.selector ?? ''}`;
  if (pods.length === 0 && gone.length === 0)
    throw new Blind('wrong-answer', `no pod is found by ${which}`, {
      hint: 'Check namespace, selector, pod and context: `kubectl get pods` with the same. A namespace that is not there has no pods, too.',
    });
  const { container } = options;
  const named = pods.flatMap((pod) => pod.containers.filter(({ name }) => (container ?? name) === name));
  if (container !== undefined && named.length === 0 && pods.some((pod) => pod.containers.length > 0))
    throw new Blind('wrong-answer', `no pod of ${which} has a container ${container}`, {
      hint: `There are ${[...new Set(pods.flatMap((pod) => pod.containers.map(({ name }) => name)))].join(', ')}.`,
    });
  if (options.pods === true) return podRecords({ pods, all }, options, which, meter, host);

  const from = new Date(Math.max(0, since.getTime() - clockMargin));
  const found = pods.map((pod) => partsOf(pod, container, from));
  const wanted = { namespace: state.namespace, from, limit: options.limit ?? LIMIT };
  const parts = found.flatMap((one) => one.parts);
  const { results, unread } = await allOf(parts, meter, signal, (part, own) =>
    linesOf(state.api, part, wanted, host, meter, own),
  );
  const past = isPast(since, state.opened);
  const went = [...gone, ...parts.filter((_, at) => results[at]?.gone === true).map(({ pod }) => pod.name)];
  const known = [...found.flatMap((one) => one.lost), ...goneOf(went)];
  const others = [
    ...(all ? [] : [`only ${pods.length} pods were read`]),
    ...(unread > 0 ? [`the logs of ${counted(unread, 'container')} were not read: 32 MB are read at once`] : []),
    ...(past ? ['pods that are gone since the send took their logs along'] : []),
    ...(past || state.armed ? [] : ['which pods there were before the send is not known']),
    ...results.flatMap((result) => result.doubts),
  ];
  const isWhole = known.length + others.length === 0;
  const meanwhile = isWhole ? await changesSince(pods, state, options, meter, signal) : { lost: [], doubts: [] };
  const lost = [...known, ...meanwhile.lost];
  const doubts = [...lost, ...others, ...meanwhile.doubts];
  const lines = results.flatMap((result) => result.lines);
  const more = !all || unread > 0 || results.some((result) => result.more);
  return {
    candidates: await storedLines(lines.toSorted((a, b) => Date.parse(a.at ?? '') - Date.parse(b.at ?? ''))),
    whole: doubts.length === 0,
    searched: [
      `${counted(lines.length, 'line')} of ${counted(pods.length, 'pod')} of ${which}`,
      ...new Set(doubts),
    ].join('; '),
    ...((more || lost.length > 0) && { unseen: more ? tooMuch : leftNothing(lost) }),
    cost: costOf(meter, host),
  };
}

/** Between the list and the log of a container its run may have ended, and taken along what it wrote. */
async function changesSince(
  before: readonly Pod[],
  state: State,
  options: KubernetesLogsOptions,
  meter: Meter,
  signal: AbortSignal,
): Promise<{ lost: readonly string[]; doubts: readonly string[] }> {
  try {
    const { pods, gone } = await list(state, options, meter, signal);
    return { lost: [...goneOf(gone), ...restartsIn(before, pods, options.container)], doubts: [] };
  } catch (error) {
    // What was read is there all the same, perhaps with the record in it.
    if (signal.aborted || !(error instanceof Blind)) throw error;
    return { lost: [], doubts: [`whether a pod was restarted meanwhile is not known: ${error.message}`] };
  }
}

function goneOf(names: readonly string[]): string[] {
  return [...new Set(names)].map((name) => `${name} is gone, and its log with it`);
}

const tooMuch: NonNullable<Reading['unseen']> = {
  kind: 'gave-up',
  message: 'there are more lines since the send than were read',
  hint: 'Choose fewer pods with selector, or one container; or raise limit (lower it where lines are very long).',
};

function leftNothing(lost: readonly string[]): NonNullable<Reading['unseen']> {
  return {
    kind: 'not-observable',
    message: lost.join('; '),
    hint: 'Look where logs are kept longer than pods (loki, elasticsearch), or send again once the deployment is done.',
  };
}
