// Bundles the program with esbuild. The output mirrors the source tree, so that a relative path means the same in both.

import { chmod, mkdir, readFile, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { dirname, join, relative, sep } from 'node:path';
import { type BuildOptions, build, type Metafile, type Plugin } from 'esbuild';
import { lateBuiltins } from './late-builtins.ts';
import { lateGlobals } from './late-globals.ts';
import { readManifest } from './manifest.ts';

/** Public files and programs of the demo, beside the main program. What they share goes into chunks. */
export const entryPoints: readonly string[] = [
  'smoke/index.ts',
  'smoke/testing.ts',
  'smoke/demo/web.ts',
  'smoke/demo/queue.ts',
  'smoke/demo/worker.ts',
  'smoke/demo/partner.ts',
  'smoke/demo/server.ts',
];

/** Too heavy to bundle, and loaded only when a scenario asks for it. */
const external = [
  'playwright',
  'ioredis',
  'pg',
  'pg-cursor',
  'mysql2',
  'amqplib',
  '@nats-io/transport-node',
  '@nats-io/jetstream',
  '@platformatic/kafka',
  '@kubernetes/client-node',
  'protobufjs',
];

/** What the demo stack runs with where it is asked to; not a part of the package, which says what to install. */
const forDemo = [
  '@opentelemetry/api',
  '@opentelemetry/exporter-trace-otlp-http',
  '@opentelemetry/exporter-trace-otlp-proto',
  '@opentelemetry/resources',
  '@opentelemetry/sdk-trace-node',
];

export const target = 'node22';

export type Bundle = {
  /** Packages of node_modules whose code is in the bundle, as folders relative to the root. */
  bundled: readonly string[];
  /** Packages that the bundle loads from outside. */
  external: readonly string[];
};

/** Writes the bundle of the checkout `root` to `outdir`. Throws with esbuild's own frames where it does not compile. */
export async function bundle(root: string, outdir: string): Promise<Bundle> {
  const common = {
    absWorkingDir: root,
    outdir,
    bundle: true,
    platform: 'node',
    target,
    external: [...external, ...forDemo],
    legalComments: 'none',
    charset: 'ascii',
    write: false,
    metafile: true,
    logLevel: 'silent',
    // Of an ES module only what is used gets into the bundle, so that build of a package is taken where there is one.
    mainFields: ['module', 'main'],
    alias: {
      yaml: join(dirname(createRequire(import.meta.url).resolve('yaml/package.json')), 'browser', 'dist', 'index.js'),
    },
  } as const satisfies BuildOptions;
  // One file, lazy parts included: it is loaded with one code cache, and each file more costs a cold start a third of a millisecond.
  const program = await build({
    ...common,
    entryPoints: { program: 'smoke/main.ts' },
    entryNames: 'smoke/[name]-[hash]',
    format: 'cjs',
    banner: { js: '(function (require, programUrl) {' },
    footer: { js: '})' },
    define: { 'import.meta.url': 'programUrl' },
    plugins: [sourceUrls(root), versionOnly(root), lateGlobals(), lateBuiltins()],
  });
  const programFile = only(program.outputFiles);
  const entries = await build({
    ...common,
    entryPoints: [...entryPoints],
    outbase: root,
    format: 'esm',
    splitting: true,
    chunkNames: 'chunks/[name]-[hash]',
    plugins: [sourceUrls(root), versionOnly(root)],
  });
  const launcher = await build({
    ...common,
    entryPoints: { main: 'smoke/package/launch.ts' },
    format: 'esm',
    define: { PROGRAM: JSON.stringify(`./${relative(outdir, programFile.path).split(sep).join('/')}`) },
  });
  for (const { path, text } of [program, entries, launcher].flatMap(({ outputFiles }) => outputFiles)) {
    await mkdir(dirname(path), { recursive: true });
    const toRoot = relative(dirname(path), outdir).split(sep).join('/') || '.';
    const written = text.replaceAll(rootMark, toRoot);
    await writeFile(path, path === programFile.path ? inAscii(written) : written);
  }
  await chmod(join(outdir, 'main.js'), 0o755);
  const bundles = [program.metafile, entries.metafile];
  return { bundled: packagesIn(bundles), external: externalsIn(bundles) };
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
        // The first line of a script would stand in the middle of the bundle.
        const text = (await readFile(path, 'utf8')).replace(/^#!.*/, '');
        const contents = text.replaceAll('import.meta.url', url);
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

/** The program is read as Latin-1, without a look at every byte. By now only comments hold more than ASCII. */
function inAscii(text: string): string {
  return text.replace(/[^\0-\x7f]/g, (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`);
}

function only<T>(files: readonly T[]): T {
  const [file] = files;
  if (file === undefined || files.length !== 1) throw new Error(`one file was to be built, not ${files.length}`);
  return file;
}

function packagesIn(bundles: readonly Metafile[]): string[] {
  const inputs = bundles.flatMap((one) => Object.keys(one.inputs));
  const folders = inputs.map((path) => /^(?:.*\/)?node_modules\/(?:@[^/]+\/)?[^/]+(?=\/)/.exec(path)?.[0]);
  return [...new Set(folders.filter((folder) => folder !== undefined))].sort();
}

function externalsIn(bundles: readonly Metafile[]): string[] {
  const imports = bundles.flatMap(({ outputs }) => Object.values(outputs).flatMap((output) => output.imports));
  const paths = imports.flatMap((one) => (one.external ? [one.path] : []));
  return external.filter((name) => paths.some((path) => path === name || path.startsWith(`${name}/`))).sort();
}
