// What the status and headers of an answer say against taking it for the state of things now.

import type { Exchange } from './http-exchange.ts';

/** An answer that its server did not make, or not yet, or not lately enough by its own rules. */
export function doubtOfAnswer({ status, headers }: Exchange): { doubt?: string } {
  if (status === 202) return { doubt: 'it was answered 202: accepted, not ready' };
  if (status === 203) return { doubt: 'it was answered 203: not as the server made it' };
  const warnings = [headers['warning'] ?? []].flat();
  const isStale = warnings.some((warning) => /(?:^|,)\s*11[01]\s/.test(warning));
  return isStale ? { doubt: 'the answer says that it is stale (Warning: 110)' } : {};
}

/** How long a cache has had it. */
export function ageOf({ headers }: Exchange): { age?: number } {
  const [age] = [headers['age'] ?? []].flat();
  return age !== undefined && /^\s*\d{1,10}\s*$/.test(age) ? { age: Number(age) * 1000 } : {};
}
