// The contract of a plug-in: a probe that reads a hop, a trigger that sends, or both under one name.

import type { Candidate, Cost, EvidenceClass, Fault, FaultKind, Reading } from '../core/look.ts';
import type { StandardSchema } from './standard-schema.ts';

export type As = 'json' | 'xml' | 'html' | 'text';

export type Plugin<O = unknown> = {
  name: string;
  /** One line, for `--help`, the schema and an editor's completion. */
  summary: string;
  /** Own options only; `records`, `where`, `field`, `equals`, `keep` and `as` are added by the scenario language. */
  options: StandardSchema<O>;
  /** The option that a bare list stands for: `browser: [...]` means `browser: { steps: [...] }`. */
  list?: keyof O & string;
  /**
   * Options whose `${{ }}` values are escaped for their place: a URL (all but a leading base), XML text. A key within an
   * option is written as `steps.goto`; the items of a list stand under the name of the list.
   */
  places?: Readonly<Record<string, 'url' | 'xml'>>;
  /**
   * Where this probe's systems leave nothing behind (a queue), so that `keeps` defaults to false. A tap hears what is
   * gone by now, so it keeps. A function gets unresolved options.
   */
  transient?: boolean | ((options: Readonly<Record<string, unknown>>) => boolean);
  /** The kind of evidence its looks are, where a reading says no other. Default `own`. */
  evidence?: EvidenceClass;
  /** What its looks are held to: `doctor` shows it. */
  contract?: Contract;
  /** True: a queue, which hands on what it holds byte for byte. False: never one (a log). Else `keeps: false` tells. */
  queue?: boolean | ((options: Readonly<Record<string, unknown>>) => boolean | undefined);
  /**
   * Options that are whole documents as one text (a body, a URL, a query): there the marker alone decides what is intact.
   * Keys within an option are written as in `places`.
   */
  documents?: readonly string[];
  /** Takes a place in the host's budget before anything leaves: the clock of a send starts when it has one. */
  budgeted?: boolean;
  /** Reads through what it keeps for one marker (a browser's context): markers never share its readings. */
  owned?: boolean;
  /** The `field` that these options read where the look names none. Gets unresolved text. */
  field?(options: Readonly<Record<string, unknown>>): string | undefined;
  /** Which part of the options says in a few words what is read or sent: `GET /api/bookings/8841`. Gets unresolved text. */
  title?(options: Readonly<Record<string, unknown>>): string;
  /** Option names that open a connection; they may name no alias, since a probe is opened before the send. */
  connects: readonly (keyof O & string)[];
  /** Why these options, as far as they are known when a file is checked, cannot be a look: a statement that writes. */
  lookFault?(options: Readonly<Record<string, unknown>>): string | undefined;
  /** What a person should know before a run makes a look with these options, which may be unresolved: told by `check`. */
  lookWarning?(options: Readonly<Record<string, unknown>>): { message: string; hint: string } | undefined;
  /** Opens (arms) the probe before the send: gets the `connects` options only. Absent on a plug-in that only sends. */
  open?(options: Partial<O>, host: Host): Promise<Probe<O>>;
  /** Prepares a send step. Absent on a plug-in that only reads. */
  trigger?(host: Host): Promise<Trigger<O>>;
  /**
   * For `doctor`: throws a `Blind` where this machine lacks what a step or look with these options needs (a program, a
   * browser). It starts nothing and asks nobody. Options that only a send can tell are left out.
   */
  ready?(options: Readonly<Record<string, unknown>>, host: Host): Promise<void>;
};

/** In a few words each. */
export type Contract = {
  /** The permissions that a look needs, no more. */
  needs: string;
  /** What one look costs the system. */
  costs: string;
  /** The test that shows that looks change nothing, or what they do change. */
  proof?: string;
};

export type Probe<O = unknown> = {
  /** Reads once. Knows no marker: one reading serves many. Throws freely; `Blind` says why it could not look. */
  read(options: O, context: ReadContext): Promise<Reading>;
  /** Resolves when there may be something new; at once if something came since the last `read` began. Rejects when the tap went deaf. */
  changed?(signal: AbortSignal): Promise<void>;
  /** For `doctor`, where a look needs what only a send tells: connects and reads nothing. Throws as `read` does. */
  reach?(signal: AbortSignal): Promise<void>;
  /** `hurry`: aborts where nobody waits any longer for what is on its way. */
  close?(hurry?: AbortSignal): Promise<void>;
};

export type ReadContext = {
  /** Aborts when the look's time is up or the run stops. */
  signal: AbortSignal;
  /** Wall clock a little before the send: what is older cannot be ours. */
  since: Date;
  /** The marker's or an alias' value was part of the options, so an answer to them is the record itself. */
  named: boolean;
  /**
   * The marker or an alias stands in the path of this address. Where it stands in the query alone, a 404 may come from a
   * wrong address, which gives it to every query.
   */
  inPath?(address: URL): boolean;
  as?: As;
  /** Cookies of this marker's steps. */
  cookies: Cookies;
  owner: Owner;
  /** How long it may take in ms, waits for the host's budget left out, where the signal ends it then. */
  limit?: number;
  /**
   * Present where a person wants to see what came back (`look`, `run --step`): told it as it came, before it is judged or
   * refused. A probe whose candidates show everything need not call it.
   */
  answered?(answer: RawAnswer): void;
};

/** What came back as it came. Whoever shows it masks it. */
export type RawAnswer = {
  /** How it ended, in a few words: `200 OK`, `exit code 0`. */
  status: string;
  headers: readonly (readonly [name: string, value: string])[];
  text: string;
  /** What the text is read as. */
  format: As;
  /** Of the text as it came, in bytes. */
  bytes: number;
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
  /** As in `ReadContext`. */
  limit?: number;
  /** Present where the step is idempotent: sent as Idempotency-Key, the same for each retry. */
  idempotencyKey?: string;
  /** Present where the scenario has `trace-context`: headers (`traceparent`, `baggage`) for what has none of that name itself. */
  trace?: Readonly<Record<string, string>>;
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
  /** The host said "not now" (429, or 503 with Retry-After) and did nothing: a cleaning does the step again. */
  notNow?: boolean;
  /** What came back asks for a password: it may be a login page in place of what was asked for. */
  asksForPassword?: boolean;
  /** What came back says that a new record was made (201). */
  created?: boolean;
  /** What came back, for `keep`. */
  answer?: Candidate;
  /** Files that show how it went, as `Host.attach` named them. */
  attachments?: readonly string[];
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
  /** What turns out to be a secret (a password that is typed in) is masked everywhere from now on, if it is long enough. */
  learn(secret: string, name: string): void;
  /** What the probes and triggers of one run share under a name: made at its first use. Whoever makes it sees to its end. */
  once<T>(name: string, make: () => T): T;
  /**
   * Keeps a file among the attachments of that marker: `write` is given the path to write to, `name` is a file name.
   * Returns the path as people are shown it, or undefined where it was not kept (the run has enough, the disk is full).
   */
  attach(owner: Owner, name: string, write: (path: string) => Promise<void>): Promise<string | undefined>;
  browser: BrowserSettings;
};

/** How a person wants browsers to be run. */
export type BrowserSettings = {
  headed: boolean;
  /** Milliseconds between two actions. */
  slowMo: number;
  /** Path of the browser to start; found by itself otherwise. */
  executable?: string;
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

export type BlindMore = {
  hint?: string;
  cause?: unknown;
  retryAfter?: number;
  unauthorized?: boolean;
  attachments?: readonly string[];
};

/** Thrown by a probe that could not look. Only the watch turns it into a blind look. */
export class Blind extends Error {
  readonly fault: Fault;
  readonly retryAfter: number | undefined;
  /** It was turned down for its credentials (401): another login may help. */
  readonly unauthorized: boolean;
  constructor(kind: FaultKind, message: string, more: BlindMore = {}) {
    super(message, more.cause === undefined ? undefined : { cause: more.cause });
    this.name = 'Blind';
    const { hint, attachments = [] } = more;
    this.fault = { kind, message, ...(hint !== undefined && { hint }), ...(attachments.length > 0 && { attachments }) };
    this.retryAfter = more.retryAfter;
    this.unauthorized = more.unauthorized === true;
  }

  /** A third party's probe imports the public API, and so throws a Blind of another copy of this class. */
  static override [Symbol.hasInstance](value: unknown): boolean {
    return value instanceof Error && value.name === 'Blind' && 'fault' in value;
  }
}
