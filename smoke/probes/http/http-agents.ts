// The connections of one owner: kept open between requests or not, and gone when it closes.

import { Agent as HttpAgent } from 'node:http';
import { type AgentOptions, Agent as HttpsAgent } from 'node:https';

/** What a request to `url` goes through, named as got wants it. */
export type Agents = {
  /** `secured`: by whom this client is known, and whom it trusts; connections are not shared with others. */
  for(url: URL, secured?: Secured): { http: HttpAgent } | { https: HttpsAgent };
  close(): void;
};

/** `id` tells one from another. */
export type Secured = { id: string; options: AgentOptions };

/**
 * How long a connection is kept idle, in ms. Where a server says that it closes earlier (`Keep-Alive: timeout=5`), Node
 * leaves it a second before that, but only where a time of one's own is set. A request that goes out while the server
 * closes fails, is sent again, and takes two places of the host's budget.
 */
const longestIdle = 60_000;

export function createAgents({ keepAlive }: { keepAlive: boolean }): Agents {
  const options = { keepAlive, timeout: longestIdle };
  let http: HttpAgent | undefined;
  const https = new Map<string, HttpsAgent>();
  return {
    for(url, secured) {
      if (url.protocol === 'https:') {
        // Made where it is needed: TLS takes longer to load than the rest of HTTP.
        const id = secured?.id ?? '';
        const agent = https.get(id) ?? new HttpsAgent({ ...options, ...secured?.options });
        https.set(id, agent);
        return { https: agent };
      }
      http ??= new HttpAgent(options);
      return { http };
    },
    close() {
      http?.destroy();
      for (const agent of https.values()) agent.destroy();
    },
  };
}
