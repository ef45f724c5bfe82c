// A child process's end of the stack: its settings come from the parent, and it ends when the parent does.

import { type DemoHop, type Fault, hits } from './fault.ts';
import type { QueuePlace } from './queue-place.ts';
import type { ReleaseLabel } from './release-label.ts';

/** What a child is started with. */
export type ChildConfig = {
  /** `server` is no hop: it keeps the server that the queue runs on. */
  role: Exclude<DemoHop, 'mail'> | 'server';
  /** `worker-2` */
  name: string;
  /** Port to listen on, 0 for any. */
  port: number;
  /** Another port will do where that one is taken. */
  mayMove: boolean;
  label: ReleaseLabel;
  paths: StackPaths;
  queue: QueuePlace;
  /** Bearer token that the web app's API demands. */
  token?: string;
  /** worker: its number from 0, the size of the pool, and what it says when a fault makes it stale. */
  worker?: { index: number; pool: number; stale: boolean; staleLabel: ReleaseLabel };
  /** Milliseconds. `patience`: how long a job waits for the worker whose turn it is. */
  times: { jobPoll: number; patience: number; retry: number; reservation: number };
  /** Where spans are exported to. Default: what OTEL_EXPORTER_OTLP_ENDPOINT says, else none are made. */
  otlp?: Otlp;
  /** partner: requests allowed in so many milliseconds. */
  rate: { requests: number; perMs: number };
};

/** `endpoint`: without /v1/traces. */
export type Otlp = { endpoint: string; protocol?: 'http/json' | 'http/protobuf' };

export type StackPaths = {
  queueDb: string;
  webDb: string;
  partnerDb: string;
  /** A folder: each worker has a file in it. */
  workerLog: string;
  /** A folder: the mails that the workers have sent. */
  mail: string;
  truth: string;
};

/** Sent to every child when it is ready, and again on every change. */
export type Settings = {
  faults: readonly Fault[];
  cleared: readonly string[];
  partnerUrl: string;
  /** They count as applied once the process has opened the queue, too. */
  whenOpen?: true;
};

export type ToChild = { serial: number; settings: Settings };

export type FromChild = { type: 'ready'; port: number } | { type: 'settled'; serial: number };

export const configVariable = 'SMOKETRAIL_DEMO_CHILD';

export type Child = {
  config: ChildConfig;
  startedAt: string;
  settings(): Settings;
  /** Faults at this hop that concern that room. */
  faults(at: DemoHop, room: number | undefined): readonly Fault[];
  active(id: string): boolean;
  /** Resolves at the next change of the settings. */
  changed(): Promise<void>;
};

/**
 * Reads the configuration and obeys the parent: ends when the parent is gone, at once if it has nothing to put away. A terminal's Ctrl-C reaches
 * the whole process group; it is the parent's to decide when the stack ends, so SIGINT is ignored here.
 */
export function childOf(
  onSettings: (settings: Settings) => Promise<void> | void,
  onOrphaned: () => void = () => process.exit(0),
): Child {
  const text = process.env[configVariable];
  if (text === undefined || process.send === undefined) {
    throw new Error('This file is a part of the demo stack: start it with `smoketrail demo`.');
  }
  const config = JSON.parse(text) as ChildConfig;
  let current: Settings = { faults: [], cleared: [], partnerUrl: '' };
  let wake: () => void = () => {};
  let change = new Promise<void>((resolve) => {
    wake = resolve;
  });
  process.on('disconnect', onOrphaned);
  if (!process.connected) onOrphaned();
  process.on('SIGINT', () => {});
  process.on('message', (message: unknown) => {
    const { serial, settings } = message as ToChild;
    current = settings;
    wake();
    change = new Promise((resolve) => {
      wake = resolve;
    });
    Promise.resolve(onSettings(current)).then(() => tell({ type: 'settled', serial }), fail);
  });
  return {
    config,
    startedAt: config.label.startedAt ?? new Date().toISOString(),
    settings: () => current,
    faults: (at, room) => current.faults.filter((fault) => fault.at === at && hits(fault, room)),
    active: (id) => current.faults.some((fault) => fault.id === id),
    changed: () => change,
  };
}

export function tell(message: FromChild): void {
  process.send?.(message, () => {
    // The parent may be gone by now; then 'disconnect' ends this process.
  });
}

/** What `/version` answers. */
export type Version = { commit: string; image: string; startedAt: string; instance: string; pid: number };

export function versionOf(child: Child): Version {
  const { label, name } = child.config;
  return { commit: label.commit, image: label.image, startedAt: child.startedAt, instance: name, pid: process.pid };
}

export function fail(error: unknown): never {
  process.stderr.write(`${error instanceof Error ? error.stack : String(error)}\n`);
  process.exit(1);
}
