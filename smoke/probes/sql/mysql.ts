// A connection to MySQL or MariaDB for one look or step, and its faults in our words.

import type { Socket } from 'node:net';
import type { Connection, ConnectionOptions, RowDataPacket } from 'mysql2';
import { Blind, type Host } from '../plugin.ts';
import { serverFault } from '../server-fault.ts';
import { inSession } from '../server-session.ts';
import { noDatabase, originOf, type ServerTarget, tlsOf } from '../server-target.ts';
import { wrongAddress } from './sql-options.ts';

/** See `withPostgres`. */
export async function withMysql<T>(
  target: ServerTarget,
  host: Host,
  signal: AbortSignal,
  use: (connection: Connection) => Promise<T>,
): Promise<T> {
  const wrong = wrongAddress('mysql', target.url);
  if (wrong !== undefined) throw new Blind('error', wrong);
  const blindOf = (error: unknown): Blind => mysqlBlind(error, target.url);
  return inSession({ url: target.url, blindOf }, host, signal, async (socket) => {
    const connection = await connected(target, host, socket);
    const result = await use(connection);
    await new Promise<void>((done) => connection.end(() => done()));
    return result;
  });
}

async function connected(target: ServerTarget, host: Host, socket: Socket): Promise<Connection> {
  const [{ default: mysql }, tls] = await Promise.all([import('mysql2'), tlsOf(target, host)]);
  const { hostname, port, username, password, pathname } = new URL(target.url);
  const options: ConnectionOptions = {
    host: hostname,
    user: decodeURIComponent(username),
    password: decodeURIComponent(password),
    database: decodeURIComponent(pathname.slice(1)),
    stream: () => socket.connect(Number(port || 3306), hostname.replace(/^\[|\]$/g, '')),
    // Numbers keep their digits, times and JSON are the texts that the server writes.
    supportBigNumbers: true,
    bigNumberStrings: true,
    dateStrings: true,
    jsonStrings: true,
    ...(tls && {
      ssl: {
        rejectUnauthorized: tls.rejectUnauthorized === true,
        verifyIdentity: tls.rejectUnauthorized === true,
        ...(tls.ca !== undefined && { ca: String(tls.ca) }),
      },
    }),
  };
  const connection = mysql.createConnection(options);
  // A connection that breaks is told by the query it breaks.
  connection.on('error', () => undefined);
  await new Promise<void>((done, fail) => connection.connect((error) => (error === null ? done() : fail(error))));
  return connection;
}

/** For what is not bound: settings of the session. */
export function told(connection: Connection, text: string): Promise<readonly RowDataPacket[]> {
  return new Promise((done, fail) => {
    connection.query<RowDataPacket[]>(text, (error, rows) => (error === null ? done(rows) : fail(error)));
  });
}

const denied: ReadonlySet<number> = new Set([1045, 1095, 1142, 1143, 1227, 1370, 1698]);
const tooLong: ReadonlySet<number> = new Set([1317, 1969, 3024]);
const occupied: ReadonlySet<number> = new Set([1040, 1203, 1205, 1213]);

/** Error numbers of both servers: https://mariadb.com/kb/en/mariadb-error-code-reference/ */
export function mysqlBlind(error: unknown, url: string): Blind {
  if (error instanceof Blind) return error;
  const where = originOf(url);
  const { message, errno = 0 } = error as { message: string; errno?: number };
  const as = (kind: Blind['fault']['kind'], hint?: string): Blind =>
    new Blind(kind, `${where}: ${message}`, { cause: error, ...(hint !== undefined && { hint }) });
  // Who may not read it is not told whether there is such a database.
  if (errno === 1044) return as('permission', `${noDatabase} If it is right, grant SELECT on what the query reads.`);
  if (denied.has(errno)) return as('permission', 'Check user and password, and grant SELECT on what the query reads.');
  if (errno === 1792)
    return as('permission', 'A look runs in a read-only transaction: what writes belongs into a step.');
  if (tooLong.has(errno)) return as('timeout', 'Narrow the query, or give the table an index for it.');
  if (occupied.has(errno)) return as('busy');
  if (errno === 1053 || errno === 1927) return as('refused');
  if (errno === 1049) return as('error', noDatabase);
  return serverFault(error, where) ?? as('error', 'Run the query in the mysql shell to try it.');
}
