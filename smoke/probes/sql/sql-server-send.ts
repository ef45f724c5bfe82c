// A step on a database server: what is certain about a statement that failed, whichever server it is.

import { textOf } from '../../core/text-of.ts';
import type { Blind, Host, Sent, Trigger } from '../plugin.ts';
import { originOf, type ServerTarget } from '../server-target.ts';
import type { Bound } from './sql-bind.ts';
import type { SqlEngine, SqlOptions } from './sql-options.ts';
import { type Ran, sentOf } from './sql-sent.ts';
import { statementOf } from './sql-statement.ts';

export type SqlServer = {
  engine: Exclude<SqlEngine, 'sqlite'>;
  bind(options: SqlOptions): Bound;
  /** Calls `onLeft` right before the statement is sent. */
  run(target: ServerTarget, signal: AbortSignal, statement: Bound, onLeft: () => void): Promise<Ran>;
  blindOf(error: unknown, url: string): Blind;
  /** Whether the server's own error says that nothing was done. */
  isUndone(error: object): boolean;
};

export function serverTrigger(host: Host, server: SqlServer): Trigger<SqlOptions> {
  return {
    async fire(options, { signal }): Promise<Sent> {
      const began = host.clock.now();
      const url = options[server.engine] ?? '';
      const { keyword } = statementOf(options.query, server.engine);
      let left = false;
      try {
        const ran = await server.run({ url, ca: options.ca }, signal, server.bind(options), () => {
          left = true;
        });
        return await sentOf(options, ran, keyword, originOf(url), host.clock.now() - began);
      } catch (error) {
        const blind = signal.aborted ? undefined : server.blindOf(error, url);
        const message = blind?.message ?? `${originOf(url)}: ${textOf(signal.reason)}`;
        const isUndone = typeof blind?.cause === 'object' && blind.cause !== null && server.isUndone(blind.cause);
        return {
          outcome: left && !isUndone ? 'unknown' : 'refused',
          summary: `${keyword} failed: ${message}`,
          fault: blind?.fault ?? { kind: 'timeout', message },
          cost: { requests: 1, bytes: 0, ms: host.clock.now() - began },
        };
      }
    },
  };
}
