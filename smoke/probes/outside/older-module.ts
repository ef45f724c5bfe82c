// Node reads a .ts or .js file as a module of the older kind (CommonJS) where the package.json above says so, which
// `npm init` writes unasked: whatever `import` or `export` stands in it then looks like a mistake.

import { basename } from 'node:path';

const signs =
  /^(?:Cannot use import statement outside a module|Unexpected token 'export'|Cannot use 'import\.meta' outside a module|await is only valid in async functions and the top level bodies of modules)$/m;

/** What to say of a file that was taken for CommonJS and is a module; undefined for any other fault. */
export function olderModule(error: unknown): { message: string; hint: string } | undefined {
  if (!(error instanceof SyntaxError) || !signs.test(error.message)) return undefined;
  const stack = (error.stack ?? '').slice(0, 20_000);
  if (!stack.includes('node:internal/modules/cjs/')) return undefined;
  const place = /^(\/.*|[A-Za-z]:\\.*):\d+$/m.exec(stack.split('\n', 1)[0] ?? '')?.[1];
  const file = place === undefined ? '' : ` ${basename(place)}`;
  const named = /\.c[jt]s$/.test(file);
  return {
    message: `Node takes${file || ' it'} for the older kind of module (CommonJS), and it uses import, export or a top-level await`,
    hint: named
      ? 'Name it .mts or .mjs instead.'
      : 'Set "type": "module" in the nearest package.json (npm pkg set type=module), or name the file .mts or .mjs.',
  };
}
