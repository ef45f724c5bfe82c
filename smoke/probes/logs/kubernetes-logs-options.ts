// The options of the `kubernetes-logs` plug-in.

import * as v from 'valibot';
import { told } from '../told.ts';

/** Which cluster, and as whom. */
export type KubernetesTarget = { kubeconfig?: string | undefined; context?: string | undefined };

/** Which pods. Exactly one of `selector`, `pod` and `deployment`. */
export type PodChoice = {
  namespace?: string | undefined;
  selector?: string | undefined;
  pod?: string | undefined;
  deployment?: string | undefined;
};

export type KubernetesLogsOptions = KubernetesTarget &
  PodChoice & {
    container?: string | undefined;
    /** The pods themselves are the records, and not what they log. */
    pods?: boolean | undefined;
    limit?: number | undefined;
  };

/** What the API takes as the name of an object, and as a part of a path. */
const objectName = v.pipe(v.string(), v.regex(/^[a-z0-9]([a-z0-9.-]{0,251}[a-z0-9])?$/, 'a name of Kubernetes'));
const text = v.pipe(v.string(), v.minLength(1));

export const kubernetesLogsOptions: v.GenericSchema<unknown, KubernetesLogsOptions> = v.pipe(
  v.objectWithRest(
    {
      kubeconfig: v.optional(
        told(
          text,
          'A kubeconfig file. Default: as for kubectl, and within a cluster the account of the pod.',
          './kubeconfig',
        ),
      ),
      context: v.optional(told(text, 'The context in it. Default: its current one.', 'staging')),
      namespace: v.optional(told(objectName, 'Default: that of the context, or default.', 'booking')),
      selector: v.optional(told(text, 'Labels that the pods have, as for `kubectl -l`.', 'app=app-worker')),
      pod: v.optional(told(objectName, 'One pod by its name.', 'app-worker-0')),
      deployment: v.optional(told(objectName, 'The pods of a deployment.', 'app-worker')),
      container: v.optional(told(objectName, 'The container in each pod. Default: all of them.', 'worker')),
      pods: v.optional(
        told(
          v.boolean(),
          'The pods are the records, with the image that each runs: for `release`. Default false.',
          true,
        ),
      ),
      limit: v.optional(
        told(
          v.pipe(v.number(), v.integer(), v.minValue(1), v.maxValue(50_000)),
          'The most lines that a look reads of each container, the newest. Default 5000.',
          10_000,
        ),
      ),
    },
    v.never('unknown key'),
  ),
  v.check(
    ({ selector, pod, deployment }) => [selector, pod, deployment].filter((one) => one !== undefined).length === 1,
    'name exactly one of selector, pod and deployment',
  ),
);
