// A connection to PostgreSQL for one look or step, its rows as the server writes them, and its faults in our words.

import type { Socket } from 'node:net';
import type { Client, ClientConfig, CustomTypesConfig } from 'pg';
import { Blind, type Host } from '../plugin.ts';
import { serverFault } from '../server-fault.ts';
import { inSession } from '../server-session.ts';
import { noDatabase, originOf, type ServerTarget, tlsOf } from '../server-target.ts';
import { wrongAddress } from './sql-options.ts';

/**
 * A connection lives for one look or step: a server that was restarted or a pool between is no special case, and a look
 * that is stopped takes nothing down with it. Throws a Blind, or the signal's reason.
 */
export async function withPostgres<T>(
  target: ServerTarget,
  host: Host,
  signal: AbortSignal,
  use: (client: Client) => Promise<T>,
  settings: Settings = {},
): Promise<T> {
  const wrong = wrongAddress('postgres', target.url);
  if (wrong !== undefined) throw new Blind('error', wrong);
  const blindOf = (error: unknown): Blind => postgresBlind(error, target.url);
  return inSession({ url: target.url, blindOf }, host, signal, async (socket) => {
    const client = await connected(target, host, socket, settings);
    const result = await use(client);
    await client.end();
    return result;
  });
}

async function connected(target: ServerTarget, host: Host, socket: Socket, settings: Settings): Promise<Client> {
  const [{ Client }, ssl] = await Promise.all([import('pg'), tlsOf(target, host)]);
  const config: ClientConfig = {
    connectionString: addressOf(target.url, settings),
    application_name: 'smoketrail',
    stream: () => socket,
    types: asWritten,
    ssl: ssl ?? false,
  };
  const client = new Client(config);
  // A connection that breaks is told by the query it breaks.
  client.on('error', () => undefined);
  await client.connect();
  return client;
}

/** Of the server, by name. Values are told as they are, so they are never somebody else's texts. */
export type Settings = Readonly<Record<string, string | number>>;

/** The driver would let what it says of TLS go before what was worked out from it, and its `options` before ours. */
function addressOf(address: string, settings: Settings): string {
  const url = new URL(address);
  for (const name of ['sslmode', 'sslrootcert', 'sslcert', 'sslkey', 'ssl', 'uselibpqcompat'])
    url.searchParams.delete(name);
  const own = Object.entries(settings).map(([name, value]) => `-c ${name}=${value}`);
  const options = [url.searchParams.get('options') ?? '', ...own].filter((one) => one !== '').join(' ');
  if (options !== '') url.searchParams.set('options', options);
  return url.href;
}

const bool = 16;
const bytea = 17;

/** Numbers keep their digits, times their zone: a value is the text that the server writes, as `where` compares it. */
const asWritten: CustomTypesConfig = {
  getTypeParser: ((oid: number, format?: string) => {
    if (format === 'binary') return (value: unknown) => value;
    if (oid === bool) return (text: string) => text === 't';
    if (oid === bytea) return (text: string) => (text.startsWith('\\x') ? Buffer.from(text.slice(2), 'hex') : text);
    return (text: string) => text;
  }) as CustomTypesConfig['getTypeParser'],
};

/** SQLSTATE codes: https://www.postgresql.org/docs/current/errcodes-appendix.html */
export function postgresBlind(error: unknown, url: string): Blind {
  if (error instanceof Blind) return error;
  const where = originOf(url);
  const { message, code = '' } = error as { message: string; code?: string };
  const say = `${where}: ${message}`;
  const as = (kind: Blind['fault']['kind'], hint?: string): Blind =>
    new Blind(kind, say, { cause: error, ...(hint !== undefined && { hint }) });
  if (code.startsWith('28')) return as('permission', 'Check user, password and pg_hba.conf of the server.');
  if (code === '42501') return as('permission', 'Grant SELECT on what the query reads.');
  if (code === '25006')
    return as('permission', 'A look runs in a read-only transaction: what writes belongs into a step.');
  if (code === '57014') return as('timeout', 'Narrow the query, or give the table an index for it.');
  if (code === '55P03') return as('busy', 'Another session holds a lock on the table.');
  if (code === '57P03' || code.startsWith('53')) return as('busy');
  if (code.startsWith('57P') || code.startsWith('08')) return as('refused');
  if (code === '3D000') return as('error', noDatabase);
  return serverFault(error, where) ?? as('error', 'Run the query in psql to try it.');
}
