// How processes of one user on one machine know each other's captures: a secret in a file that only this user may read.

import { createHmac, randomUUID, timingSafeEqual } from 'node:crypto';
import { lstat, mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { tmpdir, userInfo } from 'node:os';
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
  const file = fileOf(port);
  const fresh = `${file}.${randomUUID()}`;
  await writeFile(fresh, token, { mode: 0o600, flag: 'wx' });
  await rename(fresh, file);
}

/** Undefined where none is there, or it may be somebody else's. */
export async function tokenAt(port: number): Promise<string | undefined> {
  try {
    const { uid } = userInfo();
    const found = await lstat(fileOf(port));
    if (!found.isFile() || found.size > 1_000 || (uid !== -1 && (found.uid !== uid || (found.mode & 0o077) !== 0)))
      return undefined;
    return await readFile(fileOf(port), 'utf8');
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
