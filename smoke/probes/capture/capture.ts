// The `capture` plug-in: what a worker sent to the partner, seen by a listener that its partner URL points to.

import type { Plugin } from '../plugin.ts';
import { type CaptureOptions, captureOptions } from './capture-options.ts';

export const capture: Plugin<CaptureOptions> = {
  name: 'capture',
  summary: 'Requests that a worker sends to the partner, passed on by a listener that its partner URL points to',
  options: captureOptions,
  evidence: 'own',
  contract: {
    needs: 'the partner URL (or HTTP proxy) of the worker points to it; it reaches the partner',
    costs: 'nothing: a look reads what has passed; each request takes one hop more',
    proof: 'nothing of what passes: test/probes/capture-forward.test.ts',
  },
  // It listens before the send.
  connects: ['listen', 'forward', 'allow', 'ca', 'on-failure', 'limit', 'total'],
  title: ({ method, path }) => {
    const what = [method, path].filter((one) => typeof one === 'string').join(' ');
    return what === '' ? 'requests to the partner' : what;
  },
  async open(given, host) {
    const { openCapture } = await import('./capture-look.ts');
    return openCapture(given, host);
  },
};
