// An authority of one's own and what it vouches for: a server at 127.0.0.1 and a client.

import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TestContext } from 'node:test';
import { promisify } from 'node:util';

/** The files in `folder` until the test is over. `locked.key` is `client.key` behind the passphrase. */
export type Authority = { folder: string; passphrase: string };

const curve = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes'];
const passphrase = 'open sesame';

/** Made by openssl: `ca.pem`, `server.pem`, `client.pem`, `other-ca.pem` and their keys; undefined where it is missing. */
export async function authority(t: TestContext): Promise<Authority | undefined> {
  const folder = await mkdtemp(join(tmpdir(), 'smoketrail-'));
  t.after(() => rm(folder, { recursive: true }));
  const openssl = (...args: string[]): Promise<unknown> => promisify(execFile)('openssl', args, { cwd: folder });
  try {
    for (const name of ['ca', 'other-ca'])
      await openssl(
        'req',
        '-x509',
        ...curve,
        '-keyout',
        `${name}.key`,
        '-out',
        `${name}.pem`,
        '-subj',
        `/CN=${name}`,
        '-days',
        '1',
      );
    await writeFile(join(folder, 'names'), 'subjectAltName=IP:127.0.0.1,DNS:api.example\n');
    for (const name of ['server', 'client']) {
      await openssl('req', ...curve, '-keyout', `${name}.key`, '-out', `${name}.csr`, '-subj', `/CN=${name}`);
      const by = ['-CA', 'ca.pem', '-CAkey', 'ca.key', '-CAcreateserial', '-days', '1', '-extfile', 'names'];
      await openssl('x509', '-req', '-in', `${name}.csr`, '-out', `${name}.pem`, ...by);
    }
    await openssl('pkcs8', '-topk8', '-in', 'client.key', '-out', 'locked.key', '-passout', `pass:${passphrase}`);
  } catch (error) {
    // A missing tool is a skip by name; in a pipeline it is a failure, so that nobody overlooks it.
    assert.equal(process.env['CI'], undefined, String(error));
    if ((error as { code?: unknown }).code !== 'ENOENT') throw error;
    t.skip('openssl is missing');
    return undefined;
  }
  return { folder, passphrase };
}
