// The faults that the demo stack can be told to have: their names, the hops where each has a meaning, and their parameters.

export type DemoHop = 'web' | 'queue' | 'worker' | 'partner' | 'mail';

export type FaultName =
  | 'stale-workers'
  | 'dropped'
  | 'stuck'
  | 'stripped'
  | 'truncated'
  | 'case-changed'
  | 'html-escaped'
  | 'moved'
  | 'duplicated'
  | 'delayed'
  | 'filled-late'
  | 'good-and-bad'
  | 'gone'
  | 'partner-down'
  | 'partner-500'
  | 'partner-429'
  | 'worker-crash'
  | 'web-late'
  | 'web-500'
  | 'web-422'
  | 'pinned';

/** `at`: the hops where it has a meaning, the default first. `says`: what it does. */
export type FaultKind = { at: readonly [DemoHop, ...DemoHop[]]; says: string };

export const faultKinds: Readonly<Record<FaultName, FaultKind>> = {
  'stale-workers': {
    at: ['worker'],
    says: 'workers 1 to `count` (default 3) run an old release whose push lacks BookingNote',
  },
  dropped: {
    at: ['worker', 'web', 'queue', 'partner', 'mail'],
    says: 'the booking is taken, then forgotten; at the queue after `ms`; the mail is never written',
  },
  stuck: { at: ['queue', 'worker'], says: 'the job is held until the fault is cleared' },
  stripped: { at: ['worker', 'web', 'queue', 'partner', 'mail'], says: 'the note is emptied' },
  truncated: {
    at: ['worker', 'web', 'queue', 'partner', 'mail'],
    says: 'the note is cut to `length` characters (default 20)',
  },
  'case-changed': { at: ['worker', 'web', 'queue', 'partner', 'mail'], says: 'the note is put in capitals' },
  'html-escaped': {
    at: ['worker', 'web', 'queue', 'partner', 'mail'],
    says: '& < > and quotes in the note become HTML entities',
  },
  moved: { at: ['worker', 'web', 'queue', 'partner'], says: 'the note is put in another field' },
  duplicated: {
    at: ['worker', 'web', 'partner', 'mail'],
    says: 'the booking is delivered twice, as two reservations or mails',
  },
  delayed: {
    at: ['queue', 'worker', 'partner', 'mail'],
    says: 'it goes on later, by `ms` (default 1000) or a drawn `distribution`',
  },
  'filled-late': { at: ['partner'], says: 'the reservation is there at once, its note only after `ms` (default 1000)' },
  'good-and-bad': { at: ['worker', 'web', 'partner'], says: 'a good and a bad copy are both written, as by a retry' },
  gone: { at: ['partner'], says: 'the reservation vanishes `ms` (default 0) after it was first seen, or stored' },
  'partner-down': { at: ['partner'], says: 'connections to the partner are refused or cut' },
  'partner-500': { at: ['partner'], says: 'the partner answers 500' },
  'partner-429': { at: ['partner'], says: 'the partner answers 429 with Retry-After' },
  'worker-crash': {
    at: ['worker'],
    says: 'the worker process exits in the middle of the job, `when` before or after the push',
  },
  'web-late': { at: ['web'], says: 'the web app saves the booking and answers after `ms` (default 15000)' },
  'web-500': { at: ['web'], says: 'the web app saves the booking and answers 500' },
  'web-422': { at: ['web'], says: 'the web app refuses the booking' },
  pinned: { at: ['queue'], says: 'not a fault: the job goes to `worker` (for instance worker-2) and no other' },
};

/** A delay in milliseconds drawn once per booking; the same seed and booking give the same delay. */
export type Distribution =
  | { kind: 'uniform'; min: number; max: number }
  | { kind: 'normal'; mean: number; deviation: number }
  | { kind: 'exponential'; mean: number }
  | { kind: 'lognormal'; median: number; sigma: number };

export type ContentFault = 'stripped' | 'truncated' | 'case-changed' | 'html-escaped' | 'moved';

/** A fault as somebody asks for it. Times are milliseconds unless said. */
export type FaultSpec = {
  name: FaultName;
  /** The hop it is applied at; without it the first one that `faultKinds` lists. */
  at?: DemoHop;
  /** Only bookings of this room; without it, all of them. */
  match?: { room: number };
  ms?: number;
  distribution?: Distribution;
  /** For `distribution`. Default 1. */
  seed?: number;
  /** truncated: characters kept. */
  length?: number;
  /** stale-workers: how many, counted from worker-1. */
  count?: number;
  /** pinned: name of the worker. */
  worker?: string;
  /** worker-crash: default before. */
  when?: 'before' | 'after';
  /** worker-crash, partner-down, partner-500, partner-429: how many attempts of a booking it hits (crash: default 1; others: all). */
  times?: number;
  /** partner-down, partner-500, partner-429: which requests it hits. Default all. */
  requests?: 'all' | 'pushes' | 'reads';
  /** partner-429: whole seconds, default 1. */
  retryAfter?: number;
  /** good-and-bad: what is wrong with the bad copy. Default stripped. */
  how?: ContentFault;
  /** good-and-bad: default good-first. */
  order?: 'good-first' | 'bad-first';
  /** good-and-bad at worker and partner: two reservations (default), or one that is written twice. */
  rows?: 1 | 2;
  /** gone: counted from the first read that showed it (default), or from when it was stored. */
  from?: 'seen' | 'stored';
};

/** A fault that is switched on. */
export type Fault = FaultSpec & { id: string; at: DemoHop };

const contentFaults: readonly string[] = ['stripped', 'truncated', 'case-changed', 'html-escaped', 'moved'];

export function isContentFault(name: string): name is ContentFault {
  return contentFaults.includes(name);
}

export function isFaultName(name: string): name is FaultName {
  return Object.hasOwn(faultKinds, name);
}

/** Whether the fault concerns a booking of that room; undefined where the room is not known. */
export function hits(fault: Fault, room: number | undefined): boolean {
  return fault.match === undefined || fault.match.room === room;
}
