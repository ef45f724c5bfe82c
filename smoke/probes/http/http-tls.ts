// Reads the files of `tls`: whom to trust, and the certificate by which a server knows this client.

import { readFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import type { SecureContextOptions } from 'node:tls';
import type { Host } from '../plugin.ts';
import type { Secured } from './http-agents.ts';
import type { HttpTls } from './http-auth-options.ts';
import { HttpFault } from './http-fault.ts';

/** `abroad`: for another origin that a redirect leads to, which must not learn who this client is. */
export type Tls = { own: Secured; abroad: Secured | undefined };

/** Read once a run. Throws an HttpFault where a file cannot be read or used; nothing is sent then. */
export function tlsOf(tls: HttpTls, host: Host): Promise<Tls> {
  const known = host.once('http.tls', () => new Map<string, Promise<Tls>>());
  const id = JSON.stringify([host.baseDir, tls]);
  const reading = known.get(id) ?? read(tls, id, host.baseDir);
  known.set(id, reading);
  // A file that is mended while the run goes on shall be seen.
  reading.catch(() => known.delete(id));
  return reading;
}

async function read(tls: HttpTls, id: string, baseDir: string): Promise<Tls> {
  const { ca, cert, key = cert, passphrase, servername } = tls;
  const [authority, certificate, secretKey] = await Promise.all([
    fileOf('ca', ca, baseDir),
    fileOf('cert', cert, baseDir),
    fileOf('key', key, baseDir),
  ]);
  const trust: SecureContextOptions = authority === undefined ? {} : { ca: authority };
  const own = {
    ...trust,
    ...(certificate && { cert: certificate }),
    ...(secretKey && { key: secretKey }),
    ...(passphrase !== undefined && { passphrase }),
  };
  const name = servername === undefined ? {} : { servername };
  return {
    own: { id, options: { secureContext: await contextOf(own, tls), ...name } },
    abroad: authority && { id: `${id} abroad`, options: { secureContext: await contextOf(trust, tls) } },
  };
}

async function contextOf(options: SecureContextOptions, tls: HttpTls): Promise<Secured['options']['secureContext']> {
  // Takes longer to load than the rest of HTTP.
  const { createSecureContext } = await import('node:tls');
  try {
    return createSecureContext(options);
  } catch (cause) {
    const files = [tls.ca, tls.cert, tls.key].filter((file) => file !== undefined).join(', ');
    const isLocked = isEncrypted(options.key);
    throw unusable(`tls: ${files} cannot be used: ${reasonOf(cause, isLocked)}`, hintFor(cause, isLocked), cause);
  }
}

/** What a wrong passphrase makes of the key is, now and then, no error of the decryption but something that is no key. */
function isEncrypted(key: SecureContextOptions['key']): boolean {
  return Buffer.isBuffer(key) && /^(?:-----BEGIN ENCRYPTED |Proc-Type: 4,ENCRYPTED)/m.test(key.toString('latin1'));
}

async function fileOf(option: keyof HttpTls, path: string | undefined, baseDir: string): Promise<Buffer | undefined> {
  if (path === undefined) return undefined;
  try {
    return await readFile(resolve(baseDir, path));
  } catch (cause) {
    const hint = 'Paths start from the folder of the scenario file.';
    throw unusable(`tls.${option}: ${path} cannot be read: ${reasonOf(cause)}`, hint, cause);
  }
}

function reasonOf(cause: unknown, isLocked = false): string {
  const code = cause instanceof Error ? Reflect.get(cause, 'code') : undefined;
  if (code === 'ENOENT') return 'there is no such file';
  if (code === 'EISDIR') return 'it is a folder';
  if (code === 'EACCES') return 'permission denied';
  if (code === 'ERR_OSSL_X509_KEY_VALUES_MISMATCH') return 'the key is not that of the certificate';
  if (isPassphrase(cause)) return 'the passphrase does not open the key';
  if (isLocked && isUnsupported(code))
    return 'the passphrase does not open the key, or its encryption is not known here';
  return typeof code === 'string' && code.startsWith('ERR_OSSL_')
    ? `it is no PEM file of the right kind (${code})`
    : String(cause);
}

function hintFor(cause: unknown, isLocked: boolean): string {
  return isPassphrase(cause) || (isLocked && isUnsupported(Reflect.get(Object(cause), 'code')))
    ? 'Check tls.passphrase.'
    : 'They must be PEM files, which begin with -----BEGIN; openssl converts other formats.';
}

function isPassphrase(cause: unknown): boolean {
  return (
    cause instanceof Error &&
    /BAD_DECRYPT|BAD_PASSWORD|INTERRUPTED_OR_CANCELLED|PASSWORD/i.test(String(Reflect.get(cause, 'code')))
  );
}

function isUnsupported(code: unknown): boolean {
  return typeof code === 'string' && /^ERR_OSSL_(?:EVP_)?UNSUPPORTED$/.test(code);
}

function unusable(message: string, hint: string, cause: unknown): HttpFault {
  return new HttpFault(message, { kind: 'error', left: false, broken: false, hint, cause });
}
