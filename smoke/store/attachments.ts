// The files that show how a step or a look went: bounded, for their owner's eyes only, the oldest runs' thrown away.

import { chmod, readdir, rm, stat } from 'node:fs/promises';
import path from 'node:path';
import { makeFolder } from './make-folder.ts';

export type AttachmentsOptions = {
  /** Holds a folder for each run. */
  dir: string;
  run: string;
  /** Where people are: a path below it is shown from there. */
  cwd: string;
};

export type AttachmentFolder = {
  /** Writes a file of that scenario and gives the path to show; undefined where it could not be kept. Never rejects. */
  add(scenario: string, name: string, write: (path: string) => Promise<void>): Promise<string | undefined>;
};

/** Of one run. */
export const mostFiles = 40;
/** Bytes of one run, and of one file. */
export const mostBytes: number = 100 * 1024 * 1024;
export const largestFile: number = 20 * 1024 * 1024;
/** Runs whose attachments are kept, this one included. */
export const mostRuns = 20;

/** Nothing is made on disk before there is something to keep. */
export function attachmentFolder({ dir, run, cwd }: AttachmentsOptions): AttachmentFolder {
  const own = path.join(dir, run);
  let count = 0;
  let bytes = 0;
  let ready: Promise<void> | undefined;

  async function prepare(): Promise<void> {
    makeFolder(own);
    await chmod(own, 0o700);
    // The names of runs begin with their time.
    const runs = (await readdir(dir, { withFileTypes: true })).filter(
      (entry) => entry.isDirectory() && isRun(entry.name),
    );
    const old = runs
      .map(({ name }) => name)
      .sort()
      .slice(0, -mostRuns);
    await Promise.all(old.map((name) => rm(path.join(dir, name), { recursive: true, force: true })));
  }

  async function keep(file: string, write: (path: string) => Promise<void>): Promise<string | undefined> {
    await write(file);
    await chmod(file, 0o600);
    const { size } = await stat(file);
    if (size > largestFile || bytes + size > mostBytes) {
      await rm(file, { force: true });
      return undefined;
    }
    bytes += size;
    return shown(file, cwd);
  }

  return {
    async add(scenario, name, write) {
      if (count >= mostFiles) return undefined;
      count += 1;
      const number = String(count).padStart(2, '0');
      const folder = path.join(own, plainName(scenario));
      const file = path.join(folder, `${number}-${plainName(name)}`);
      try {
        ready ??= prepare();
        await ready;
        makeFolder(folder);
        return await keep(file, write);
      } catch {
        // A picture that cannot be kept takes nothing from what was seen.
        await rm(file, { force: true }).catch(() => undefined);
        return undefined;
      }
    },
  };
}

const runName = /^\d{8}T\d{6}Z-[a-z2-9]{6}$/;

/** Nobody else's folder is thrown away, whatever `dir` is. */
function isRun(name: string): boolean {
  return runName.test(name);
}

function plainName(text: string): string {
  const plain = text.replace(/[^\w.#-]+/g, '-').slice(0, 80);
  return /^\.*$/.test(plain) ? 'file' : plain;
}

function shown(file: string, cwd: string): string {
  const relative = path.relative(cwd, file);
  return relative.startsWith('..') || path.isAbsolute(relative) ? file : relative;
}
