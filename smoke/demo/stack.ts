// The demo stack: a web app, a queue, a pool of workers and a partner as real processes, with faults to switch on.

import { randomBytes } from 'node:crypto';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { ChildConfig, StackPaths } from './child.ts';
import { controlServer } from './control.ts';
import type { FaultSpec } from './fault.ts';
import { checkFault } from './fault-spec.ts';
import { listen, shut } from './http-server.ts';
import { defaultLabels, type ReleaseLabel, type ReleaseLabels } from './release-label.ts';
import { type Supervised, supervise } from './supervisor.ts';
import { switchboard } from './switchboard.ts';

export type StackOptions = {
  /** An existing folder for the stack's files. It is the caller's to remove. */
  dir: string;
  /** Bearer token that the web app's API demands; without it, it demands none. */
  token?: string;
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
  /** Ports to try first; where one is taken another is used, and `notes` says so. Default: any free ports. */
  ports?: { web: number; partner: number; queue: number; control: number };
};

export type Stack = {
  urls: { web: string; partner: string; queue: string; control: string };
  paths: StackPaths;
  token: string | undefined;
  /** What a change through the control server must carry in the header `x-control-token`. */
  controlToken: string;
  /** What the person who started it should know: a port that was taken. */
  notes: readonly string[];
  /** Resolves when every process knows of the fault. */
  fault(spec: FaultSpec): Promise<{ id: string; clear(): Promise<void> }>;
  /**
   * Deploys a new build to the web app and the workers: they start again under its label.
   * The first `stale` workers run the stale build instead.
   */
  deploy(options: { stale: number; label?: { web: ReleaseLabel; worker: ReleaseLabel } }): Promise<void>;
  /** Process ids of what runs now, by name: web, queue, partner, worker-1 and so on. */
  pids(): Readonly<Record<string, number>>;
  /** Stops every process. May be called again. */
  stop(): Promise<void>;
};

/** Ports that `smoketrail demo --up` asks for. */
export const knownPorts: { web: number; partner: number; queue: number; control: number } = {
  web: 4100,
  partner: 4101,
  queue: 4102,
  control: 4103,
};

/** Resolves when the stack can take bookings. The signal stops it, also while it starts. */
export async function startStack(options: StackOptions, signal?: AbortSignal): Promise<Stack> {
  signal?.throwIfAborted();
  const labels: ReleaseLabels = { ...defaultLabels(new Date()), ...options.releases };
  const paths = layOut(options.dir);
  const pool = options.workers ?? 4;
  let children: readonly Supervised[] = [];
  const named = (name: string): Supervised | undefined => children.find((child) => child.name === name);
  const urlOf = (name: string): string => `http://127.0.0.1:${named(name)?.port() ?? 0}`;

  const board = switchboard(
    () => urlOf('partner'),
    async (settings) => {
      await Promise.all(children.map((child) => child.apply(settings)));
    },
  );
  for (const spec of options.faults ?? []) await board.on(faultOf(spec, board.nextId()));

  const deploy: Stack['deploy'] = async ({ stale, label }) => {
    const fresh = label ?? { web: labels.web, worker: labels.worker };
    await Promise.all(
      children.map(async (child) => {
        if (child.name === 'web') await child.restart({ label: fresh.web });
        const index = workerIndex(child.name);
        if (index === undefined) return;
        const isStale = index < stale;
        const worker = { index, pool, stale: isStale, staleLabel: labels.stale };
        await child.restart({ label: isStale ? labels.stale : fresh.worker, worker });
      }),
    );
  };
  const controlToken = randomBytes(12).toString('base64url');
  const workerUrls = (): string[] =>
    children.filter(({ name }) => workerIndex(name) !== undefined).map(({ name }) => urlOf(name));
  const control = controlServer({ token: controlToken, switchboard: board, deploy, workerUrls });

  let stopping: Promise<void> | undefined;
  const stop = (): Promise<void> => {
    signal?.removeEventListener('abort', stopNow);
    stopping ??= Promise.all([shut(control), ...children.map((child) => child.stop())]).then(() => undefined);
    return stopping;
  };
  const stopNow = (): void => void stop();

  const configs = childConfigs(options, paths, labels, pool);
  const started = await Promise.allSettled(
    configs.map((config) => supervise(config, join(options.dir, `${config.name}.stderr`), board.settings)),
  );
  children = started.flatMap((outcome) => (outcome.status === 'fulfilled' ? [outcome.value] : []));
  const failure = started.find((outcome) => outcome.status === 'rejected');
  if (failure !== undefined || signal?.aborted === true) {
    await stop();
    signal?.throwIfAborted();
    throw failure?.reason;
  }
  signal?.addEventListener('abort', stopNow);
  const controlPort = await listen(control, options.ports?.control ?? 0, true);
  // From the first settings on, workers take jobs.
  const settings = board.settings();
  await Promise.all(children.map((child) => child.apply(settings)));

  const urls = {
    web: urlOf('web'),
    partner: urlOf('partner'),
    queue: urlOf('queue'),
    control: `http://127.0.0.1:${controlPort}`,
  };
  return {
    urls,
    paths,
    token: options.token,
    controlToken,
    notes: movedPorts(options.ports, urls),
    fault: async (spec) => {
      const fault = faultOf(spec, board.nextId());
      await board.on(fault);
      return {
        id: fault.id,
        clear: async () => {
          await board.off(fault.id);
        },
      };
    },
    deploy,
    pids: () =>
      Object.fromEntries(
        children.flatMap((child) => {
          const pid = child.pid();
          return pid === undefined ? [] : [[child.name, pid]];
        }),
      ),
    stop,
  };
}

/** The environment variables that the example scenarios read. */
export function environmentOf(stack: Stack): Record<string, string> {
  return {
    WEB_URL: stack.urls.web,
    PARTNER_URL: stack.urls.partner,
    QUEUE_URL: stack.urls.queue,
    CONTROL_URL: stack.urls.control,
    QUEUE_DB: stack.paths.queueDb,
    WORKER_LOG: stack.paths.workerLog,
    ...(stack.token !== undefined && { WEB_TOKEN: stack.token }),
  };
}

function layOut(dir: string): StackPaths {
  const paths = {
    queueDb: join(dir, 'queue.sqlite'),
    webDb: join(dir, 'web.sqlite'),
    partnerDb: join(dir, 'partner.sqlite'),
    workerLog: join(dir, 'worker-log'),
    truth: join(dir, 'truth.ndjson'),
  };
  mkdirSync(paths.workerLog, { recursive: true });
  writeFileSync(paths.truth, '', { flag: 'a' });
  return paths;
}

function childConfigs(options: StackOptions, paths: StackPaths, labels: ReleaseLabels, pool: number): ChildConfig[] {
  const jobPoll = options.jobPollMs ?? 20;
  const common = {
    mayMove: true,
    paths,
    times: {
      jobPoll,
      patience: Math.max(150, 3 * jobPoll),
      retry: options.retryMs ?? 200,
      reservation: options.reservationMs ?? 15_000,
    },
    rate: options.rate ?? { requests: 500, perMs: 1000 },
    ...(options.token !== undefined && { token: options.token }),
  };
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

function workerIndex(name: string): number | undefined {
  const number = /^worker-(\d+)$/.exec(name)?.[1];
  return number === undefined ? undefined : Number(number) - 1;
}

function faultOf(spec: FaultSpec, id: string): NonNullable<ReturnType<typeof checkFault>['fault']> {
  const { fault, wrong } = checkFault(spec, id);
  if (fault === undefined) throw new Error(`The demo cannot have this fault: ${wrong}.`);
  return fault;
}

function movedPorts(asked: StackOptions['ports'], urls: Stack['urls']): string[] {
  if (asked === undefined) return [];
  const names = ['web', 'partner', 'queue', 'control'] as const;
  return names
    .filter((name) => new URL(urls[name]).port !== String(asked[name]))
    .map((name) => `Port ${asked[name]} is taken, so ${name} is at ${urls[name]}.`);
}
