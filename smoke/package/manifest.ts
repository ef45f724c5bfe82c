// The manifests: the checkout's, as far as the build reads it, and the one that the package is published with.

import { readFile } from 'node:fs/promises';
import { join } from 'node:path';

export type Manifest = {
  name: string;
  version: string;
  description: string;
  license: string;
  dependencies: Readonly<Record<string, string>>;
};

export async function readManifest(root: string): Promise<Manifest> {
  const value: unknown = JSON.parse(await readFile(join(root, 'package.json'), 'utf8'));
  return value as Manifest;
}

/** The runtime is not among the dependencies: whoever installs the package brings their own. */
export function publishedManifest(manifest: Manifest, external: readonly string[]): string {
  const { name, version, description, license } = manifest;
  const published = {
    name,
    version,
    description,
    license,
    type: 'module',
    bin: { smoketrail: './main.js' },
    exports: {
      '.': { types: './smoke/index.d.ts', default: './smoke/index.js' },
      './testing': { types: './smoke/testing.d.ts', default: './smoke/testing.js' },
      './browser': { types: './smoke/browser.d.ts' },
      './package.json': './package.json',
    },
    engines: { node: '>=22.18' },
    dependencies: Object.fromEntries(external.map((one) => [one, versionOf(manifest, one)])),
  };
  return `${JSON.stringify(published, null, 2)}\n`;
}

function versionOf({ dependencies }: Manifest, name: string): string {
  const version = dependencies[name];
  if (version === undefined) throw new Error(`${name} is loaded by the bundle but is no dependency in package.json`);
  return version;
}
