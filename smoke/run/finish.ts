// The end of a run or a trace: what its verdicts add up to, told as the last event.

import { exitCodeOf } from '../core/exit-code.ts';
import type { Judgement, VerdictName } from '../core/verdict.ts';
import type { Ports } from './ports.ts';

export type RunResult = { code: number; why: string };

export type Ending = {
  run: string;
  judgements: readonly Judgement[];
  /** Those that decide the exit code, where not all do. */
  deciding?: readonly Judgement[];
  /** The runner, or a part of it, could not do its work. */
  runnerFailed: boolean;
  inconclusive?: 'pass' | 'fail' | undefined;
  /** Markers that a limit did not allow. */
  withheld?: number;
  /** Records that could not be cleaned up: told, and no failure of what was tested. */
  unclean?: number;
  /** Monotonic. */
  began: number;
};

export function finish(ending: Ending, ports: Ports, stop: AbortSignal): RunResult {
  const {
    run,
    judgements,
    deciding = judgements,
    runnerFailed,
    inconclusive,
    withheld = 0,
    unclean = 0,
    began,
  } = ending;
  const counts: Partial<Record<VerdictName, number>> = {};
  for (const { verdict } of judgements) counts[verdict] = (counts[verdict] ?? 0) + 1;
  const signal = signalOf(stop);
  const more = { ...(inconclusive && { inconclusive }), ...(signal && { signal }) };
  const { code, why: reason } = exitCodeOf(deciding, { runnerFailed, withheld, ...more });
  const why = unclean === 0 ? reason : `${reason}; ${unclean} record${unclean === 1 ? '' : 's'} not cleaned up`;
  const took = Math.round(ports.clock.now() - began);
  ports.emit({ type: 'run.finished', run, counts, exitCode: code, why, took });
  return { code, why };
}

/** The reason a run was stopped with, where it was a signal. */
export class Stopped extends Error {
  readonly signal: 'SIGINT' | 'SIGTERM';
  constructor(signal: 'SIGINT' | 'SIGTERM', message: string = signal) {
    super(message);
    this.name = 'Stopped';
    this.signal = signal;
  }
}

/** Undefined where nothing stopped it, or something else did (a lost lease, a ledger that cannot be written). */
export function signalOf(stop: AbortSignal): 'SIGINT' | 'SIGTERM' | undefined {
  return stop.aborted && stop.reason instanceof Stopped ? stop.reason.signal : undefined;
}
