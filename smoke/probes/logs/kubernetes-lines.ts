// The log of one run of a container, as lines with what is known of the pod.

import type { Meter } from '../http/http-request.ts';
import { saidIn } from '../http/query-api.ts';
import { maskedLine } from '../masked-start.ts';
import type { Host } from '../plugin.ts';
import type { KubernetesApi } from './kubernetes-api.ts';
import type { Container, Pod, Run } from './kubernetes-pods.ts';
import type { StoredLine } from './store-lines.ts';

/** Whose log is read. `previous`: of the run before the present one. */
export type Part = { pod: Pod; container: Container; run: Run; previous: boolean };

export type Wanted = { namespace: string; from: Date; limit: number };

/** `gone`: the pod went after it was listed. */
export type PartRead = { lines: StoredLine[]; doubts: string[]; more: boolean; gone?: true };

/** A look reads answers up to 8 MB; the server ends a log that is asked for with a limit in the middle of a line. */
const BYTES = 7 * 1024 * 1024;
/** The limit is kept roughly: "slightly more or slightly less". */
const NEARLY = 65_536;
const stamped = /^(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d{1,9})?(?:Z|[+-]\d\d:\d\d)) ?(.*)$/s;

/** The runs of which something may have been written since that moment, and what cannot be read of those before. */
export function partsOf(pod: Pod, wanted: string | undefined, from: Date): { parts: Part[]; lost: string[] } {
  const parts: Part[] = [];
  const lost: string[] = [];
  const since = (time: string | undefined): boolean => time === undefined || Date.parse(time) >= from.getTime();
  for (const container of pod.containers) {
    if (wanted !== undefined && container.name !== wanted) continue;
    const { now, before, restarts } = container;
    if (before !== undefined && since(before.finishedAt)) parts.push({ pod, container, run: before, previous: true });
    if (now !== undefined && (now.finishedAt === undefined || since(now.finishedAt)))
      parts.push({ pod, container, run: now, previous: false });
    // Only the logs of the last two runs are kept.
    const oldest = before ?? now;
    const kept = before === undefined ? 0 : 1;
    if (restarts > kept && oldest?.startedAt !== undefined && since(oldest.startedAt))
      lost.push(`${pod.name} was restarted ${restarts} times, and only the logs of its last runs are kept`);
  }
  return { parts, lost };
}

/** Throws a Blind, or what aborted the look. */
export async function linesOf(
  api: KubernetesApi,
  part: Part,
  { namespace, from, limit }: Wanted,
  host: Host,
  meter: Meter,
  signal: AbortSignal,
): Promise<PartRead> {
  const { pod, container, previous } = part;
  const name = `${previous ? 'the previous log' : 'the log'} of ${pod.name}/${container.name}`;
  const query = {
    container: container.name,
    sinceTime: `${from.toISOString().slice(0, 19)}Z`,
    timestamps: 'true',
    tailLines: limit,
    limitBytes: BYTES,
    ...(previous && { previous: 'true' }),
  };
  const path = `/api/v1/namespaces/${namespace}/pods/${pod.name}/log`;
  const { status, text, broken } = await api.text(
    { path, query, needs: 'get on pods/log', also: [400, 404] },
    meter,
    signal,
  );
  // 404: the pod went after it was listed. 400: the container is not there yet, or its log is gone.
  if (status === 404) return { lines: [], doubts: [], more: false, gone: true };
  if (status === 400)
    return {
      lines: [],
      doubts: [`${name} could not be read: ${maskedLine(saidIn(text), 120, host.mask)}`],
      more: false,
    };
  const lines = text.split('\n');
  // What stands behind the last line break was not written to its end, or cut.
  const rest = lines.pop() ?? '';
  const cut = Buffer.byteLength(text) >= BYTES - NEARLY;
  if (rest !== '' && !broken && !cut) lines.push(rest);
  const read = lines.map((line) => stamped.exec(line));
  const more = cut || lines.length >= limit;
  const doubts = [
    ...(broken ? [`${name} broke off`] : []),
    // The node says so in place of lines, with status 200.
    ...(read.some((match) => match === null) ? [`${name} holds what is no line of it`] : []),
    ...(more ? [`${name} has more lines than were read`] : []),
  ];
  const columns = columnsOf(part, namespace);
  return {
    lines: read.flatMap((match): StoredLine[] => {
      const [, at, line = ''] = match ?? [];
      if (at === undefined) return [];
      const source = `${pod.name}/${container.name}${previous ? ' (previous run)' : ''} at ${at}`;
      return [{ text: line.replace(/\r$/, ''), source, at, instance: pod.name, columns }];
    }),
    doubts,
    more,
  };
}

/** A run before the present one may have had another image under the same tag, so its id is not known. */
function columnsOf({ pod, container, run, previous }: Part, namespace: string): Record<string, string> {
  const { imageID, startedAt: podStartedAt, ...known } = podColumns(pod, container);
  const startedAt = run.startedAt ?? podStartedAt ?? '';
  const all = { ...known, namespace, startedAt, ...(!previous && { imageID: imageID ?? '' }) };
  return Object.fromEntries(Object.entries(all).filter(([, value]) => value !== ''));
}

/** What `evidence` and `release` may name. */
export function podColumns(pod: Pod, container: Container): Record<string, string> {
  return {
    pod: pod.name,
    container: container.name,
    image: container.image,
    imageID: container.imageID,
    node: pod.node,
    startedAt: container.now?.startedAt ?? pod.startedAt ?? '',
    restarts: String(container.restarts),
    owner: pod.owner,
    deployment: pod.deployment,
    version: pod.labels['app.kubernetes.io/version'] ?? '',
  };
}
