// What the stack is started with, and what each of its processes gets of that.

import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { ChildConfig, Otlp, StackPaths } from './child.ts';
import type { FaultSpec } from './fault.ts';
import type { QueueChoice, QueuePlace, ServedPlace, SystemName } from './queue-place.ts';
import type { ReleaseLabels } from './release-label.ts';

export type StackOptions = {
  /** An existing folder for the stack's files. It is the caller's to remove. */
  dir: string;
  /** Bearer token that the web app's API demands; without it, it demands none. */
  token?: string;
  /** Default sqlite, which needs no server. */
  queue?: QueueChoice;
  /** Default 4. */
  workers?: number;
  /** How many of the workers start with the stale build. Default 0. */
  stale?: number;
  /** Faults that are on from the start. */
  faults?: readonly FaultSpec[];
  /** Labels of the builds; those left out have their defaults. */
  releases?: Partial<ReleaseLabels>;
  /** Gap between two looks of a worker at the queue, in milliseconds. Default 20. */
  jobPollMs?: number;
  /** Wait before a failed push is tried again. Default 200. */
  retryMs?: number;
  /** Age at which the queue frees a reservation. Default 15000. */
  reservationMs?: number;
  /** The partner's rate limit. Default 500 requests a second. */
  rate?: { requests: number; perMs: number };
  /** Where the processes export spans to. Default: what OTEL_EXPORTER_OTLP_ENDPOINT says, else none are made. */
  otlp?: Otlp;
  /** Where the workers push to in place of the partner: something that passes it on. */
  pushTo?: string;
  /** Ports to try first; where one is taken another is used, and `notes` says so. Default: any free ports. */
  ports?: { web: number; partner: number; queue: number; control: number };
};

export function poolOf({ workers = 4 }: StackOptions): number {
  return workers;
}

/** Makes what must be there before the first process starts. */
export function layOut(dir: string): StackPaths {
  const paths = {
    queueDb: join(dir, 'queue.sqlite'),
    webDb: join(dir, 'web.sqlite'),
    partnerDb: join(dir, 'partner.sqlite'),
    workerLog: join(dir, 'worker-log'),
    mail: join(dir, 'mail'),
    truth: join(dir, 'truth.ndjson'),
  };
  mkdirSync(paths.workerLog, { recursive: true });
  mkdirSync(paths.mail, { recursive: true });
  writeFileSync(paths.truth, '', { flag: 'a' });
  return paths;
}

/** Milliseconds. Asking a server costs more than a look into a file; from RabbitMQ messages come by themselves. */
const leastPoll: Readonly<Record<SystemName, number>> = { sqlite: 0, bullmq: 50, 'pg-boss': 100, rabbitmq: 0 };

type Common = Omit<ChildConfig, 'role' | 'name' | 'port' | 'label' | 'worker'>;

function commonOf(options: StackOptions, paths: StackPaths, queue: QueuePlace): Common {
  const jobPoll = Math.max(options.jobPollMs ?? 20, leastPoll[queue.system]);
  return {
    mayMove: true,
    paths,
    queue,
    times: {
      jobPoll,
      patience: Math.max(150, 3 * jobPoll),
      retry: options.retryMs ?? 200,
      reservation: options.reservationMs ?? 15_000,
    },
    rate: options.rate ?? { requests: 500, perMs: 1000 },
    ...(options.token !== undefined && { token: options.token }),
    ...(options.otlp && { otlp: options.otlp }),
  };
}

/** Keeps the server of the queue. */
export function serverConfig(
  options: StackOptions,
  paths: StackPaths,
  labels: ReleaseLabels,
  queue: ServedPlace,
): ChildConfig {
  return { ...commonOf(options, paths, queue), role: 'server', name: 'server', port: 0, label: labels.queue };
}

/** Web, queue and partner, then the workers in their order. */
export function childConfigs(
  options: StackOptions,
  paths: StackPaths,
  labels: ReleaseLabels,
  queue: QueuePlace,
): ChildConfig[] {
  const common = commonOf(options, paths, queue);
  const pool = poolOf(options);
  const workers = Array.from({ length: pool }, (_, index): ChildConfig => {
    const stale = index < (options.stale ?? 0);
    const label = stale ? labels.stale : labels.worker;
    const worker = { index, pool, stale, staleLabel: labels.stale };
    return { ...common, role: 'worker', name: `worker-${index + 1}`, port: 0, label, worker };
  });
  const { ports } = options;
  return [
    { ...common, role: 'web', name: 'web', port: ports?.web ?? 0, label: labels.web },
    { ...common, role: 'queue', name: 'queue', port: ports?.queue ?? 0, label: labels.queue },
    { ...common, role: 'partner', name: 'partner', port: ports?.partner ?? 0, label: labels.partner },
    ...workers,
  ];
}
