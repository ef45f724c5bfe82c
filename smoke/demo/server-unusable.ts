// A server that was named for the queue and cannot be used: which, why, and what to do.

import { orAborted } from './or-aborted.ts';
import type { ServedPlace } from './queue-place.ts';
import { answers } from './server-answers.ts';

export class ServerUnusable extends Error {
  readonly hint: string;
  constructor(message: string, hint: string, cause: unknown) {
    super(message, { cause });
    this.name = 'ServerUnusable';
    this.hint = hint;
  }
}

const reasons: Readonly<Record<string, string>> = {
  ECONNREFUSED: 'connection refused',
  ECONNRESET: 'the connection was closed',
  ENOTFOUND: 'there is no such host',
  EAI_AGAIN: 'the name of the host cannot be looked up',
  EHOSTUNREACH: 'there is no way to the host',
  ENETUNREACH: 'there is no way to its network',
  ETIMEDOUT: 'it does not answer',
};

/** Rejects with a ServerUnusable where the server does not take a connection, and with the signal's reason once that aborts. */
export async function demandAnswer({ system, url }: ServedPlace, signal?: AbortSignal): Promise<void> {
  const asking = answers(system, url).catch((error: unknown) => {
    throw serverUnusable(url, error);
  });
  await (signal === undefined ? asking : orAborted(asking, signal));
}

export function serverUnusable(url: string, error: unknown): ServerUnusable {
  const { username, password, protocol, host, pathname } = new URL(url);
  const shown = `${protocol}//${host}${pathname}`;
  // Where a name has several addresses, the error has the code of the first and no words.
  const code = error instanceof Error && 'code' in error ? String(error.code) : '';
  const reason = reasons[code];
  if (reason !== undefined)
    return new ServerUnusable(
      `${shown} cannot be reached: ${reason}`,
      'Start it, or leave out --queue-url so that one is started.',
      error,
    );
  const said = error instanceof Error && error.message !== '' ? error.message : code || 'it said nothing';
  const secrets = [password, decoded(password)].filter((secret) => secret !== '');
  const words = secrets.reduce((text, secret) => text.replaceAll(secret, '***'), said).slice(0, 400);
  const as =
    username === '' && password === '' ? `, with its user and password as ${protocol}//USER:PASSWORD@HOST` : '';
  return new ServerUnusable(
    `${shown} cannot be used: ${words}`,
    `Name one that can be used${as}, or leave out --queue-url so that one is started.`,
    error,
  );
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
