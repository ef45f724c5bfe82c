// The `loki` plug-in: lines that Grafana Loki keeps, from a little before the send.

import type { Plugin } from '../plugin.ts';
import { type LokiOptions, lokiOptions } from './loki-options.ts';

export const loki: Plugin<LokiOptions> = {
  name: 'loki',
  summary: 'Lines that Grafana Loki keeps, selected by LogQL, from a little before the send',
  options: lokiOptions,
  queue: false,
  evidence: 'own',
  contract: {
    needs: 'reading of the logs (GET query_range) of one tenant',
    costs:
      'one range query for each 1000 lines since the send, at most 8 MB of them each; a short one where there are none',
    proof: 'nothing: test/contract/log-stores.test.ts',
  },
  connects: [],
  title: ({ query }) => (typeof query === 'string' ? query.slice(0, 80) : 'loki'),
  async open(_options, host) {
    const { openLoki } = await import('./loki-look.ts');
    return openLoki(host);
  },
};
