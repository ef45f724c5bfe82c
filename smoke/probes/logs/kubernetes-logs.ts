// The `kubernetes-logs` plug-in: what the containers of pods wrote from a little before the send, and which image each runs.

import type { Plugin } from '../plugin.ts';
import { type KubernetesLogsOptions, kubernetesLogsOptions } from './kubernetes-logs-options.ts';

export const kubernetesLogs: Plugin<KubernetesLogsOptions> = {
  name: 'kubernetes-logs',
  summary: 'What pods of Kubernetes log, with the image that each runs; or the pods themselves, for a release',
  options: kubernetesLogsOptions,
  queue: false,
  evidence: 'own',
  contract: {
    needs: 'the verb list on pods, get on pods/log, and for a deployment get on deployments',
    costs: 'two lists of the pods, and the log since the send of each container, four at a time',
    proof: 'nothing: test/contract/log-stores.test.ts',
  },
  // The pods that there are before the send are noted: one that goes takes its log with it.
  connects: ['kubeconfig', 'context', 'namespace', 'selector', 'pod', 'deployment'],
  title: ({ namespace, selector, pod, deployment }) => {
    const which = [pod, deployment, selector].find((one) => typeof one === 'string') ?? 'pods';
    return `${typeof namespace === 'string' ? `${namespace}/` : ''}${String(which)}`.slice(0, 80);
  },
  async open(given, host) {
    const { openKubernetesLogs } = await import('./kubernetes-look.ts');
    return openKubernetesLogs(given, host);
  },
};
