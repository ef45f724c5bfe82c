// Loads late, in the bundle, what our HTTP library touches early and a smoke test never needs: HTTP/2, fetch's form data
// and list formatting. Each costs a cold start several milliseconds. The build fails where a library no longer has the
// place that is changed here.

import { readFile } from 'node:fs/promises';
import http2 from 'node:http2';
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
    setup({ onLoad, onResolve, onEnd }) {
      const made = new Set<Change>();
      onLoad({ filter: /[\\/]node_modules[\\/](?:got|@sindresorhus[\\/]is)[\\/].*index\.js$/ }, async ({ path }) => {
        const here = changes.filter(({ file }) => file.test(path));
        if (here.length === 0) return undefined;
        let contents = await readFile(path, 'utf8');
        for (const change of here) {
          if (contents.includes(change.from)) made.add(change);
          contents = contents.replaceAll(change.from, change.to);
        }
        return { contents, loader: 'js' };
      });
      onResolve({ filter: /^(?:node:)?http2$/ }, ({ importer }) =>
        /[\\/]node_modules[\\/]got[\\/]/.test(importer) ? { path: 'http2', namespace: 'late' } : undefined,
      );
      onLoad({ filter: /^http2$/, namespace: 'late' }, () => ({ contents: lateHttp2(), loader: 'js' }));
      onEnd(() => {
        const unmade = changes.filter((change) => !made.has(change));
        return { errors: unmade.map(({ from }) => ({ text: `late-globals: no place is left that says ${from}` })) };
      });
    },
  };
}

/** HTTP/2 is never switched on here, and its module is loaded where a connection is made after all. */
function lateHttp2(): string {
  return `
export const constants = ${JSON.stringify(http2.constants)};
export class Http2ServerResponse { static [Symbol.hasInstance]() { return false; } }
export default { constants, connect: (...given) => process.getBuiltinModule('node:http2').connect(...given) };
`;
}
