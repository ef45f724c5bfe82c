// What happens to a job in a worker, from taking it to its end: the guest's mail, then the push; with the faults that a worker can have.

import { type Child, fail } from './child.ts';
import { delayOf } from './delay.ts';
import { type Delivery, deliveries, noteOf } from './deliver.ts';
import type { Fault } from './fault.ts';
import type { Job } from './job.ts';
import { push } from './push.ts';
import type { Consumer } from './queue-ends.ts';
import type { ReleaseLabel } from './release-label.ts';
import { sendMail } from './send-mail.ts';
import { traced } from './tracing.ts';
import type { WriteTruth } from './truth.ts';
import type { LogLine } from './worker-log.ts';

export type Bench = {
  child: Child;
  jobs: Consumer;
  truth: WriteTruth;
  log: (line: LogLine) => void;
  /** Aborted when the worker is about to end: jobs that only wait are handed back. */
  leaving: AbortSignal;
  /** Waits until this is the worker's only job, then keeps it so. False: another crash came first, hand the job back. */
  alone: (job: Job) => Promise<boolean>;
  /** Tells that the job only waits, or that it goes on. */
  waits: (job: Job, yes: boolean) => void;
};

/** The build that handles bookings of that room here: its label, and whether it is a stale one. */
export function buildFor(
  child: Child,
  room: number | undefined,
): { label: ReleaseLabel; startedAt: string; stale?: Fault | true } {
  const { label, worker } = child.config;
  const fault = child.faults('worker', room).find(({ name }) => name === 'stale-workers');
  const hit = fault !== undefined && worker !== undefined && worker.index < (fault.count ?? 3);
  if (worker === undefined || (!hit && !worker.stale)) return { label, startedAt: child.startedAt };
  const old = worker.staleLabel;
  return { label: old, startedAt: old.startedAt ?? child.startedAt, stale: hit ? fault : true };
}

export async function handleJob(job: Job, bench: Bench): Promise<void> {
  const { child, jobs } = bench;
  const { booking, room } = job.payload;
  const { label, startedAt, stale } = buildFor(child, room);
  const worker = child.config.name;
  const about = { worker, release: label.commit, startedAt, pid: process.pid, booking, job: job.id };
  const log = (level: 'info' | 'error', event: LogLine['event'], more: Partial<LogLine>): void =>
    bench.log({ time: new Date().toISOString(), level, ...about, event, ...more });
  const faults = child.faults('worker', room).filter((fault) => fault.name !== 'stale-workers' && strikes(fault, job));
  const crash = faults.find(({ name }) => name === 'worker-crash');
  const known = { booking, room, hop: 'worker', worker, release: label.commit } as const;

  log('info', 'received', { received: job.payload });
  for (const { name, id } of faults) if (name !== 'worker-crash') bench.truth({ ...known, fault: name, rule: id });
  if (stale !== undefined) bench.truth({ ...known, fault: 'stale-workers', ...(stale !== true && { rule: stale.id }) });

  for (const fault of faults) {
    if (fault.name !== 'stuck' && fault.name !== 'delayed') continue;
    if (!(await waitFor(fault, job, bench))) return await jobs.handBack(job, 0);
  }
  if (faults.some(({ name }) => name === 'dropped')) return await jobs.done(job);
  if (crash !== undefined) {
    if (!(await bench.alone(job))) return await jobs.handBack(job, 50);
    bench.truth({ ...known, fault: crash.name, rule: crash.id });
    if (crash.when !== 'after') fail(new Error(`told to crash before the push of booking ${booking}`));
  }

  // Before the push, whose failure is no reason to leave the guest without a mail. An old build writes the same mail.
  sendMail(job, noteOf(job, faults), bench);
  for (const delivery of deliveries(job, faults, stale !== undefined)) {
    const outcome = await send(delivery, bench);
    const { body } = delivery;
    if (outcome.error !== undefined) {
      // A partner that is not even listening cannot state its own truth.
      const down =
        outcome.status === 0 ? child.faults('partner', room).find((f) => f.name === 'partner-down') : undefined;
      if (down !== undefined) bench.truth({ booking, room, hop: 'partner', fault: down.name, rule: down.id });
      log('error', 'failed', { push: body, status: outcome.status, error: outcome.error });
      const ms = outcome.retryAfterMs ?? child.config.times.retry;
      if (outcome.status === 429) await jobs.handBack(job, ms);
      else await jobs.failed(job, outcome.error, ms);
      return;
    }
    log('info', 'pushed', { push: body, status: outcome.status });
  }
  if (crash !== undefined) fail(new Error(`told to crash after the push of booking ${booking}`));
  if (faults.length === 0 && stale === undefined) bench.truth({ ...known, fault: 'none' });
  await jobs.done(job);
}

function strikes(fault: Fault, job: Job): boolean {
  return fault.name !== 'worker-crash' || job.attempts <= (fault.times ?? 1);
}

async function send({ body, key, afterMs }: Delivery, { child }: Bench): ReturnType<typeof push> {
  if (afterMs > 0) await new Promise((resolve) => setTimeout(resolve, afterMs));
  const { label, startedAt } = buildFor(child, body.room);
  const attributes = {
    'http.request.method': 'PUT',
    'booking.id': Number(body.externalRef),
    ...(body.BookingNote !== undefined && { 'booking.note': body.BookingNote }),
  };
  const build = { commit: label.commit, startedAt };
  return await traced({ name: 'PUT /reservations/:ref', kind: 'client', attributes, build }, () =>
    push(child.settings().partnerUrl, body, key),
  );
}

/** Waits until a delay is over or a stuck job's fault is cleared. False: the worker leaves first. */
async function waitFor(fault: Fault, job: Job, { child, jobs, leaving, waits }: Bench): Promise<boolean> {
  const until = fault.name === 'stuck' ? Infinity : job.createdAt + delayOf(fault, job.payload.booking, 1000);
  const touchMs = Math.max(20, child.config.times.reservation / 4);
  waits(job, true);
  while (!leaving.aborted && Date.now() < until && (fault.name !== 'stuck' || child.active(fault.id))) {
    await jobs.touch(job);
    await pause(Math.min(touchMs, until - Date.now()), child.changed(), leaving);
  }
  waits(job, false);
  return !leaving.aborted;
}

function pause(ms: number, changed: Promise<void>, leaving: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const end = (): void => {
      clearTimeout(timer);
      leaving.removeEventListener('abort', end);
      resolve();
    };
    const timer = setTimeout(end, ms);
    leaving.addEventListener('abort', end);
    changed.then(end, end);
  });
}
