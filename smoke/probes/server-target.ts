// Where a server is that is no web server, and how its certificate is judged.

import { readFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import type { ConnectionOptions } from 'node:tls';
import { Blind, type Host } from './plugin.ts';

/** `ca`: file of the authority that signed the certificate of the server. */
export type ServerTarget = { url: string; ca?: string | undefined };

/** Protocol and host, without user, password and the rest: what budgets go by and people read. */
export function originOf(url: string): string {
  if (!URL.canParse(url)) return 'the server';
  const { protocol, host } = new URL(url);
  return `${protocol}//${host}`;
}

/** For a server that is there, and has no database of that name. */
export const noDatabase = 'Check the name of the database, the last part of the address.';

/** Undefined where no TLS is asked for. Where it is, the certificate is verified, whatever milder mode the address names. */
export async function tlsOf({ url, ca }: ServerTarget, host: Host): Promise<ConnectionOptions | undefined> {
  const { protocol, hostname, searchParams } = new URL(url);
  const mode = searchParams.get('sslmode') ?? searchParams.get('ssl-mode') ?? searchParams.get('ssl') ?? '';
  const isPlain = ['', 'disable', 'disabled', 'allow', 'prefer', 'preferred', 'false', '0'].includes(
    mode.toLowerCase(),
  );
  if (!['rediss:', 'amqps:', 'tls:'].includes(protocol) && ca === undefined && isPlain) return undefined;
  const authority = ca === undefined ? undefined : await readAuthority(ca, host);
  return {
    // An IP address may not be named so.
    ...(/^[\d.:[\]]+$/.test(hostname) ? {} : { servername: hostname }),
    rejectUnauthorized: !host.insecure,
    ...(authority && { ca: authority }),
  };
}

export async function readAuthority(path: string, host: Pick<Host, 'baseDir'>): Promise<Buffer> {
  try {
    return await readFile(resolve(host.baseDir, path));
  } catch (cause) {
    const code = (cause as NodeJS.ErrnoException).code ?? String(cause);
    throw new Blind('error', `ca: ${path} cannot be read (${code})`, {
      cause,
      hint: 'Paths start from the folder of the scenario file.',
    });
  }
}
