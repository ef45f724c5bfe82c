// Where pg-boss keeps jobs: one table, a partition of it for some queues, with the jobs that are done for a week. Its ids
// are random, so the jobs are found by the time that the database itself gave them.

import type { Reading } from '../../core/look.ts';
import { Blind, type Host, type Probe } from '../plugin.ts';
import { nothing, type Rows } from '../sql/sql-reading.ts';
import { type Ask, type Dialect, jobDatabase, secondsSince } from './job-database.ts';
import { factsAsk, factsIn } from './job-facts.ts';
import { gaveUp, jobLimit, jobsBlind, jobsReading } from './job-reading.ts';
import type { PgBossOptions } from './job-table-options.ts';
import { type JobRecord, jsonCell, textOf, timeOf } from './job-table-row.ts';

/** A look that takes longer, in milliseconds, leaves the database alone for so many times as long before the next. */
const SLOW = 1000;
const REST = 4;
const REST_CAP = 10_000;

export async function openPgBoss(given: Partial<PgBossOptions>, host: Host): Promise<Probe<PgBossOptions>> {
  const database = await jobDatabase(given, host);
  return {
    async read(options, { since, named, signal, limit: time }) {
      const began = host.clock.now();
      const { queue, limit = jobLimit } = options;
      const age = (): number => secondsSince(since, host.clock);
      const read = await database
        .ask({ signal, ...(time !== undefined && { limit: time }) }, () =>
          asksFor(options, age(), limit, database.dialect),
        )
        .catch((error: unknown) => {
          throw slow(jobsBlind(error, '`schema`'));
        });
      const [jobs = nothing, queues = nothing, facts = nothing] = read;
      const { follows } = factsIn(facts);
      const kept = keptFor(queues, queue);
      const isCut = jobs.rows.length > limit || !jobs.whole;
      const ms = host.clock.now() - began;
      const reading = await jobsReading({
        records: jobs.rows.slice(0, limit).map(({ made, ...row }) => record(row, queue, made)),
        place: `queue ${queue}`,
        unseen: isCut ? gaveUp(limit, read) : deleted(kept, age()),
        follows,
        untold,
        read,
        named,
        ms,
      });
      return ms > SLOW ? { ...reading, retryAfter: Math.min(ms * REST, REST_CAP) } : reading;
    },
  };
}

/** Its ids are random, so no number is missing of a job that was sent and deleted. */
const untold = 'pg-boss leaves no trace of a job that is deleted (`deleteJob`, a queue that is emptied)';

/** `age`: seconds since the moment before the send, so that the clock of the database tells when that was. */
function asksFor({ queue, schema = 'pgboss' }: PgBossOptions, age: number, limit: number, dialect: Dialect): Ask[] {
  const table = (plain: string): string => `${dialect.name(schema)}.${dialect.name(plain)}`;
  const [jobs, queues] = [table('job'), table('queue')];
  const about = `SELECT to_jsonb(q) ->> 'deletion_seconds' FROM ${queues} q WHERE q.name = :queue`;
  return [
    {
      query: `
SELECT id, data, output, retry_count, start_after, started_on, completed_on, EXTRACT(EPOCH FROM created_on) AS made,
  CASE WHEN state::text <> 'created' THEN state::text WHEN start_after > now() THEN 'delayed' ELSE 'waiting' END AS state
FROM ${jobs} WHERE name = :queue AND created_on >= now() - make_interval(secs => ${age})
ORDER BY created_on DESC LIMIT ${limit + 1}`,
      params: { queue },
    },
    {
      query: `SELECT EXISTS (${about}) AS known, (${about}) AS kept,
  (SELECT string_agg(n.name, ', ') FROM (SELECT name FROM ${queues} ORDER BY name LIMIT 20) n) AS others`,
      params: { queue },
    },
    factsAsk(dialect, { name: jobs, plain: 'job', uses: [queues] }),
  ];
}

function record(row: Rows['rows'][number], queue: string, made: Rows['rows'][number][string]): JobRecord {
  const { id, state, data, output } = row;
  return {
    row: { ...row, data: jsonCell(data), output: jsonCell(output) },
    source: `job ${textOf(id)} of ${queue} (${textOf(state)})`,
    says: ['data'],
    ...timeOf(made),
  };
}

/** Seconds for which the queue keeps jobs that are done. Undefined where it keeps them for ever, or does not say. */
function keptFor({ rows }: Rows, queue: string): number | undefined {
  const { known, kept, others } = rows[0] ?? {};
  if (known !== true)
    throw new Blind('error', `pg-boss has no queue ${queue}`, {
      hint: others ? `It has ${textOf(others)}.` : 'It has none: check `schema`.',
    });
  const seconds = Number(kept ?? 0);
  return seconds > 0 ? seconds : undefined;
}

function deleted(kept: number | undefined, age: number): Reading['unseen'] {
  if (kept === undefined || age <= kept) return undefined;
  return {
    kind: 'not-observable',
    message: `a job of this queue is deleted ${kept} s after it is done`,
    hint: 'Let the queue keep jobs for longer (`deleteAfterSeconds`), or look at what the worker does: its log, its row.',
  };
}

/** It has no index for the time: all jobs of the queue are gone through. */
function slow(error: unknown): unknown {
  if (!(error instanceof Blind) || error.fault.kind !== 'timeout') return error;
  const { fault, cause } = error;
  return new Blind(fault.kind, fault.message, {
    cause,
    hint: 'Give the table with the jobs of the queue (job_common, or its own) an index on (name, created_on).',
  });
}
