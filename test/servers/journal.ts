// Journal files of a test's own, written by systemd-journal-remote from the export format.
// https://systemd.io/JOURNAL_EXPORT_FORMATS/

import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmod, mkdir, mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

export type Fields = Readonly<Record<string, string | Uint8Array | readonly string[]>>;

export type Journal = {
  /** Holds the journal, `worker.journal`. */
  folder: string;
  file: string;
  /** Written now, unless `at` (ms since 1970) says when. Resolves once it is in the file. */
  write(entries: readonly (Fields & { at?: never })[], at?: number): Promise<void>;
  /** Bytes and times of the file. */
  state(): Promise<unknown>;
  /** A PATH with a journalctl that goes through this shell line first. */
  path(first: string): Promise<string>;
  close(): Promise<void>;
};

const writer = '/lib/systemd/systemd-journal-remote';
const boot = '5f0c2a9d9f5b4d0c8a41f8f0e3d21b77';

export async function journal(): Promise<Journal> {
  const base = await mkdtemp(join(tmpdir(), 'smoketrail-journal-'));
  await chmod(base, 0o755);
  const folder = join(base, 'journal');
  const file = join(folder, 'worker.journal');
  await mkdir(folder);
  let last = 0n;
  return {
    folder,
    file,
    async write(entries, at = Date.now()) {
      const pieces = entries.map((fields) => {
        const wanted = BigInt(at) * 1000n;
        last = at < Date.now() - 1000 || wanted > last ? wanted : last + 1n;
        return exported({ _HOSTNAME: 'shop', _SYSTEMD_UNIT: 'app-worker.service', ...fields }, last);
      });
      const child = spawn(writer, ['--output', file, '-'], { stdio: ['pipe', 'ignore', 'pipe'] });
      let said = '';
      child.stderr.on('data', (chunk: Buffer) => {
        said += String(chunk);
      });
      child.stdin.end(Buffer.concat(pieces));
      const [code] = (await once(child, 'close')) as [number | null];
      if (code !== 0) throw new Error(`systemd-journal-remote: ${said}`);
    },
    async state() {
      const { size, mtimeMs } = await stat(file);
      return { size, mtimeMs, bytes: (await readFile(file)).toString('base64') };
    },
    async path(first) {
      const own = join(base, 'bin');
      await mkdir(own, { recursive: true });
      await writeFile(join(own, 'journalctl'), `#!/bin/sh\n${first}\nexec /usr/bin/journalctl "$@"\n`, { mode: 0o755 });
      return `${own}:/usr/bin:/bin`;
    },
    close: () => rm(base, { recursive: true, force: true }),
  };
}

/** A field of text is one line; one of bytes has its length before it. */
function exported(fields: Fields, microseconds: bigint): Buffer {
  const pieces = [
    Buffer.from(`__REALTIME_TIMESTAMP=${microseconds}\n__MONOTONIC_TIMESTAMP=${microseconds}\n_BOOT_ID=${boot}\n`),
  ];
  for (const [name, value] of Object.entries(fields)) {
    if (value instanceof Uint8Array) {
      const length = Buffer.alloc(8);
      length.writeBigUInt64LE(BigInt(value.length));
      pieces.push(Buffer.from(`${name}\n`), length, Buffer.from(value), Buffer.from('\n'));
    } else for (const one of [value].flat()) pieces.push(Buffer.from(`${name}=${one}\n`));
  }
  return Buffer.concat([...pieces, Buffer.from('\n')]);
}
