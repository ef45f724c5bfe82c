// The `jaeger` plug-in: spans that Jaeger has stored, by the id of their trace or by a search.

import type { Plugin } from '../plugin.ts';
import { type JaegerOptions, jaegerOptions } from './jaeger-options.ts';

export const jaeger: Plugin<JaegerOptions> = {
  name: 'jaeger',
  summary: 'Spans stored in Jaeger: of one trace, or of a search by service and tags',
  options: jaegerOptions,
  places: { url: 'url' },
  evidence: 'own',
  contract: {
    needs: 'the HTTP API of jaeger-query, read-only',
    costs: 'one request a look',
    proof: 'nothing: test/contract/trace-stores.test.ts',
  },
  connects: [],
  title: ({ service, name, trace }) => {
    const what = typeof name === 'string' ? `spans ${name}` : 'spans';
    if (typeof service === 'string') return `${what} of ${service} in Jaeger`;
    return typeof trace === 'string' ? `${what} of trace ${trace} in Jaeger` : `${what} in Jaeger`;
  },
  async open(_given, host) {
    const { openJaeger } = await import('./jaeger-look.ts');
    return openJaeger(host);
  },
};
