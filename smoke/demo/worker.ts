// A worker's process: takes jobs off the queue, several at once, and pushes each to the partner.

import { join } from 'node:path';
import { childOf, fail, tell, versionOf } from './child.ts';
import { buildFor, handleJob } from './handle-job.ts';
import { jsonAnswer, listen, makeServer, Refusal } from './http-server.ts';
import type { Job } from './job.ts';
import type { Consumer } from './queue-ends.ts';
import { queueSystem } from './queue-system.ts';
import type { SpanFacts } from './span-facts.ts';
import { startTracing, traced } from './tracing.ts';
import { truthWriter } from './truth.ts';
import { logWriter } from './worker-log.ts';

/** Jobs that are being worked on at once; waiting ones do not count. */
const hands = 16;

let opening: Promise<Consumer> | undefined;
const child = childOf(async ({ whenOpen }) => {
  // The queue is there once the first settings come.
  opening ??= queueSystem(config.queue.system)
    .then((system) => system.consumer(config))
    .then((jobs) => {
      poll(jobs).catch(fail);
      return jobs;
    });
  // Its driver takes a while to load: whoever switches a fault need not wait for a worker that has just died.
  opening.catch(fail);
  if (whenOpen) await opening;
});
const { config } = child;
const { name } = config;
const log = logWriter(join(config.paths.workerLog, `${name}.log`));
const truth = truthWriter(config.paths.truth);
await startTracing(config, child.startedAt);

type InHand = { waiting: boolean; crashing: boolean; ended: Promise<void> };
const inHand = new Map<Job['id'], InHand>();
const leaving = new AbortController();
/** What was asked for before this worker began to leave may still come. */
let taking: Promise<Job | undefined> = Promise.resolve(undefined);

async function poll(jobs: Consumer): Promise<void> {
  while (!leaving.signal.aborted && [...inHand.values()].filter(({ waiting }) => !waiting).length < hands) {
    taking = jobs.take();
    const job = await taking;
    if (job === undefined) break;
    start(job, jobs);
  }
  if (leaving.signal.aborted) return;
  // Not in step with the other workers.
  setTimeout(() => poll(jobs).catch(fail), config.times.jobPoll * (0.5 + Math.random()));
}

function start(job: Job, jobs: Consumer): void {
  const entry: InHand = { waiting: false, crashing: false, ended: Promise.resolve() };
  inHand.set(job.id, entry);
  const bench = { child, jobs, truth, log, leaving: leaving.signal, alone, waits };
  entry.ended = traced(working(job), () => handleJob(job, bench)).then(() => {
    inHand.delete(job.id);
    // Its crash did not come, since the push before it failed; but this worker has stopped taking jobs.
    if (entry.crashing) process.exit(1);
  }, fail);
}

/** The job's own trace follows from that of the request that made it. */
function working({ id, payload: { booking, room, hostMessage, trace } }: Job): SpanFacts {
  const { label, startedAt } = buildFor(child, room);
  const attributes = {
    'messaging.system': config.queue.system,
    'messaging.operation.type': 'process',
    'messaging.destination.name': 'partner-push',
    'messaging.message.id': String(id),
    'booking.id': booking,
    'booking.note': hostMessage,
  };
  const build = { commit: label.commit, startedAt };
  return { name: 'partner-push process', kind: 'consumer', attributes, link: trace ?? {}, build };
}

function waits(job: Job, yes: boolean): void {
  const entry = inHand.get(job.id);
  if (entry !== undefined) entry.waiting = yes;
}

/** A crash must hit only the bookings it is meant for, so the other jobs are finished or handed back before it. */
async function alone(job: Job): Promise<boolean> {
  if (leaving.signal.aborted) return false;
  const entry = inHand.get(job.id);
  if (entry !== undefined) entry.crashing = true;
  leaving.abort();
  await finished();
  return true;
}

/** All jobs but one that is about to crash. */
async function finished(): Promise<void> {
  await taking;
  await Promise.all([...inHand.values()].filter(({ crashing }) => !crashing).map(({ ended }) => ended));
}

const server = makeServer(({ method, url }) => {
  if (`${method} ${url.pathname}` !== 'GET /version') throw new Refusal(404, `nothing at ${url.pathname}`);
  const room = url.searchParams.get('room');
  const { label, startedAt } = buildFor(child, room === null ? undefined : Number(room));
  return jsonAnswer(200, { ...versionOf(child), commit: label.commit, image: label.image, startedAt });
});

process.on('SIGTERM', () => {
  leaving.abort();
  finished()
    .then(async () => (await opening)?.close())
    .then(() => process.exit(0), fail);
});

const { label, startedAt } = buildFor(child, undefined);
const now = new Date().toISOString();
log({ time: now, level: 'info', worker: name, release: label.commit, startedAt, pid: process.pid, event: 'started' });
listen(server, config.port, config.mayMove).then((port) => tell({ type: 'ready', port }), fail);
