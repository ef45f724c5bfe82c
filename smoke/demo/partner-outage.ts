// The partner's outages: cut connections, 500s and 429s, for all requests or those of one room.

import type { Child } from './child.ts';
import type { Fault } from './fault.ts';
import { type Answer, jsonAnswer } from './http-server.ts';
import type { WriteTruth } from './truth.ts';

/** `booking` is undefined for a read that names none. */
export type Concerned = { kind: 'push' | 'read'; room: number | undefined; booking: number | undefined };

export type Outage = (concerned: Concerned) => Answer | 'hang-up' | undefined;

/** Gives what to answer instead, or undefined when the partner is well. */
export function outages(child: Child, truth: WriteTruth): Outage {
  /** How often a fault with `times` has hit pushes, and reads, of a booking. */
  const struck = new Map<string, number>();
  return ({ kind, room, booking }) => {
    for (const fault of child.faults('partner', room)) {
      if (!fault.name.startsWith('partner-') || !applies(fault, kind)) continue;
      const key = `${fault.id} ${kind} ${booking ?? ''}`;
      const before = struck.get(key) ?? 0;
      if (before >= (fault.times ?? Infinity)) continue;
      if (fault.times !== undefined) struck.set(key, before + 1);
      if (kind === 'push' && booking !== undefined && room !== undefined) {
        truth({ booking, room, hop: 'partner', fault: fault.name, rule: fault.id });
      }
      return answerOf(fault);
    }
    return undefined;
  };
}

/** Whether the partner must refuse every connection, so that it should not even listen. */
export function isShut(child: Child): boolean {
  return child
    .faults('partner', undefined)
    .some((fault) => fault.name === 'partner-down' && fault.times === undefined && (fault.requests ?? 'all') === 'all');
}

function applies({ requests = 'all' }: Fault, kind: Concerned['kind']): boolean {
  return requests === 'all' || requests === (kind === 'push' ? 'pushes' : 'reads');
}

function answerOf(fault: Fault): Answer | 'hang-up' {
  switch (fault.name) {
    case 'partner-500':
      return jsonAnswer(500, { error: 'internal error' });
    case 'partner-429':
      return jsonAnswer(429, { error: 'too many requests' }, { 'retry-after': String(fault.retryAfter ?? 1) });
    default:
      return 'hang-up';
  }
}
