// Makes late, in the bundle, what our HTTP library makes early and a smoke test seldom needs: fetch's form data, list
// formatting, a decoder of UTF-16. Each costs a cold start a millisecond or more. The build fails where a library no
// longer has the place that is changed here.

import { readFile } from 'node:fs/promises';
import type { Plugin } from 'esbuild';

type Change = { file: RegExp; from: string; to: string };

const changes: readonly Change[] = [
  {
    // `FormData` is a lazy global: naming it loads Node's whole fetch.
    file: /[\\/]got[\\/]dist[\\/]source[\\/]core[\\/]index\.js$/,
    from: '!(options.body instanceof FormData)',
    to: '!(Object.prototype.toString.call(options.body) === "[object FormData]" && options.body instanceof FormData)',
  },
  {
    file: /[\\/]got[\\/]dist[\\/]source[\\/]core[\\/]response\.js$/,
    from: "new TextDecoder('utf-16le')",
    to: "{ decode: (data) => new TextDecoder('utf-16le').decode(data) }",
  },
  {
    file: /[\\/]@sindresorhus[\\/]is[\\/]distribution[\\/]index\.js$/,
    from: "new Intl.ListFormat('en', { style: 'long', type: 'conjunction' })",
    to: "{ format: (list) => new Intl.ListFormat('en', { style: 'long', type: 'conjunction' }).format(list) }",
  },
  {
    file: /[\\/]@sindresorhus[\\/]is[\\/]distribution[\\/]index\.js$/,
    from: "new Intl.ListFormat('en', { style: 'long', type: 'disjunction' })",
    to: "{ format: (list) => new Intl.ListFormat('en', { style: 'long', type: 'disjunction' }).format(list) }",
  },
];

export function lateGlobals(): Plugin {
  return {
    name: 'late-globals',
    setup({ onLoad, onEnd }) {
      const made = new Set<Change>();
      onLoad({ filter: /[\\/]node_modules[\\/](?:got|@sindresorhus[\\/]is)[\\/].*\.js$/ }, async ({ path }) => {
        const here = changes.filter(({ file }) => file.test(path));
        if (here.length === 0) return undefined;
        let contents = await readFile(path, 'utf8');
        for (const change of here) {
          if (contents.includes(change.from)) made.add(change);
          contents = contents.replaceAll(change.from, change.to);
        }
        return { contents, loader: 'js' };
      });
      onEnd(() => {
        const unmade = changes.filter((change) => !made.has(change));
        return { errors: unmade.map(({ from }) => ({ text: `late-globals: no place is left that says ${from}` })) };
      });
    },
  };
}
