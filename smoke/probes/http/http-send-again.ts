// Repeats a send step that the scenario calls idempotent. A later certain answer never hides an earlier doubt.

import pRetry from 'p-retry';
import type { Clock, Sent } from '../plugin.ts';

/** How one attempt ended; `again` is how many milliseconds later another one makes sense. */
export type Attempt = Omit<Sent, 'cost'> & { again?: number };

const mostRetries = 2;

/** An attempt after which another one makes sense; an error of our own, since p-retry gives up on a TypeError. */
class NotYet extends Error {
  readonly attempt: Attempt;
  constructor(attempt: Attempt) {
    super(attempt.summary);
    this.name = 'NotYet';
    this.attempt = attempt;
  }
}

export async function sendAgain(
  attempt: () => Promise<Attempt>,
  clock: Clock,
  signal: AbortSignal,
): Promise<{ ended: Attempt; attempts: number }> {
  let attempts = 0;
  let ended: Attempt | undefined;
  let doubt = false;
  const one = async (): Promise<void> => {
    attempts += 1;
    ended = await attempt();
    doubt ||= ended.outcome === 'unknown';
    if (ended.outcome !== 'done' && ended.again !== undefined) throw new NotYet(ended);
  };
  try {
    await pRetry(one, {
      retries: mostRetries,
      minTimeout: 0,
      signal,
      shouldRetry: ({ error }) => error instanceof NotYet,
      onFailedAttempt: async ({ error, retriesLeft }) => {
        if (error instanceof NotYet && retriesLeft > 0) await clock.wait(error.attempt.again ?? 0, signal);
      },
    });
  } catch (error) {
    // Out of attempts, or stopped while waiting for the next: the last attempt stands.
    if (!ended || !(error instanceof NotYet || signal.aborted)) throw error;
  }
  if (!ended) throw new Error('no attempt was made');
  return { ended: doubt ? doubted(ended) : ended, attempts };
}

function doubted(ended: Attempt): Attempt {
  if (ended.outcome !== 'refused') return ended;
  const summary = `${ended.summary}; an earlier attempt may have been accepted`;
  return { ...ended, outcome: 'unknown', summary };
}
