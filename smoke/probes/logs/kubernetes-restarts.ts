// What changed among pods while their logs were read: a run that a log was to be of may have ended, and another begun.

import type { Container, Pod } from './kubernetes-pods.ts';

/**
 * In words, for each pod one of whose containers runs anew: what its run before wrote was not read. A container that had
 * never run is none of them, nor a pod that came meanwhile: all that they wrote is younger than the look.
 */
export function restartsIn(
  before: readonly Pod[],
  after: readonly Pod[],
  wanted: string | undefined,
): readonly string[] {
  const now = new Map(after.map((pod) => [pod.uid, pod]));
  return before.flatMap((pod) => {
    const then = pod.containers.filter(({ name }) => (wanted ?? name) === name);
    const isAnew = then.some((one) =>
      runsAnew(
        one,
        now.get(pod.uid)?.containers.find(({ name }) => name === one.name),
      ),
    );
    return isAnew ? [`${pod.name} was restarted while its log was read`] : [];
  });
}

/** The count starts over where the node has cleaned up the runs before, so the start counts as well. */
function runsAnew(then: Container, now: Container | undefined): boolean {
  if (now === undefined) return false;
  if (now.restarts !== then.restarts) return true;
  const [started, starts] = [then.now?.startedAt, now.now?.startedAt];
  return started !== undefined && starts !== undefined && started !== starts;
}
