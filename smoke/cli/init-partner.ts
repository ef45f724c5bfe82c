// Asks the partner's address once, with GET, so that the look at it can be guessed from what it shows.

import { textOf } from '../core/text-of.ts';
import type { PartnerAnswer } from '../init/partner.ts';
import { version } from '../version.ts';
import { realClock } from './clock.ts';
import { UsageError } from './world.ts';

const longest = 5_000;
const largest = 1024 * 1024;

/** Never throws for what the other side does: a silent partner is a partner nobody has seen. */
export async function askPartner(url: string): Promise<PartnerAnswer> {
  const stop = new AbortController();
  const timer = new AbortController();
  realClock.wait(longest, timer.signal).then(
    () => stop.abort(new Error(`nothing within ${longest / 1000} s`)),
    () => undefined, // Cleared: the answer came first.
  );
  try {
    const answer = await fetch(url, {
      signal: stop.signal,
      headers: { accept: 'application/json', 'user-agent': `smoketrail/${version}` },
    });
    const chunks: Uint8Array[] = [];
    let size = 0;
    for await (const chunk of answer.body ?? []) {
      size += chunk.length;
      if (size > largest) return { kind: 'silent', why: 'its answer is larger than 1 MB' };
      chunks.push(chunk);
    }
    const body = Buffer.concat(chunks).toString('utf8');
    return { kind: 'answered', status: answer.status, type: answer.headers.get('content-type') ?? '', body };
  } catch (error) {
    const cause = error instanceof Error && error.cause instanceof Error ? error.cause : error;
    return { kind: 'silent', why: textOf(cause) };
  } finally {
    timer.abort();
    stop.abort();
  }
}

/** An address given with a flag. Throws a UsageError for anything but http and https. */
export function webAddress(flag: string, given: string): string {
  const wrong = addressFault(given);
  if (wrong !== undefined) throw new UsageError(`${flag}: ${wrong}`);
  return new URL(withScheme(given)).href;
}

/** `127.0.0.1:4101/reservations`: a host with a port, or this machine, is meant as http. Elsewhere https is as likely. */
function withScheme(given: string): string {
  return /^(?:localhost(?=[/?]|$)|[\w.-]+:\d{1,5}(?=[/?]|$))/i.test(given) ? `http://${given}` : given;
}

export function addressFault(address: string): string | undefined {
  const given = withScheme(address);
  if (!/^https?:\/\/[^/]/i.test(given) || !URL.canParse(given))
    return `${JSON.stringify(address)} is no http:// or https:// address`;
  const { username, password } = new URL(given);
  if (username !== '' || password !== '')
    return 'leave user and password out of the address: they would stand in the file';
  return undefined;
}
