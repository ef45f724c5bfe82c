// The contract of a plug-in: a probe that reads a hop, a trigger that sends, or both under one name.

import type { Candidate, Cost, Fault, FaultKind, Reading } from '../core/look.ts';
import type { StandardSchema } from './standard-schema.ts';

export type As = 'json' | 'xml' | 'html' | 'text';

export type Plugin<O = unknown> = {
  name: string;
  /** One line, for `--help`, the schema and an editor's completion. */
  summary: string;
  /** Own options only; `records`, `where`, `field`, `equals`, `keep` and `as` are added by the scenario language. */
  options: StandardSchema<O>;
  /** Options whose `${{ }}` values are escaped for their place: a URL (all but a leading base), XML text. */
  places?: Readonly<Record<string, 'url' | 'xml'>>;
  /** Where this probe's systems leave nothing behind (a queue), so that `keeps` defaults to false. */
  transient?: boolean;
  /** True: a queue, which hands on what it holds byte for byte. False: never one (a log). Else `keeps: false` tells. */
  queue?: boolean;
  /** Options that are whole documents as one text (a body, a URL, a query): there the marker alone decides what is intact. */
  documents?: readonly string[];
  /** Takes a place in the host's budget before anything leaves: the clock of a send starts when it has one. */
  budgeted?: boolean;
  /** Which part of the options says in a few words what is read or sent: `GET /api/bookings/8841`. Gets unresolved text. */
  title?(options: Readonly<Record<string, unknown>>): string;
  /** Option names that open a connection; they may name no alias, since a probe is opened before the send. */
  connects: readonly (keyof O & string)[];
  /** Why these options, as far as they are known when a file is checked, cannot be a look: a statement that writes. */
  lookFault?(options: Readonly<Record<string, unknown>>): string | undefined;
  /** Opens (arms) the probe before the send: gets the `connects` options only. Absent on a plug-in that only sends. */
  open?(options: Partial<O>, host: Host): Promise<Probe<O>>;
  /** Prepares a send step. Absent on a plug-in that only reads. */
  trigger?(host: Host): Promise<Trigger<O>>;
};

export type Probe<O = unknown> = {
  /** Reads once. Knows no marker: one reading serves many. Throws freely; `Blind` says why it could not look. */
  read(options: O, context: ReadContext): Promise<Reading>;
  /** Resolves when there may be something new; at once if something came since the last `read` began. Rejects when the tap went deaf. */
  changed?(signal: AbortSignal): Promise<void>;
  close?(): Promise<void>;
};

export type ReadContext = {
  /** Aborts when the look's time is up or the run stops. */
  signal: AbortSignal;
  /** Wall clock a little before the send: what is older cannot be ours. */
  since: Date;
  /** The marker's or an alias' value was part of the options, so an answer to them is the record itself. */
  named: boolean;
  as?: As;
  /** Cookies of this marker's steps. */
  cookies: Cookies;
  owner: Owner;
};

/** For whom something is read or sent: what a plug-in keeps for one marker (a browser's context) goes when it is over. */
export type Owner = {
  /** Unique in a run. */
  id: string;
  /** Aborted when the marker is done with, cleaned up included. */
  over: AbortSignal;
};

export type Trigger<O = unknown> = {
  fire(options: O, context: FireContext): Promise<Sent>;
  close?(): Promise<void>;
};

export type FireContext = {
  signal: AbortSignal;
  as?: As;
  cookies: Cookies;
  owner: Owner;
  /** Present where the step is idempotent: sent as Idempotency-Key, the same for each retry. */
  idempotencyKey?: string;
};

/**
 * How a send step ended. `refused`: for certain nothing was accepted (no byte left, or a 4xx but 408, 425, 429).
 * `unknown`: it may have been accepted (a timeout after the request left, a reset, a 5xx, an unmet `expect`).
 */
export type Sent = {
  outcome: 'done' | 'refused' | 'unknown';
  /** `POST http://127.0.0.1:4100/api/bookings → 201` */
  summary: string;
  fault?: Fault;
  /** It was turned down for its credentials (401): nothing was accepted, and another login may help. */
  unauthorized?: boolean;
  /** What came back asks for a password: it may be a login page in place of what was asked for. */
  asksForPassword?: boolean;
  /** What came back, for `keep`. */
  answer?: Candidate;
  cost: Cost;
};

export interface Cookies {
  header(url: string): string;
  store(setCookie: string, url: string): void;
  /** Where present: resolves once everything stored so far shows in `header` (the jar loads when a first cookie comes). */
  ready?(): Promise<void>;
  /** All cookies, for what keeps a jar of its own (a browser). */
  list(): Promise<readonly StoredCookie[]>;
  /** Takes over what such a jar holds now; a cookie of the same name, domain and path is replaced. */
  take(cookies: readonly StoredCookie[]): Promise<void>;
}

export type StoredCookie = {
  name: string;
  value: string;
  /** Without a leading dot. */
  domain: string;
  /** Goes back to exactly this host, and not to those below it. */
  hostOnly: boolean;
  path: string;
  /** Seconds since the epoch; a cookie without it lasts as long as the run. */
  expires?: number;
  secure: boolean;
  httpOnly: boolean;
  sameSite?: 'strict' | 'lax' | 'none';
};

/** What a plug-in may use of the world outside. */
export type Host = {
  clock: Clock;
  /** Waits for a place in the budget of that origin; release it when the request is done. */
  budget(origin: string, signal: AbortSignal): Promise<{ release(): void }>;
  /** Tells the budget that the origin asked for a pause. */
  pause(origin: string, ms: number): void;
  userAgent: string;
  /** `--insecure`: TLS certificates are not verified. */
  insecure: boolean;
  /** Folder of the scenario file: relative paths in options start there. */
  baseDir: string;
  env: Readonly<Record<string, string | undefined>>;
  /** Masks the secrets in a text. For every text from outside or with resolved values, before it is cut or its white space changed. */
  mask(text: string): string;
  /** Counts a value that was learned on the way (a token) as a secret from now on. */
  secret(value: string, name: string): void;
  /** The one value of that name in a run, made by whoever asks first: what a plug-in's probes and triggers share. */
  shared<T>(name: string, make: () => T): T;
};

/** Time from outside, so that tests run on virtual time. */
export type Clock = {
  /** Monotonic milliseconds. */
  now(): number;
  /** Wall clock. */
  wall(): Date;
  /** Resolves after `ms`; rejects with the signal's reason when aborted. */
  wait(ms: number, signal?: AbortSignal): Promise<void>;
};

/** Thrown by a probe that could not look. Only the watch turns it into a blind look. */
export class Blind extends Error {
  readonly fault: Fault;
  readonly retryAfter: number | undefined;
  /** It was turned down for its credentials (401): another login may help. */
  readonly unauthorized: boolean;
  constructor(
    kind: FaultKind,
    message: string,
    more: { hint?: string; cause?: unknown; retryAfter?: number; unauthorized?: boolean } = {},
  ) {
    super(message, more.cause === undefined ? undefined : { cause: more.cause });
    this.name = 'Blind';
    this.fault = more.hint === undefined ? { kind, message } : { kind, message, hint: more.hint };
    this.retryAfter = more.retryAfter;
    this.unauthorized = more.unauthorized === true;
  }

  /** A third party's probe imports the public API, and so throws a Blind of another copy of this class. */
  static override [Symbol.hasInstance](value: unknown): boolean {
    return value instanceof Error && value.name === 'Blind' && 'fault' in value;
  }
}
