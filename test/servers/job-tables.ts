// Tables of job queues as the systems publish them, for each database: what their migrations make, as far as jobs go.

export type Engine = 'postgres' | 'mysql' | 'sqlite';

/** Oban's migrations up to version 14. */
export function obanTables(schema = 'public'): readonly string[] {
  return [
    `CREATE SCHEMA IF NOT EXISTS ${schema}`,
    `CREATE TYPE ${schema}.oban_job_state AS ENUM
      ('available', 'suspended', 'scheduled', 'executing', 'retryable', 'completed', 'discarded', 'cancelled')`,
    `CREATE TABLE ${schema}.oban_jobs (
      id bigserial PRIMARY KEY,
      state ${schema}.oban_job_state NOT NULL DEFAULT 'available',
      queue text NOT NULL DEFAULT 'default',
      worker text NOT NULL,
      args jsonb NOT NULL DEFAULT '{}',
      errors jsonb[] NOT NULL DEFAULT ARRAY[]::jsonb[],
      attempt integer NOT NULL DEFAULT 0,
      max_attempts integer NOT NULL DEFAULT 20,
      inserted_at timestamp NOT NULL DEFAULT timezone('UTC', now()),
      scheduled_at timestamp NOT NULL DEFAULT timezone('UTC', now()),
      attempted_at timestamp, completed_at timestamp, discarded_at timestamp, cancelled_at timestamp,
      attempted_by text[],
      priority integer NOT NULL DEFAULT 0,
      tags text[] DEFAULT ARRAY[]::text[],
      meta jsonb DEFAULT '{}')`,
    `CREATE INDEX ON ${schema}.oban_jobs (state, queue, priority, scheduled_at, id)`,
  ];
}

type Types = { id: string; long: string; time: string };

const types: Readonly<Record<Engine, Types>> = {
  postgres: { id: 'bigserial PRIMARY KEY', long: 'text', time: 'timestamp(6)' },
  mysql: { id: 'bigint unsigned AUTO_INCREMENT PRIMARY KEY', long: 'longtext', time: 'datetime(6)' },
  sqlite: { id: 'integer PRIMARY KEY AUTOINCREMENT NOT NULL', long: 'text', time: 'datetime(6)' },
};

/** What `make:queue-table` and `make:queue-failed-table` make. */
export function laravelTables(engine: Engine): readonly string[] {
  const { id, long } = types[engine];
  return [
    `CREATE TABLE jobs (id ${id}, queue varchar(255) NOT NULL, payload ${long} NOT NULL, attempts smallint NOT NULL,
      reserved_at integer, available_at integer NOT NULL, created_at integer NOT NULL)`,
    'CREATE INDEX jobs_queue_index ON jobs (queue)',
    `CREATE TABLE failed_jobs (id ${id}, uuid varchar(255) NOT NULL UNIQUE, connection text NOT NULL, queue text NOT NULL,
      payload ${long} NOT NULL, exception ${long} NOT NULL, failed_at timestamp DEFAULT CURRENT_TIMESTAMP NOT NULL)`,
  ];
}

/** The tables of Solid Queue's `queue_schema.rb` that tell where a job is. */
export function solidQueueTables(engine: Engine): readonly string[] {
  const { id, long, time } = types[engine];
  const execution = (state: string, more: string): readonly string[] => [
    `CREATE TABLE solid_queue_${state}_executions (id ${id}, job_id bigint NOT NULL, ${more} created_at ${time} NOT NULL)`,
    `CREATE UNIQUE INDEX index_${state}_on_job_id ON solid_queue_${state}_executions (job_id)`,
  ];
  return [
    `CREATE TABLE solid_queue_jobs (id ${id}, queue_name varchar(255) NOT NULL, class_name varchar(255) NOT NULL,
      arguments ${long}, priority integer DEFAULT 0 NOT NULL, active_job_id varchar(255), scheduled_at ${time},
      finished_at ${time}, concurrency_key varchar(255), created_at ${time} NOT NULL, updated_at ${time} NOT NULL)`,
    'CREATE INDEX index_jobs_on_finished_at ON solid_queue_jobs (finished_at)',
    'CREATE INDEX index_jobs_for_filtering ON solid_queue_jobs (queue_name, finished_at)',
    `CREATE TABLE solid_queue_processes (id ${id}, kind varchar(255) NOT NULL, last_heartbeat_at ${time} NOT NULL,
      supervisor_id bigint, pid integer NOT NULL, hostname varchar(255), metadata text, created_at ${time} NOT NULL,
      name varchar(255) NOT NULL)`,
    ...execution('ready', 'queue_name varchar(255) NOT NULL, priority integer DEFAULT 0 NOT NULL,'),
    ...execution('claimed', 'process_id bigint,'),
    ...execution(
      'scheduled',
      `queue_name varchar(255) NOT NULL, priority integer DEFAULT 0 NOT NULL, scheduled_at ${time} NOT NULL,`,
    ),
    ...execution('failed', `error ${long},`),
    ...execution(
      'blocked',
      `queue_name varchar(255) NOT NULL, priority integer DEFAULT 0 NOT NULL,
      concurrency_key varchar(255) NOT NULL, expires_at ${time} NOT NULL,`,
    ),
  ];
}

export const solidQueueNames: readonly string[] = [
  'jobs',
  'processes',
  ...['ready', 'claimed', 'scheduled', 'failed', 'blocked'].map((state) => `${state}_executions`),
].map((name) => `solid_queue_${name}`);

/** As Active Job serializes a job that is given a number and a hash. */
export function activeJob(queue: string, { alias, note }: { alias: string; note: string }): string {
  return JSON.stringify({
    job_class: 'PushBookingJob',
    job_id: '7f2a1c1e-0c1b-4f0e-9d55-2f1f4f3b7a10',
    provider_job_id: null,
    queue_name: queue,
    priority: null,
    arguments: [alias, { note, _aj_symbol_keys: ['note'] }],
    executions: 0,
    exception_executions: {},
    locale: 'en',
    timezone: 'UTC',
    enqueued_at: '2026-01-01T00:00:00Z',
    scheduled_at: null,
  });
}
