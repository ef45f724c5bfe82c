// The connections of one owner: kept open between requests or not, and gone when it closes.

import { Agent as HttpAgent } from 'node:http';
import { Agent as HttpsAgent } from 'node:https';

/** What a request to `url` goes through, named as got wants it. */
export type Agents = { for(url: URL): { http: HttpAgent } | { https: HttpsAgent }; close(): void };

export function createAgents(options: { keepAlive: boolean }): Agents {
  let http: HttpAgent | undefined;
  let https: HttpsAgent | undefined;
  return {
    for(url) {
      if (url.protocol === 'https:') {
        // Made where it is needed: TLS takes longer to load than the rest of HTTP.
        https ??= new HttpsAgent(options);
        return { https };
      }
      http ??= new HttpAgent(options);
      return { http };
    },
    close() {
      http?.destroy();
      https?.destroy();
    },
  };
}
