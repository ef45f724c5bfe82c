// Bundles the program with esbuild. The output mirrors the source tree, so that a relative path means the same in both.

import { chmod, mkdir, readFile, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { dirname, join, relative, sep } from 'node:path';
import { type BuildOptions, build, type Metafile, type Plugin } from 'esbuild';
import { plainBuiltins } from './builtins.ts';
import { lateGlobals } from './late-globals.ts';
import { readManifest } from './manifest.ts';

/** Public files and programs of their own. All that they share, and all that is loaded lazily, goes into chunks. */
export const entryPoints: readonly string[] = [
  'smoke/main.ts',
  'smoke/index.ts',
  'smoke/demo/web.ts',
  'smoke/demo/queue.ts',
  'smoke/demo/worker.ts',
  'smoke/demo/partner.ts',
];

/** Too heavy to bundle, and loaded only when a scenario asks for it. */
const external = ['playwright'];

export const target = 'node22';

export type Bundle = {
  /** Packages of node_modules whose code is in the bundle, as folders relative to the root. */
  bundled: readonly string[];
  /** Packages that the bundle loads from outside. */
  external: readonly string[];
};

/** Writes the bundle of the checkout `root` to `outdir`. Throws with esbuild's own frames where it does not compile. */
export async function bundle(root: string, outdir: string, entries: readonly string[]): Promise<Bundle> {
  const common = {
    absWorkingDir: root,
    outdir,
    bundle: true,
    platform: 'node',
    format: 'esm',
    target,
    legalComments: 'none',
    write: false,
    metafile: true,
    logLevel: 'silent',
  } as const satisfies BuildOptions;
  const program = await build({
    ...common,
    entryPoints: [...entries],
    outbase: root,
    splitting: true,
    chunkNames: 'chunks/[name]-[hash]',
    external,
    // A CommonJS package loses its named exports where it is loaded lazily, so the ESM builds are taken where there are any.
    mainFields: ['module', 'main'],
    alias: {
      yaml: join(dirname(createRequire(import.meta.url).resolve('yaml/package.json')), 'browser', 'dist', 'index.js'),
    },
    plugins: [sourceUrls(root), versionOnly(root), lateGlobals(), plainBuiltins()],
  });
  rejectLazyCommonJs(program.metafile);
  const launcher = await build({
    ...common,
    entryPoints: { main: 'smoke/package/launch.js' },
    external: ['./smoke/main.js'],
  });
  for (const { path, text } of [...program.outputFiles, ...launcher.outputFiles]) {
    await mkdir(dirname(path), { recursive: true });
    const toRoot = relative(dirname(path), outdir).split(sep).join('/') || '.';
    await writeFile(path, withRequire(text.replaceAll(rootMark, toRoot)));
  }
  await chmod(join(outdir, 'main.js'), 0o755);
  return { bundled: packagesIn(program.metafile), external: externalsIn(program.metafile) };
}

const rootMark = '@@package-root@@';

/**
 * In a chunk, `import.meta.url` would be the chunk's. Our modules see the place they would have had if each had been
 * compiled on its own, so that paths relative to it hold.
 */
function sourceUrls(root: string): Plugin {
  return {
    name: 'source-urls',
    setup({ onLoad }) {
      onLoad({ filter: /[\\/](?:smoke|reporters)[\\/].*\.ts$/ }, async ({ path }) => {
        const place = relative(root, path).split(sep).join('/').replace(/\.ts$/, '.js');
        const url = `new URL(${JSON.stringify(`${rootMark}/${place}`)}, import.meta.url).href`;
        const contents = (await readFile(path, 'utf8')).replaceAll('import.meta.url', url);
        return { contents, loader: 'ts' };
      });
    },
  };
}

/** Of our manifest only the version is wanted in the bundle, not how the project is built. */
function versionOnly(root: string): Plugin {
  return {
    name: 'version-only',
    setup({ onLoad }) {
      onLoad({ filter: /package\.json$/ }, async ({ path }) => {
        if (path !== join(root, 'package.json')) return undefined;
        const { version } = await readManifest(root);
        return { contents: JSON.stringify({ version }), loader: 'json' };
      });
    },
  };
}

/** CommonJS packages call `require` for Node's own modules; esbuild's stand-in for it, in one chunk, needs a real one. */
function withRequire(text: string): string {
  if (!text.includes('typeof require !== "undefined"')) return text;
  return `import { createRequire } from 'node:module';\nconst require = createRequire(import.meta.url);\n${text}`;
}

/** Loaded with `import()`, a bundled CommonJS module has a default export only, unlike in Node: better no bundle. */
function rejectLazyCommonJs({ inputs }: Metafile): void {
  for (const [file, { imports }] of Object.entries(inputs)) {
    for (const { path, kind } of imports) {
      if (kind === 'dynamic-import' && inputs[path]?.format === 'cjs')
        throw new Error(
          `${file} loads ${path} lazily, which is CommonJS: name its ESM build in smoke/package/bundle.ts`,
        );
    }
  }
}

function packagesIn({ inputs }: Metafile): string[] {
  const folders = Object.keys(inputs).map((path) => /^(?:.*\/)?node_modules\/(?:@[^/]+\/)?[^/]+(?=\/)/.exec(path)?.[0]);
  return [...new Set(folders.filter((folder) => folder !== undefined))].sort();
}

function externalsIn({ outputs }: Metafile): string[] {
  const imports = Object.values(outputs).flatMap((output) => output.imports);
  const names = imports.filter((one) => one.external && external.includes(one.path)).map((one) => one.path);
  return [...new Set(names)].sort();
}
