// The demo stack: a web app, a queue, a pool of workers, a partner and a folder of mails as real processes and files, with faults to switch on.

import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import type { StackPaths } from './child.ts';
import { controlServer } from './control.ts';
import { extranetLogin } from './extranet.ts';
import type { FaultSpec } from './fault.ts';
import { checkFault } from './fault-spec.ts';
import { listen, shut } from './http-server.ts';
import { demandParts } from './queue-parts.ts';
import { placeOf, type QueuePlace, queueEnvironment } from './queue-place.ts';
import { defaultLabels, type ReleaseLabel, type ReleaseLabels } from './release-label.ts';
import { demandAnswer } from './server-unusable.ts';
import { childConfigs, layOut, poolOf, type StackOptions, serverConfig } from './stack-options.ts';
import { type Supervised, supervise } from './supervisor.ts';
import { switchboard } from './switchboard.ts';

export type { StackOptions };

export type Stack = {
  urls: { web: string; partner: string; queue: string; control: string };
  paths: StackPaths;
  /** Where the queue lies, also for those who want to look at it. */
  queue: QueuePlace;
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

/** A broker takes seconds to start, more on a busy machine; and what was made on it is removed before it is left. */
const serverTimes = { readyMs: 90_000, patienceMs: 10_000 };

/** Ports that `smoketrail demo --up` asks for. */
export const knownPorts: { web: number; partner: number; queue: number; control: number } = {
  web: 4100,
  partner: 4101,
  queue: 4102,
  control: 4103,
};

/**
 * Resolves when the stack can take bookings. The signal stops it, also while it starts. Rejects with a MissingPart where
 * the queue that is asked for needs something that is not installed, with a ServerUnusable where its server does not answer.
 */
export async function startStack(options: StackOptions, signal?: AbortSignal): Promise<Stack> {
  signal?.throwIfAborted();
  const labels: ReleaseLabels = { ...defaultLabels(new Date()), ...options.releases };
  const paths = layOut(options.dir);
  const pool = poolOf(options);
  const queue = await placeOf(options.queue ?? { system: 'sqlite' }, options.dir);
  if (queue.system !== 'sqlite') demandParts(queue);
  let server: Supervised | undefined;
  let children: readonly Supervised[] = [];
  const named = (name: string): Supervised | undefined => children.find((child) => child.name === name);
  const urlOf = (name: string): string => `http://127.0.0.1:${named(name)?.port() ?? 0}`;

  const board = switchboard(
    () => options.pushTo ?? urlOf('partner'),
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
    stopping ??= Promise.all([shut(control), ...children.map((child) => child.stop())])
      // Last, so that nobody misses it, and what was made on it can be removed.
      .then(() => server?.stop());
    return stopping;
  };
  const stopNow = (): void => void stop();

  const errorLog = (name: string): string => join(options.dir, `${name}.stderr`);
  if (queue.system !== 'sqlite') {
    if (queue.own === undefined) await demandAnswer(queue, signal);
    const config = serverConfig(options, paths, labels, queue);
    server = await supervise(config, errorLog(config.name), board.settings, serverTimes, signal);
  }
  const configs = childConfigs(options, paths, labels, queue);
  const started = await Promise.allSettled(
    configs.map((config) => supervise(config, errorLog(config.name), board.settings, undefined, signal)),
  );
  children = started.flatMap((outcome) => (outcome.status === 'fulfilled' ? [outcome.value] : []));
  const failure = started.find((outcome) => outcome.status === 'rejected');
  if (failure !== undefined || signal?.aborted === true) {
    await stop();
    signal?.throwIfAborted();
    throw failure?.reason;
  }
  const open = async (): Promise<number> => {
    const port = await listen(control, options.ports?.control ?? 0, true);
    signal?.addEventListener('abort', stopNow);
    signal?.throwIfAborted();
    // From the first settings on, workers take jobs.
    const settings = { ...board.settings(), whenOpen: true } as const;
    await Promise.all(children.map((child) => child.apply(settings)));
    // Stopped processes have nothing to apply: nobody may take this for a stack that runs.
    signal?.throwIfAborted();
    return port;
  };
  const controlPort = await open().catch(async (error: unknown) => {
    await stop();
    throw error;
  });

  const urls = {
    web: urlOf('web'),
    partner: urlOf('partner'),
    queue: urlOf('queue'),
    control: `http://127.0.0.1:${controlPort}`,
  };
  return {
    urls,
    paths,
    queue,
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
        [...children, ...(server === undefined ? [] : [server])].flatMap((child) => {
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
    ...queueEnvironment(stack.queue, stack.paths.queueDb),
    WORKER_LOG: stack.paths.workerLog,
    MAIL_DIR: stack.paths.mail,
    EXTRANET_PASSWORD: extranetLogin.password,
    ...(stack.token !== undefined && { WEB_TOKEN: stack.token }),
  };
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
