// The certificate of a server at 127.0.0.1 and the authority behind it, made by openssl once for a test file.

import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import type { Pair } from './http-stand-in.ts';

/** Throws where openssl is missing. */
export async function keyPair(): Promise<{ pair: Pair; ca: Buffer }> {
  const cwd = await mkdtemp(join(tmpdir(), 'smoketrail-keys-'));
  const openssl = (...args: string[]): Promise<unknown> => promisify(execFile)('openssl', args, { cwd });
  const curve = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes'];
  try {
    await openssl('req', '-x509', ...curve, '-keyout', 'ca.key', '-out', 'ca.pem', '-subj', '/CN=ca', '-days', '1');
    await writeFile(join(cwd, 'names'), 'subjectAltName=IP:127.0.0.1\n');
    await openssl('req', ...curve, '-keyout', 'server.key', '-out', 'server.csr', '-subj', '/CN=server');
    const by = ['-CA', 'ca.pem', '-CAkey', 'ca.key', '-CAcreateserial', '-days', '1', '-extfile', 'names'];
    await openssl('x509', '-req', '-in', 'server.csr', '-out', 'server.pem', ...by);
    const [key, cert, ca] = await Promise.all([
      readFile(join(cwd, 'server.key')),
      readFile(join(cwd, 'server.pem')),
      readFile(join(cwd, 'ca.pem')),
    ]);
    return { pair: { key, cert }, ca };
  } finally {
    await rm(cwd, { recursive: true, force: true });
  }
}
