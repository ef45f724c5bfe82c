// The `browser` plug-in: what a person does and sees in a browser. Playwright and the browser load when it is used.

import { titleOf } from '../http/http-address.ts';
import type { Plugin } from '../plugin.ts';
import { type BrowserOptions, onlyRead } from './browser-action.ts';
import { browserOptions } from './browser-options.ts';

export const browser: Plugin<BrowserOptions> = {
  name: 'browser',
  summary: 'Pages in a real browser (Chromium): forms as a user fills them in, and what a page shows',
  options: browserOptions,
  list: 'steps',
  places: { 'steps.goto': 'url' },
  // What is looked for or read is no text that was sent.
  documents: ['goto', 'click', 'hover', 'wait', 'read', 'expect', 'screenshot'].map((action) => `steps.${action}`),
  owned: true,
  budgeted: true,
  contract: {
    needs: 'what the user it logs in as may see; a read-only account is enough',
    costs: 'a page with all it loads, up to 8 MB',
    proof: 'nothing where opening the page changes nothing: test/probes/browser-look.test.ts',
  },
  connects: [],
  field: onlyRead,
  title: pageTitle,
  async open(_options, host) {
    const { openBrowser } = await import('./browser-look.ts');
    return openBrowser(host);
  },
  async ready(_options, host) {
    const { findBrowser } = await import('./browser-launch.ts');
    await findBrowser(host);
  },
  async trigger(host) {
    const { browserTrigger } = await import('./browser-send.ts');
    return browserTrigger(host);
  },
};

/** The last address that is opened: `page /extranet/reservations?ref=${{ booking }}`. */
function pageTitle({ steps }: Readonly<Record<string, unknown>>): string {
  const opened = (Array.isArray(steps) ? steps : []).flatMap(
    (step: BrowserOptions['steps'][number]) => step?.goto ?? [],
  );
  const last = opened.at(-1);
  const url = typeof last === 'string' ? last : last?.url;
  return url === undefined ? '' : titleOf({ url }).replace(/^GET/, 'page');
}
