// The connections of one owner: kept open between requests or not, and gone when it closes.

import { Agent as HttpAgent } from 'node:http';
import { Agent as HttpsAgent } from 'node:https';

export type Agents = { http: HttpAgent; https: HttpsAgent; close(): void };

export function createAgents(options: { keepAlive: boolean }): Agents {
  const http = new HttpAgent(options);
  const https = new HttpsAgent(options);
  return {
    http,
    https,
    close() {
      http.destroy();
      https.destroy();
    },
  };
}
