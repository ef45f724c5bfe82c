// Builds the package that is published: `node smoke/package/build.ts [OUTDIR]` (default: dist).

import { globSync } from 'node:fs';
import { cp, mkdir, readdir, rm, stat, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { bundle } from './bundle.ts';
import { writeDeclarations } from './declarations.ts';
import { licenceNotices } from './licences.ts';
import { publishedManifest, readManifest } from './manifest.ts';

const root = fileURLToPath(new URL('../..', import.meta.url));
const outdir = resolve(process.argv[2] ?? join(root, 'dist'));

/** What people copy from and read. */
const pages = globSync(['*.md', 'smoke/**/*.md', 'reporters/**/*.md'], { cwd: root });
const alongside = ['scenarios', 'LICENSE', ...pages];

await rm(outdir, { recursive: true, force: true });
await mkdir(outdir, { recursive: true });
const { bundled, external } = await bundle(root, outdir);
await writeDeclarations(root, outdir);
await writeFile(join(outdir, 'package.json'), publishedManifest(await readManifest(root), external));
await writeFile(join(outdir, 'THIRD-PARTY-LICENSES'), await licenceNotices(root, bundled));
for (const name of alongside) await cp(join(root, name), join(outdir, name), { recursive: true });

const files = (await readdir(outdir, { recursive: true, withFileTypes: true })).filter((entry) => entry.isFile());
const sizes = await Promise.all(files.map(async (file) => (await stat(join(file.parentPath, file.name))).size));
const kilobytes = Math.round(sizes.reduce((sum, size) => sum + size, 0) / 1024);
process.stdout.write(`built ${outdir}: ${files.length} files, ${kilobytes} kB, ${bundled.length} packages bundled\n`);
