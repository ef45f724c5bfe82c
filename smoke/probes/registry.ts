// The built-in plug-ins by name: what each is for, and how to load it. None is loaded before a scenario uses it.

import type { Plugin } from './plugin.ts';

export type PluginName =
  | 'http'
  | 'sql'
  | 'log'
  | 'command'
  | 'mail'
  | 'browser'
  | 'redis'
  | 'bullmq'
  | 'laravel'
  | 'sidekiq'
  | 'celery'
  | 'rq'
  | 'pg-boss'
  | 'graphile-worker'
  | 'oban'
  | 'laravel-database'
  | 'solid-queue'
  | 'rabbitmq'
  | 'otlp'
  | 'jaeger'
  | 'tempo'
  | 'nats'
  | 'kafka'
  | 'capture'
  | 'kubernetes-logs'
  | 'loki'
  | 'elasticsearch'
  | 'journald';

type BuiltIn = {
  /** One line for `--help`, without loading the plug-in; the plug-in says the same of itself. */
  summary: string;
  load: () => Promise<Plugin>;
};

const builtIns = {
  http: {
    summary: 'Requests over HTTP: an API, a page, or anything else that answers on a URL',
    load: async () => erased((await import('./http/http.ts')).http),
  },
  sql: {
    summary:
      'Rows of a database (SQLite, PostgreSQL, MySQL, MariaDB), read without writing; as a step, one bound statement',
    load: async () => erased((await import('./sql/sql.ts')).sql),
  },
  log: {
    summary: 'New lines of a log file, a folder or a glob, text or JSON, from the moment before the send',
    load: async () => erased((await import('./logs/log.ts')).log),
  },
  command: {
    summary: 'The output of a program, run without a shell; as a step, the program itself',
    load: async () => erased((await import('./command/command.ts')).command),
  },
  browser: {
    summary: 'Pages in a real browser (Chromium): forms as a user fills them in, and what a page shows',
    load: async () => erased((await import('./browser/browser.ts')).browser),
  },
  mail: {
    summary: 'Mails in a folder of .eml files, a maildir or an mbox file, decoded: subject, text, HTML, headers',
    load: async () => erased((await import('./mail/mail.ts')).mail),
  },
  redis: {
    summary: 'A list, a stream, a hash or keys of Redis, read without taking anything out',
    load: async () => erased((await import('./redis/redis.ts')).redis),
  },
  bullmq: {
    summary: 'Jobs of a BullMQ queue since the moment before the send: waiting, active, delayed, done or failed',
    load: async () => erased((await import('./redis/bullmq.ts')).bullmq),
  },
  laravel: {
    summary:
      'Jobs of a Laravel queue on Redis: waiting, delayed, reserved by a worker; with Horizon also those that are done',
    load: async () => erased((await import('./redis/laravel.ts')).laravel),
  },
  sidekiq: {
    summary: 'Jobs of a Sidekiq queue: waiting, held by a worker, scheduled, to be tried again, dead',
    load: async () => erased((await import('./redis/sidekiq.ts')).sidekiq),
  },
  celery: {
    summary: 'Tasks of a Celery queue on Redis: waiting at any priority, held by a worker, and their results',
    load: async () => erased((await import('./redis/celery.ts')).celery),
  },
  rq: {
    summary: 'Jobs of an RQ queue: waiting, started, scheduled, finished, failed',
    load: async () => erased((await import('./redis/rq.ts')).rq),
  },
  'pg-boss': {
    summary: 'Jobs of a pg-boss queue: waiting, delayed, active, to be tried again, completed, failed',
    load: async () => erased((await import('./job-tables/pg-boss.ts')).pgBoss),
  },
  'graphile-worker': {
    summary: 'Jobs of graphile-worker: waiting, delayed, locked by a worker, to be tried again, failed',
    load: async () => erased((await import('./job-tables/graphile-worker.ts')).graphileWorker),
  },
  oban: {
    summary:
      'Jobs of an Oban queue: available, scheduled, executing, retryable, and for a while completed or discarded',
    load: async () => erased((await import('./job-tables/oban.ts')).oban),
  },
  'laravel-database': {
    summary: 'Jobs of a Laravel queue in a database: waiting, delayed, reserved by a worker, failed',
    load: async () => erased((await import('./job-tables/laravel-database.ts')).laravelDatabase),
  },
  'solid-queue': {
    summary:
      'Jobs of a Solid Queue queue: waiting, delayed, claimed by a process, blocked, failed, and completed where they are kept',
    load: async () => erased((await import('./job-tables/solid-queue.ts')).solidQueue),
  },
  rabbitmq: {
    summary: 'Messages that pass an exchange of RabbitMQ, tapped beside its queues; as a step, one that is published',
    load: async () => erased((await import('./rabbitmq/rabbitmq.ts')).rabbitmq),
  },
  otlp: {
    summary: 'Spans that services export over OTLP/HTTP to a receiver in the runner, from the moment before the send',
    load: async () => erased((await import('./spans/otlp.ts')).otlp),
  },
  jaeger: {
    summary: 'Spans stored in Jaeger: of one trace, or of a search by service and tags',
    load: async () => erased((await import('./spans/jaeger.ts')).jaeger),
  },
  tempo: {
    summary: 'Spans stored in Grafana Tempo: of one trace, or of a search in TraceQL',
    load: async () => erased((await import('./spans/tempo.ts')).tempo),
  },
  nats: {
    summary: 'Messages of NATS: those that pass on a subject, or a JetStream stream; as a step, one that is published',
    load: async () => erased((await import('./nats/nats.ts')).nats),
  },
  kafka: {
    summary:
      'Experimental: messages of a Kafka topic since the moment before the send, read outside of any consumer group',
    load: async () => erased((await import('./kafka/kafka.ts')).kafka),
  },
  capture: {
    summary: 'Requests that a worker sends to the partner, passed on by a listener that its partner URL points to',
    load: async () => erased((await import('./capture/capture.ts')).capture),
  },
  'kubernetes-logs': {
    summary: 'What pods of Kubernetes log, with the image that each runs; or the pods themselves, for a release',
    load: async () => erased((await import('./logs/kubernetes-logs.ts')).kubernetesLogs),
  },
  loki: {
    summary: 'Lines that Grafana Loki keeps, selected by LogQL, from a little before the send',
    load: async () => erased((await import('./logs/loki.ts')).loki),
  },
  elasticsearch: {
    summary: 'Documents of logs in Elasticsearch or OpenSearch, from a little before the send',
    load: async () => erased((await import('./logs/elasticsearch.ts')).elasticsearch),
  },
  journald: {
    summary: 'Entries of the systemd journal, of this machine or of journal files, from a little before the send',
    load: async () => erased((await import('./logs/journald.ts')).journald),
  },
} satisfies Readonly<Record<PluginName, BuiltIn>>;

export const pluginNames: readonly PluginName[] = Object.keys(builtIns) as PluginName[];

/** Name → one line. */
export const pluginSummaries: Readonly<Record<PluginName, string>> = Object.fromEntries(
  Object.entries(builtIns).map(([name, { summary }]) => [name, summary]),
) as Record<PluginName, string>;

/** Loads a plug-in and nothing else; undefined where no plug-in has that name. */
export async function loadPlugin(name: string): Promise<Plugin | undefined> {
  return isBuiltIn(name) ? builtIns[name].load() : undefined;
}

function isBuiltIn(name: string): name is PluginName {
  return Object.hasOwn(builtIns, name);
}

/** Options are validated by the plug-in's own schema before they reach it, so its type can be forgotten here. */
function erased<O>(plugin: Plugin<O>): Plugin {
  return plugin as unknown as Plugin;
}
