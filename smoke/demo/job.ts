// A job of the demo's queue, the same in whatever system it waits.

/** What the web app asks the worker to send on. */
export type JobPayload = {
  booking: number;
  room: number;
  nights: number;
  guest: string;
  hostMessage: string;
  internalNote?: string;
  /** The trace of whoever enqueued it. */
  trace?: Readonly<Record<string, string>>;
};

/** `id` as the queue's system names it. `attempts` counts this one. `createdAt` in milliseconds since 1970. */
export type Job = { id: number | string; payload: JobPayload; attempts: number; createdAt: number };

/** Why a job is not handed out, or only to one worker. `afterMs`: when a job is dropped, in milliseconds from now. */
export type Hold = { kind: 'stuck' | 'drop' | 'pin'; rule: string; afterMs?: number; worker?: string };

export const maxAttempts = 3;
