// The `tempo` plug-in: spans that Grafana Tempo has stored, by the id of their trace or by TraceQL.

import type { Plugin } from '../plugin.ts';
import { type TempoOptions, tempoOptions } from './tempo-options.ts';

export const tempo: Plugin<TempoOptions> = {
  name: 'tempo',
  summary: 'Spans stored in Grafana Tempo: of one trace, or of a search in TraceQL',
  options: tempoOptions,
  places: { url: 'url' },
  evidence: 'own',
  contract: {
    needs: 'the HTTP API of Tempo, read-only, for the tenant',
    costs: 'one request a look for a trace; for a search one more for each trace that it finds',
    proof: 'nothing: test/contract/trace-stores.test.ts',
  },
  connects: [],
  title: ({ service, name, trace, query }) => {
    const what = typeof name === 'string' ? `spans ${name}` : 'spans';
    if (typeof service === 'string') return `${what} of ${service} in Tempo`;
    if (typeof trace === 'string') return `${what} of trace ${trace} in Tempo`;
    return typeof query === 'string' ? `${what} of ${query} in Tempo` : `${what} in Tempo`;
  },
  async open(_given, host) {
    const { openTempo } = await import('./tempo-look.ts');
    return openTempo(host);
  },
};
