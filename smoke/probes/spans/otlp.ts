// The `otlp` plug-in: takes in spans that services export over OTLP/HTTP, from the moment before the send.

import type { Plugin } from '../plugin.ts';
import { type OtlpOptions, otlpOptions, usualAddress } from './otlp-options.ts';

export const otlp: Plugin<OtlpOptions> = {
  name: 'otlp',
  summary: 'Spans that services export over OTLP/HTTP to a receiver in the runner, from the moment before the send',
  options: otlpOptions,
  evidence: 'own',
  contract: {
    needs: 'a port to listen on, and services that export their spans to it over OTLP/HTTP',
    costs: 'a look costs nothing; each service sends its spans to one more place',
    proof: 'nothing, since it asks nobody: test/contract/otlp.test.ts',
  },
  connects: ['listen'],
  title: ({ service, name, listen }) => {
    const which = typeof name === 'string' ? ` ${name}` : '';
    if (typeof service === 'string') return `spans${which} of ${service}`;
    return `spans${which} at ${typeof listen === 'string' ? listen : usualAddress}`;
  },
  async open(given, host) {
    const { openOtlp } = await import('./otlp-look.ts');
    return openOtlp(given, host);
  },
};
