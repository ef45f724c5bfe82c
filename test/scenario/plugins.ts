// Plug-ins that only have options, for tests of the scenario language: nothing is opened or sent.

import * as v from 'valibot';
import type { Plugin } from '../../smoke/probes/plugin.ts';
import type { LoadTools } from '../../smoke/scenario/load.ts';

const unknownKey = v.never('unknown key');
const never = async (): Promise<never> => Promise.reject(new Error('not in this test'));

const http: Plugin = {
  name: 'http',
  summary: 'Requests',
  options: v.objectWithRest(
    {
      method: v.optional(v.picklist(['GET', 'POST', 'PUT', 'DELETE'])),
      url: v.pipe(
        v.string(),
        v.regex(/^https?:\/\//, 'an http address'),
        v.check((url) => !/^https?:/.test(url) || URL.canParse(url), 'no address'),
      ),
      headers: v.optional(v.record(v.string(), v.string())),
      json: v.optional(v.unknown()),
      text: v.optional(v.string()),
      xml: v.optional(v.string()),
      follow: v.optional(v.boolean()),
      expect: v.optional(
        v.objectWithRest({ status: v.optional(v.union([v.number(), v.array(v.number())])) }, unknownKey),
      ),
    },
    unknownKey,
  ),
  places: { url: 'url', xml: 'xml' },
  title: (options) => `${options['method'] ?? 'GET'} ${String(options['url']).replace('${{ vars.web }}', '')}`,
  connects: [],
  open: never,
  trigger: never,
};

const sql: Plugin = {
  name: 'sql',
  summary: 'Rows',
  options: v.objectWithRest(
    { sqlite: v.string(), query: v.string(), params: v.optional(v.array(v.unknown())) },
    unknownKey,
  ),
  connects: ['sqlite' as never],
  transient: true,
  open: never,
};

const log: Plugin = {
  name: 'log',
  summary: 'Lines',
  options: v.objectWithRest({ path: v.string() }, unknownKey),
  connects: ['path' as never],
  open: never,
};

/** A validator of nobody's library, as a third party may bring it. */
const foreign: Plugin = {
  name: 'foreign',
  summary: 'Sends only',
  options: {
    '~standard': {
      version: 1,
      vendor: 'someone',
      validate: async (value) =>
        typeof (value as { count?: unknown }).count === 'number'
          ? { value }
          : { issues: [{ message: 'Expected a count', path: [{ key: 'count' }] }] },
    },
  },
  connects: [],
  trigger: never,
};

export const plugins: readonly Plugin[] = [http, sql, log, foreign];

/** `files`: path behind the folder → text. */
export function tools(files: Readonly<Record<string, string>> = {}): LoadTools {
  return {
    plugin: async (name) => plugins.find((plugin) => plugin.name === name),
    pluginNames: plugins.map(({ name }) => name),
    baseDir: '/scenarios',
    readFile: async (path) => {
      const name = path.replace('/scenarios/', '');
      if (Object.hasOwn(files, name)) return files[name] ?? '';
      throw Object.assign(new Error('no such file'), { code: 'ENOENT' });
    },
  };
}
