// The `http` plug-in: looks at and sends to anything that speaks HTTP. What it needs on the wire loads when it is used.

import type { Plugin } from '../plugin.ts';
import { titleOf } from './http-address.ts';
import { type HttpOptions, httpOptions } from './http-options.ts';

export const http: Plugin<HttpOptions> = {
  name: 'http',
  summary: 'Requests over HTTP: an API, a page, or anything else that answers on a URL',
  options: httpOptions,
  places: { url: 'url', xml: 'xml' },
  documents: ['url', 'text', 'xml'],
  title: titleOf,
  budgeted: true,
  contract: {
    needs: 'what the address asks for; a read-only account is enough',
    costs: 'one request, up to 8 MB',
    proof: 'nothing where a GET changes nothing: test/probes/http-look.test.ts',
  },
  connects: [],
  async open(_options, host) {
    const { openHttp } = await import('./http-look.ts');
    return openHttp(host);
  },
  async trigger(host) {
    const { httpTrigger } = await import('./http-send.ts');
    return httpTrigger(host);
  },
};
