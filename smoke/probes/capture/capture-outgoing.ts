// The connections of a capture to the partner: kept open between requests, verified where they are encrypted.

import { Agent, type ClientRequest, request } from 'node:http';
import type { SecureContextOptions } from 'node:tls';
import type { Target } from './capture-target.ts';

export type Trust = { ca?: SecureContextOptions['ca'] | undefined; insecure: boolean };

export type Outgoing = {
  /** `headers`: names and values in turn. Throws where the request cannot be written. */
  send(target: Target, method: string, headers: readonly string[]): ClientRequest;
  close(): void;
};

/**
 * Milliseconds an idle connection is kept. Shorter than the five seconds after which many servers close theirs: a request
 * that meets that moment would fail without the partner having seen it.
 */
const idle = 4_000;
/** Bytes. A worker's own client may take more than Node's 16 kB from the partner. */
export const mostHeaders: number = 64 * 1024;

export async function openOutgoing({ ca, insecure }: Trust): Promise<Outgoing> {
  // Takes longer to load than the rest.
  const secure = await import('node:https');
  const kept = { keepAlive: true, timeout: idle };
  const agent = new Agent(kept);
  const secureAgent = new secure.Agent({ ...kept, rejectUnauthorized: !insecure, ...(ca !== undefined && { ca }) });
  return {
    send({ origin, path }, method, headers) {
      const isSecure = origin.protocol === 'https:';
      return (isSecure ? secure.request : request)({
        agent: isSecure ? secureAgent : agent,
        host: origin.hostname.replace(/^\[|\]$/g, ''),
        port: origin.port === '' ? (isSecure ? 443 : 80) : Number(origin.port),
        path,
        method,
        headers,
        maxHeaderSize: mostHeaders,
        // None while it is used: how long an answer may take is for the worker to say.
        timeout: 0,
      });
    },
    close() {
      agent.destroy();
      secureAgent.destroy();
    },
  };
}
