// Takes Node's own modules, in the bundle, as plain objects instead of importing them.

import type { Plugin } from 'esbuild';

/**
 * An import of a builtin reads every one of its exports, lazy ones included: `node:http` loads all of fetch for its
 * `WebSocket`, `node:process` opens standard input. That is a third of a cold start.
 */
export function plainBuiltins(): Plugin {
  return {
    name: 'plain-builtins',
    setup({ onLoad, onResolve }) {
      onResolve({ filter: /^(?:node:)?(?:crypto|http|process|util)$/ }, ({ path, kind, namespace }) =>
        kind !== 'require-call' && namespace !== 'builtin'
          ? { path: path.replace(/^node:/, ''), namespace: 'builtin', sideEffects: false }
          : undefined,
      );
      onLoad({ filter: /.*/, namespace: 'builtin' }, ({ path }) => ({ contents: plain(`node:${path}`), loader: 'js' }));
    },
  };
}

/** Every name is a call without side effects, so that esbuild keeps only those that are used. */
function plain(name: string): string {
  const names = Object.keys(process.getBuiltinModule(name) as object).filter((key) => /^[A-Za-z_]\w*$/.test(key));
  const exported = names.filter((key) => !reserved.has(key));
  return `
const $builtin = process.getBuiltinModule(${JSON.stringify(name)});
const $part = (key) => $builtin[key];
export default $builtin;
${exported.map((key) => `export const ${key} = /* @__PURE__ */ $part('${key}');`).join('\n')}
`;
}

const reserved: ReadonlySet<string> = new Set(['default', 'delete', 'import', 'export', 'eval', 'arguments', 'await']);
