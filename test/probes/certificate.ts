// A certificate for the tests that speak TLS.

import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TestContext } from 'node:test';
import { promisify } from 'node:util';

/** `file` is where the certificate lies until the test is over. */
export type Certificate = { key: Buffer; cert: Buffer; file: string };

export type CertificateFacts = { address?: string; expired?: boolean };

/** A self-signed certificate for that address, made by openssl; undefined where that is missing. */
export async function certificate(
  t: TestContext,
  { address = '127.0.0.1', expired = false }: CertificateFacts = {},
): Promise<Certificate | undefined> {
  const folder = await mkdtemp(join(tmpdir(), 'smoketrail-'));
  t.after(() => rm(folder, { recursive: true }));
  const key = join(folder, 'key.pem');
  const cert = join(folder, 'cert.pem');
  const curve = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1'];
  const subject = ['-subj', `/CN=${address}`, '-addext', `subjectAltName=IP:${address}`, '-days', '1'];
  const openssl = promisify(execFile);
  const again = ['x509', '-in', cert, '-signkey', key, '-days', '-1', '-out', cert];
  const made = await openssl('openssl', [
    ...['req', '-x509', '-nodes', ...curve, '-keyout', key, '-out', cert],
    ...subject,
  ])
    // One that ended a day before it began is over, whatever the time.
    .then(() => (expired ? openssl('openssl', again) : undefined))
    .catch((error: unknown) => error);
  if (made instanceof Error) {
    // A missing tool is a skip by name; in a pipeline it is a failure, so that nobody overlooks it.
    assert.equal(process.env['CI'], undefined, made.message);
    t.skip('openssl is missing');
    return undefined;
  }
  return { key: await readFile(key), cert: await readFile(cert), file: cert };
}
