// Sources of a plug-in as a third party would write them, and scenarios that name it.

import { type Site, scenarioAt } from './site.ts';

/** A probe that finds the bookings of the site by a file that it keeps; `more` replaces parts of it. */
export const probe = (read: string, more = ''): string => `
import { Blind, documentCandidate, type Plugin } from 'smoketrail';
type Options = { url: string };
export const plugin: Plugin<Options> = {
  name: 'mine',
  summary: 'What a test reads',
  connects: [],
  options: { '~standard': { version: 1, vendor: 'test', validate(value) {
    const { url, ...rest } = value as Record<string, unknown>;
    const [odd] = Object.keys(rest);
    if (odd !== undefined) return { issues: [{ message: 'unknown key', path: [odd] }] };
    return typeof url === 'string' ? { value: { url } } : { issues: [{ message: 'must be a text', path: ['url'] }] };
  } } },
  async open() { return { async read({ url }, { signal }) { ${read} } ${more} }; },
};
`;

export const reads: string = `
  const answer = await fetch(url, { signal });
  const text = await answer.text();
  const candidate = await documentCandidate({ text, format: 'json', source: 'mine', named: true });
  return { candidates: answer.ok ? [candidate] : [], whole: true, searched: 'mine', cost: { requests: 1, bytes: text.length, ms: 1 } };`;

export const by = (name: string, site: Site): string =>
  scenarioAt(site.url, { partner: `{ ${name}: { url: '${site.url}/partner/\${{ booking }}', field: $.note } }` });

export function write(site: Site, scenario: string, files: Readonly<Record<string, string>> = {}): void {
  site.file('booking.yaml', scenario);
  for (const [name, content] of Object.entries(files)) site.file(name, content);
}
