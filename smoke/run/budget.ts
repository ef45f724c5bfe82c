// The share of requests a host gets: so many a second and so many at once, whoever asks, first come first served.

import type { Clock } from '../probes/plugin.ts';

export type Budget = {
  /** Waits for a place at that origin. Release it when the request is done. Rejects with the signal's reason. */
  take(origin: string, signal: AbortSignal, onPause?: OnPause): Promise<{ release(): void }>;
  /** Nothing more leaves for that origin for `ms` milliseconds. A shorter pause never ends a longer one. */
  pause(origin: string, ms: number): void;
};

/** Told of a pause that holds a waiter back, and for how many milliseconds more; again where it grows. */
export type OnPause = (ms: number) => void;

/** `rate` in requests a second (may be a fraction), `concurrent` at once. */
export type HostBudget = { rate?: number; concurrent?: number };

export type BudgetOptions = {
  clock: Clock;
  rate?: number;
  concurrent?: number;
  /** By host name, which covers all its ports, by `name:port`, or by origin (`https://name:port`). The narrowest counts. */
  hosts?: Readonly<Record<string, HostBudget>>;
};

type Bucket = {
  rate: number;
  concurrent: number;
  /** As many as a second's worth may leave at once, so that a run of few requests never waits. */
  burst: number;
  tokens: number;
  /** When `tokens` was last brought up to date; lies ahead during a pause. */
  filledAt: number;
  /** Until when the host asked to be left alone. */
  pausedUntil: number;
  /** When the last `burst` requests left, oldest first: saved-up places must not make a second hold more than its share. */
  left: number[];
  active: number;
  queue: Set<Waiter>;
  wake: AbortController | undefined;
};

type Waiter = { go(): void; onPause?: OnPause | undefined };

const almostOne = 1 - 1e-9;
// A timer holds some 24 days; a pause of a month is looked at again every so often instead.
const longestWait = 60_000;

export function createBudget(options: BudgetOptions): Budget {
  const { clock, rate = 10, concurrent = 4 } = options;
  const hosts = new Map(Object.entries(options.hosts ?? {}).map(([name, host]) => [name.toLowerCase(), host]));
  const buckets = new Map<string, Bucket>();

  function bucketOf(origin: string): Bucket {
    const { host, names } = hostOf(origin);
    const key = names.find((name) => hosts.has(name)) ?? host;
    let bucket = buckets.get(key);
    if (bucket === undefined) {
      bucket = createBucket({ rate, concurrent, ...hosts.get(key) }, clock.now());
      buckets.set(key, bucket);
    }
    return bucket;
  }

  /** Lets out who may go, and sets one timer for the next where time is what it waits for. */
  function serve(bucket: Bucket): void {
    bucket.wake?.abort();
    bucket.wake = undefined;
    const now = clock.now();
    fill(bucket, now);
    for (const waiter of bucket.queue) {
      if (bucket.active >= bucket.concurrent) return;
      rest(bucket, now);
      if (bucket.tokens < almostOne || now < bucket.filledAt) break;
      bucket.queue.delete(waiter);
      bucket.tokens -= 1;
      bucket.left = [...bucket.left, now].slice(-bucket.burst);
      bucket.active += 1;
      waiter.go();
    }
    if (bucket.queue.size > 0) wakeLater(bucket);
  }

  function wakeLater(bucket: Bucket): void {
    const wake = new AbortController();
    bucket.wake = wake;
    const paused = Math.max(0, bucket.filledAt - clock.now());
    const refill = (Math.max(0, 1 - bucket.tokens) / bucket.rate) * 1000;
    clock.wait(Math.min(longestWait, Math.max(1, Math.ceil(paused + refill))), wake.signal).then(
      () => serve(bucket),
      () => undefined, // Only `serve` and an emptied queue abort it, and both have seen to the rest.
    );
  }

  return {
    take(origin, signal, onPause) {
      const bucket = bucketOf(origin);
      return new Promise((resolve, reject) => {
        if (signal.aborted) {
          reject(signal.reason);
          return;
        }
        const leave = (): void => {
          bucket.queue.delete(waiter);
          if (bucket.queue.size === 0) bucket.wake?.abort();
          reject(signal.reason);
        };
        const waiter: Waiter = {
          onPause,
          go() {
            signal.removeEventListener('abort', leave);
            resolve({ release: once(() => done(bucket)) });
          },
        };
        signal.addEventListener('abort', leave, { once: true });
        bucket.queue.add(waiter);
        // A wake that is set already will come for this waiter too, in its turn.
        if (bucket.queue.size === 1) serve(bucket);
        tellPause(bucket, [waiter]);
      });
    },
    pause(origin, ms) {
      const bucket = bucketOf(origin);
      const now = clock.now();
      fill(bucket, now);
      // What was saved up before the pause is gone: the host asked for less, not for a burst afterwards.
      bucket.tokens = Math.min(bucket.tokens, 1);
      bucket.pausedUntil = Math.max(bucket.pausedUntil, now + Math.max(0, ms));
      bucket.filledAt = Math.max(bucket.filledAt, bucket.pausedUntil);
      if (bucket.queue.size > 0) serve(bucket);
      tellPause(bucket, [...bucket.queue]);
    },
  };

  /** One that is told may leave. */
  function tellPause(bucket: Bucket, waiters: readonly Waiter[]): void {
    const left = bucket.pausedUntil - clock.now();
    if (left > 0) for (const waiter of waiters) if (bucket.queue.has(waiter)) waiter.onPause?.(left);
  }

  function done(bucket: Bucket): void {
    bucket.active -= 1;
    if (bucket.queue.size > 0) serve(bucket);
  }
}

function createBucket(host: Required<HostBudget>, now: number): Bucket {
  const burst = Math.max(1, Math.floor(host.rate));
  const concurrent = Math.max(1, Math.floor(host.concurrent));
  if (!(host.rate > 0)) throw new RangeError(`A host's rate must be above 0 requests a second, not ${host.rate}`);
  return {
    ...host,
    burst,
    concurrent,
    tokens: burst,
    filledAt: now,
    pausedUntil: now,
    left: [],
    active: 0,
    queue: new Set(),
    wake: undefined,
  };
}

function fill(bucket: Bucket, now: number): void {
  if (now <= bucket.filledAt) return;
  bucket.tokens = Math.min(bucket.burst, bucket.tokens + ((now - bucket.filledAt) / 1000) * bucket.rate);
  bucket.filledAt = now;
}

/** Where as many have left as a second takes, the next waits until the oldest of them is a second ago, then goes at the rate. */
function rest(bucket: Bucket, now: number): void {
  const [oldest] = bucket.left;
  if (oldest === undefined || bucket.left.length < bucket.burst) return;
  const until = oldest + (bucket.burst / bucket.rate) * 1000;
  if (now >= until || bucket.filledAt >= until) return;
  bucket.tokens = 1;
  bucket.filledAt = until;
}

/** The names a budget may be given for, the narrowest first. An origin that is no URL (a queue's name) is its own host. */
function hostOf(origin: string): { host: string; names: readonly string[] } {
  const url = URL.canParse(origin) ? new URL(origin) : undefined;
  if (!url?.host) return { host: origin, names: [origin.toLowerCase()] };
  const host = url.host.toLowerCase();
  const hostname = url.hostname.toLowerCase();
  const withPort = url.port === '' ? `${hostname}:${url.protocol === 'https:' ? 443 : 80}` : host;
  return { host, names: [`${url.protocol}//${host}`, withPort, hostname] };
}

function once(act: () => void): () => void {
  let acted = false;
  return () => {
    if (acted) return;
    acted = true;
    act();
  };
}
