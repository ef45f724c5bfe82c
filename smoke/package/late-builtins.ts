// Loads some of Node's own modules, in the bundle, where something of theirs is first used. Our libraries import them for
// what a run may never do, and each costs a cold start: TLS 11 ms and 5 MB, HTTP/2 5 ms, child processes 1 ms.

import http2 from 'node:http2';
import type { Plugin } from 'esbuild';

const late: readonly string[] = ['child_process', 'http2', 'https', 'tls'];

export function lateBuiltins(): Plugin {
  return {
    name: 'late-builtins',
    setup({ onLoad, onResolve }) {
      onResolve({ filter: new RegExp(`^(?:node:)?(?:${late.join('|')})$`) }, ({ path, namespace }) =>
        namespace === 'late-builtin' ? undefined : { path: path.replace(/^node:/, ''), namespace: 'late-builtin' },
      );
      onLoad({ filter: /.*/, namespace: 'late-builtin' }, ({ path }) => ({ contents: standIn(path), loader: 'js' }));
    },
  };
}

/** CommonJS, of whose names esbuild makes getters in turn. */
function standIn(name: string): string {
  const given = atOnce[name] ?? {};
  const names = Object.keys(process.getBuiltinModule(`node:${name}`) as object);
  const getters = names
    .filter((key) => !Object.hasOwn(given, key))
    .map((key) => `get ${JSON.stringify(key)}() { return builtin()[${JSON.stringify(key)}]; }`);
  const others = Object.entries(given).map(([key, text]) => `${JSON.stringify(key)}: ${text}`);
  return `
const builtin = () => process.getBuiltinModule(${JSON.stringify(`node:${name}`)});
module.exports = {
${[...getters, ...others].join(',\n')}
};
`;
}

/** What is looked at early, or in every request, without being used. */
const atOnce: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  http2: {
    constants: JSON.stringify(http2.constants),
    // HTTP/2 is never switched on here, so nothing is one.
    Http2ServerResponse: 'class { static [Symbol.hasInstance]() { return false; } }',
  },
  tls: { checkServerIdentity: '(...given) => builtin().checkServerIdentity(...given)' },
};
