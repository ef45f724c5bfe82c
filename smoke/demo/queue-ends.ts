// What a queue is to the processes of the stack, whichever system it runs on: one end for the web app, one for workers, one for the queue's own process.

import type { ChildConfig, Settings } from './child.ts';
import type { Hold, Job, JobPayload } from './job.ts';

/** The web app's end. */
export type Producer = {
  /** Resolves when the system has the job. It waits for `delayMs`, and for as long as the holds say. */
  add(payload: JobPayload, delayMs: number, holds: readonly Hold[]): Promise<void>;
};

/** A worker's end. A job that the system has given to another worker meanwhile is no longer this one's to end, and that is no error. */
export type Consumer = {
  /** The next job for this worker, undefined where there is none now. */
  take(): Promise<Job | undefined>;
  done(job: Job): Promise<void>;
  /** Counts the attempt: the job comes back after `ms`, or fails for good after its third. */
  failed(job: Job, reason: string, ms: number): Promise<void>;
  /** Hands it back without counting the attempt. */
  handBack(job: Job, ms: number): Promise<void>;
  /** A worker that holds a job for long says that it still lives. */
  touch(job: Job): Promise<void>;
  /** Gives back what was brought here and not taken. */
  close(): Promise<void>;
};

/** The end of the queue's own process, which makes the queue before the others open it. */
export type Caretaker = {
  /** Frees jobs of dead workers where the system does not, drops those to be dropped, lets go the stuck ones whose fault is cleared. */
  tidy(settings: Settings): Promise<void>;
  /** Newest first. */
  list(limit: number): Promise<unknown[]>;
  listFailed(limit: number): Promise<unknown[]>;
};

export type QueueSystem = {
  producer(config: ChildConfig): Promise<Producer>;
  consumer(config: ChildConfig): Promise<Consumer>;
  caretaker(config: ChildConfig): Promise<Caretaker>;
};
