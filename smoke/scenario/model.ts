// A loaded scenario: validated, positions kept, `${{ }}` parsed but not resolved.

import type { Allowed } from '../core/look.ts';
import type { Tree } from './template.ts';

/** Where something stands in a file. Line and column count from 1. */
export type Place = { file: string; line: number; column: number };

export type Scenario = {
  name: string;
  description?: string;
  tags: readonly string[];
  place: Place;
  /** Folder of the file; relative paths start here. */
  baseDir: string;
  /** Unresolved; resolved once a run (no marker in it) or once a marker (where it uses `marker`). */
  vars: Readonly<Record<string, Tree>>;
  marker: MarkerShape;
  times: Times;
  poll: Poll;
  /** By name. */
  sessions: Readonly<Record<string, Session>>;
  send: readonly Step[];
  route: readonly Hop[];
  releases?: ReleaseRule;
  find: readonly Step[];
  clean: readonly Step[];
  /** `passed`: a record that did not pass is left for people, until a sweep removes it. */
  cleanWhen: 'always' | 'passed';
  /** Steps that list records of earlier runs at the systems. */
  leftovers: readonly Step[];
  limits: Limits;
  linger: number;
  /** Steps of the send carry the marker's trace (`traceparent`, `baggage`). */
  traceContext?: true;
  /** Names of environment variables and secrets that must have a value before a run (those with a `??` default are left out). */
  needs: { env: readonly Need[]; secrets: readonly Need[]; vars: readonly Need[] };
};

/** What may be created of one scenario: by one run, and by all runs in 24 hours. */
export type Limits = { perRun?: number; perDay?: number };

export type Need = {
  name: string;
  place: Place;
  /** The other names of its `a ?? b`, any of which will do: `env.PARTNER_URL`. */
  or?: readonly string[];
  /** The variable it stands in: a value given for that (--var) makes it needless. */
  inVar?: string;
};

/** A login that steps and looks share. What its steps keep is known as `session.NAME` to whatever uses the session. */
export type Session = { name: string; login: readonly Step[]; place: Place };

/** `session: extranet` beside a plug-in's name. */
export type SessionRef = { name: string; place: Place };

/** Milliseconds. */
export type Times = {
  deadline: number;
  grace: number;
  settle: number;
  confirm: number;
  /** One request or one look. */
  timeout: number;
};

/** The gaps between looks in milliseconds; the first look is made at once. */
export type Poll = { first: number; factor: number; max: number };

export type MarkerShape = {
  prefix: string;
  separator: string;
  case: 'lower' | 'upper';
  /** Characters after prefix and separator, at least 11: seven tell the second, the rest are random. */
  length: number;
};

/** `booking: $.id` or `{ from: 'header:Location', match: '/bookings/(\d+)', secret: true }`. */
export type Keep = { from: string; match?: string; secret: boolean };

export type Step = {
  /** What the step is called in reports: `http POST /api/bookings`, or its `name:`. */
  title: string;
  plugin: string;
  /** The plug-in's own options, unresolved. */
  options: Tree;
  as?: 'json' | 'xml' | 'html' | 'text';
  /** Only for `find`: cuts the answer into records; the one holding the marker is kept from. */
  records?: string;
  keep: Readonly<Record<string, Keep>>;
  idempotent: boolean;
  /** Folder that relative paths in the options start from, where it is not the scenario's: the file that a piece came from. */
  baseDir?: string;
  session?: SessionRef;
  place: Place;
};

export type Hop = {
  name: string;
  /** Name of the hop before it; undefined for the first. */
  after?: string;
  carries: 'content' | 'reference';
  /** Undefined: the plug-in's default (true but where a queue leaves nothing). */
  keeps?: boolean;
  /** What a look shows: what the hop holds, what came in, what went out. */
  sees: 'holds' | 'in' | 'out';
  /** `copies: any` at a destination where several records are normal. */
  copies: 'one' | 'any';
  allow: readonly Allowed[];
  /** How long after the send an absence proves nothing, in milliseconds. */
  lag: number;
  timeout?: number;
  poll?: Poll;
  /** A destination's own times, where they are not the scenario's. */
  times?: Partial<Omit<Times, 'timeout'>>;
  look?: LookSpec;
  release?: ReleaseSpec;
  place: Place;
};

export type LookSpec = {
  plugin: string;
  options: Tree;
  as?: 'json' | 'xml' | 'html' | 'text';
  /** Selectors stay text; `where` values, `equals` and `field` may hold templates. */
  records?: Tree;
  where?: Readonly<Record<string, Tree>>;
  field?: Tree;
  equals?: Tree;
  keep: Readonly<Record<string, Keep>>;
  /** As of a step. */
  baseDir?: string;
  session?: SessionRef;
  /** What the look reads, in a few words for the report: `GET /api/bookings/‹booking› hostMessage`. */
  title: string;
  place: Place;
};

/**
 * Where a hop's builds are read: `evidence`, the record that the hop's own look found (who handled it); `listed`, a look
 * of its own (who else runs). Either or both.
 */
export type ReleaseSpec = {
  evidence?: Partial<BuildSelectors>;
  listed?: BuildSelectors & { look: LookSpec };
  place: Place;
};

/** Selectors for a build and the instance that runs it. */
export type BuildSelectors = { commit: string; instance?: string; started?: string };

export type ReleaseRule = {
  /** Hops that must run the same build. */
  same?: readonly string[];
  /** The build every named hop must run. */
  equals?: Tree;
  by: 'commit';
  onUnknown: 'warn' | 'fail' | 'ignore';
  onSkew: 'fail' | 'warn';
  place: Place;
};
