// The worker's request to the partner.

import { Agent, request } from 'node:http';
import { carrier } from './tracing.ts';

/** The body. An old release knows no BookingNote. `GuestComment` is where a moved note goes. */
export type Pushed = {
  externalRef: string;
  room: number;
  nights: number;
  guest: string;
  BookingNote?: string;
  GuestComment?: string;
};

/** `status` 0: no answer came, and `error` says why. `retryAfterMs` is what the partner asked for. */
export type PushOutcome = { status: number; error?: string; retryAfterMs?: number };

const agent = new Agent({ keepAlive: true });
const timeoutMs = 10_000;

/** Never rejects. The key tells the partner that two pushes are the same delivery. */
export function push(partnerUrl: string, body: Pushed, key: string): Promise<PushOutcome> {
  return new Promise((resolve) => {
    const text = JSON.stringify(body);
    const sent = request(`${partnerUrl}/reservations/${encodeURIComponent(body.externalRef)}`, {
      agent,
      method: 'PUT',
      signal: AbortSignal.timeout(timeoutMs),
      headers: {
        'content-type': 'application/json',
        'content-length': Buffer.byteLength(text),
        'idempotency-key': key,
        ...carrier(),
      },
    });
    sent.on('error', (error) => resolve({ status: 0, error: error.message || error.name }));
    sent.on('response', (response) => {
      response.resume();
      response.on('error', (error) => resolve({ status: 0, error: error.message }));
      response.on('end', () => {
        const status = response.statusCode ?? 0;
        const retryAfter = Number(response.headers['retry-after']);
        resolve({
          status,
          ...(status >= 400 && { error: `the partner answered ${status}` }),
          ...(retryAfter >= 0 && { retryAfterMs: retryAfter * 1000 }),
        });
      });
    });
    sent.end(text);
  });
}
