// Hands every event to every reporter: stamped, masked and frozen, in order, each reporter on its own, so that one
// that throws or hangs hurts neither the run nor the others. Uses a timer of its own to limit `close`.

import type { Body, RunEvent } from '../core/events.ts';
import { textOf } from '../core/text-of.ts';
import type { Reporter } from '../reporter.ts';
import { plainCopy } from './plain-copy.ts';

export type DispatchOptions = {
  reporters: readonly { name: string; reporter: Reporter }[];
  /** Masks the secrets in a text. */
  mask: (text: string) => string;
  clock: { now(): number; wall(): Date };
  /** Called once for each reporter that failed, with what it threw. */
  onFailure: (name: string, error: unknown) => void;
  /** Milliseconds that `close` waits for all reporters together. */
  closeTimeout?: number;
};

export type Dispatch = {
  /** Never throws. What follows `run.finished` is dropped, so that it is the last event. */
  emit(body: Body): void;
  /** Waits until every reporter took its events and closed, or the time is up; names those that failed. */
  close(): Promise<{ failed: string[] }>;
};

type Lane = {
  name: string;
  reporter: Reporter;
  queue: RunEvent[];
  pumping: boolean;
  idle: (() => void)[];
  lost: boolean;
};

const defaultCloseTimeout = 5_000;

export function createDispatch(options: DispatchOptions): Dispatch {
  const { clock, mask } = options;
  const start = clock.now();
  const failed = new Set<string>();
  const lanes: Lane[] = options.reporters.map(({ name, reporter }) => {
    return { name, reporter, queue: [], pumping: false, idle: [], lost: false };
  });
  let seq = 0;
  let last = 0;
  let finished = false;
  let closing: Promise<{ failed: string[] }> | undefined;

  const detach = (lane: Lane, error: unknown): void => {
    if (lane.lost) return;
    lane.lost = true;
    lane.queue = [];
    settle(lane);
    failed.add(lane.name);
    emit({ type: 'reporter.failed', reporter: lane.name, message: textOf(error) });
    try {
      options.onFailure(lane.name, error);
    } catch {
      failed.add(`${lane.name} (and its failure could not be told)`);
    }
  };

  const pump = (lane: Lane): void => {
    if (lane.pumping) return;
    lane.pumping = true;
    while (!lane.lost) {
      const event = lane.queue.shift();
      if (event === undefined) break;
      try {
        const result = lane.reporter.on(event);
        if (!isPending(result)) continue;
        result.then(
          () => {
            lane.pumping = false;
            pump(lane);
          },
          (error: unknown) => detach(lane, error),
        );
        return;
      } catch (error) {
        detach(lane, error);
      }
    }
    lane.pumping = false;
    settle(lane);
  };

  const safeMask = (text: string): string => {
    try {
      return mask(text);
    } catch (error) {
      failed.add(`mask (${textOf(error)})`);
      return '[withheld: it could not be masked]';
    }
  };

  const stamped = (body: Body): RunEvent => {
    last = Math.max(last, Math.round(clock.now() - start));
    const stamp = { seq: seq + 1, ms: last, at: clock.wall().toISOString() };
    const text = (value: string, key: string): string => (isVocabulary(value, key) ? value : safeMask(value));
    const event = plainCopy({ ...stamp, ...body }, { text, key: (key) => key });
    seq += 1;
    return event as RunEvent;
  };

  const emit = (body: Body): void => {
    if (finished) return;
    try {
      finished = body.type === 'run.finished';
      const event = stamped(body);
      // All queues first: a reporter that fails here causes an event of its own, which must come after this one.
      for (const lane of lanes) if (!lane.lost) lane.queue.push(event);
      for (const lane of lanes) pump(lane);
    } catch (error) {
      failed.add(`dispatch (${textOf(error)})`);
    }
  };

  const close = (): Promise<{ failed: string[] }> => {
    finished = true;
    closing ??= closeAll(lanes, options.closeTimeout ?? defaultCloseTimeout, detach).then(() => ({
      failed: [...failed],
    }));
    return closing;
  };

  return { emit, close };
}

async function closeAll(
  lanes: readonly Lane[],
  timeout: number,
  detach: (lane: Lane, error: unknown) => void,
): Promise<void> {
  const { promise: timeUp, resolve } = Promise.withResolvers<'time is up'>();
  const timer = setTimeout(() => resolve('time is up'), timeout);
  await Promise.all(
    lanes.map(async (lane) => {
      try {
        const end = await Promise.race([finish(lane), timeUp]);
        if (end === 'time is up')
          detach(lane, new Error(`It did not finish within ${timeout} ms, so it was left behind.`));
      } catch (error) {
        detach(lane, error);
      }
    }),
  );
  clearTimeout(timer);
}

async function finish(lane: Lane): Promise<void> {
  if (lane.pumping) await new Promise<void>((resolve) => lane.idle.push(resolve));
  if (!lane.lost) await lane.reporter.close?.();
}

function settle(lane: Lane): void {
  for (const resolve of lane.idle.splice(0)) resolve();
}

/** Words of the contract itself: masked by chance, they would make an event unreadable, and they give nothing away. */
const vocabularyKeys: ReadonlySet<string> = new Set(['type', 'kind', 'verdict', 'outcome', 'phase', 'state', 'how']);

function isVocabulary(text: string, key: string): boolean {
  return vocabularyKeys.has(key) && /^[a-z.-]{1,16}$/.test(text);
}

function isPending(result: unknown): result is PromiseLike<void> {
  return typeof result === 'object' && result !== null && 'then' in result && typeof result.then === 'function';
}
