// The pods themselves as records: who runs, with which image, since when.

import type { Reading } from '../../core/look.ts';
import { rowCandidates } from '../../select/row.ts';
import { costOf, type Meter } from '../http/http-request.ts';
import type { Host } from '../plugin.ts';
import { podColumns } from './kubernetes-lines.ts';
import type { KubernetesLogsOptions } from './kubernetes-logs-options.ts';
import type { Pods } from './kubernetes-pods.ts';
import { counted } from './store-lines.ts';

/** What can hand on a record: a pod that is done does not. */
export async function podRecords(
  { pods, all }: Pods,
  { container: wanted }: KubernetesLogsOptions,
  which: string,
  meter: Meter,
  host: Host,
): Promise<Reading> {
  const live = pods.filter(({ phase }) => phase !== 'Succeeded' && phase !== 'Failed');
  const inputs = live.flatMap((pod) =>
    pod.containers
      .filter(({ name, now }) => (wanted === undefined ? now?.finishedAt === undefined : name === wanted))
      .map((container) => ({
        row: {
          ...podColumns(pod, container),
          phase: pod.phase,
          ready: container.ready,
          terminating: pod.terminating,
          labels: { ...pod.labels },
        },
        source: `pod ${pod.name}, container ${container.name}`,
        instance: pod.name,
      })),
  );
  return {
    candidates: await rowCandidates(inputs),
    whole: all,
    searched: `${counted(live.length, 'pod')} of ${which}${all ? '' : `; only ${pods.length} were read`}`,
    cost: costOf(meter, host),
  };
}
