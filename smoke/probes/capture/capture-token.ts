// How processes of one user on one machine know each other's captures: a secret in a file that only this user may read.

import { createHmac, randomUUID, timingSafeEqual } from 'node:crypto';
import { lstat, mkdir, readdir, readFile, readlink, rename, rm, writeFile } from 'node:fs/promises';
import { hostname, tmpdir, userInfo } from 'node:os';
import { join } from 'node:path';

/** `nonce.mac`, by which either side shows that it knows the secret. */
export type Proof = string;

export function newToken(): string {
  return randomUUID() + randomUUID();
}

/** By who asks, with a number of its own; `of`: by who answers, with the number that it was asked with. */
export function proofOf(token: string, role: 'asks' | 'answers', of: string = randomUUID()): Proof {
  return `${of}.${createHmac('sha256', token).update(`${role} ${of}`).digest('hex')}`;
}

export function isProof(token: string, role: 'asks' | 'answers', given: unknown, of?: string): boolean {
  if (typeof given !== 'string' || given.length > 200) return false;
  const nonce = given.slice(0, Math.max(0, given.indexOf('.')));
  if (of !== undefined && nonce !== of) return false;
  const [expected, actual] = [Buffer.from(proofOf(token, role, nonce)), Buffer.from(given)];
  return expected.length === actual.length && timingSafeEqual(expected, actual);
}

export function nonceOf(proof: Proof): string {
  return proof.slice(0, proof.indexOf('.'));
}

/** Leaves it where others find it. Throws where the folder is not ours alone. */
export async function leaveToken(port: number, token: string): Promise<void> {
  const folder = folderOf();
  await mkdir(folder, { recursive: true, mode: 0o700 });
  const found = await lstat(folder);
  const { uid } = userInfo();
  // Windows knows neither; its folder for temporary files is the user's own.
  const isOurs = uid === -1 || (found.uid === uid && (found.mode & 0o077) === 0);
  if (!found.isDirectory() || !isOurs) throw new Error(`${folder} is not this user's alone; remove it`);
  await clearGone(folder);
  const file = fileOf(port);
  const fresh = `${file}.${randomUUID()}`;
  await writeFile(fresh, [token, process.pid, await here()].join('\n'), { mode: 0o600, flag: 'wx' });
  await rename(fresh, file);
}

/** Takes away what captures that were killed have left. A process that cannot be asked for from here keeps its own. */
async function clearGone(folder: string): Promise<void> {
  const place = await here();
  for (const name of await readdir(folder)) {
    const [, port] = /^capture-(\d{1,5})$/.exec(name) ?? [];
    const left = port === undefined ? undefined : await leftAt(Number(port));
    if (left === undefined || left.place !== place || left.pid === undefined || !isGone(left.pid)) continue;
    await takeToken(Number(port), left.token).catch(() => undefined);
  }
}

function isGone(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return false;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'ESRCH';
  }
}

/** Where a process number means the same process: machines and containers may share the folder. */
async function here(): Promise<string> {
  // Linux only.
  const space = await readlink('/proc/self/ns/pid').catch(() => '');
  return `${hostname()} ${space}`;
}

/** Undefined where none is there, or it may be somebody else's. */
export async function tokenAt(port: number): Promise<string | undefined> {
  return (await leftAt(port))?.token;
}

type Left = { token: string; pid: number | undefined; place: string };

async function leftAt(port: number): Promise<Left | undefined> {
  try {
    const { uid } = userInfo();
    const found = await lstat(fileOf(port));
    if (!found.isFile() || found.size > 1_000 || (uid !== -1 && (found.uid !== uid || (found.mode & 0o077) !== 0)))
      return undefined;
    const [token = '', pid = '', place = ''] = (await readFile(fileOf(port), 'utf8')).split('\n');
    return { token, pid: /^[1-9]\d*$/.test(pid) ? Number(pid) : undefined, place };
  } catch {
    // No capture of this user's was ever there.
    return undefined;
  }
}

/** Where another capture has left its own meanwhile, that stays. */
export async function takeToken(port: number, token: string): Promise<void> {
  if ((await tokenAt(port)) === token) await rm(fileOf(port), { force: true });
}

function folderOf(): string {
  return join(tmpdir(), `smoketrail-${userInfo().uid}`);
}

function fileOf(port: number): string {
  return join(folderOf(), `capture-${port}`);
}
