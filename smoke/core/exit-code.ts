// What a finished run tells its pipeline.

import type { VerdictName } from './outcome.ts';

export type RunEnd = {
  /** The runner itself could not work: a driver missing, a full disk, a reporter that failed. */
  runnerFailed: boolean;
  /** `--inconclusive pass|fail`. */
  inconclusive?: 'pass' | 'fail';
  signal?: 'SIGINT' | 'SIGTERM';
  /** Markers that were asked for and not sent, since a limit does not allow them: what they would have shown is not known. */
  withheld?: number;
};

export type ExitCode = { code: 0 | 1 | 3 | 4 | 130 | 143; why: string };

/**
 * 130 or 143 where a signal stopped the run; else the first that applies of 1 (a scenario failed), 3 (the runner failed),
 * 4 (inconclusive, or fewer markers sent than asked for, unless `--inconclusive` maps it); else 0. Wrong usage (2) is found before a run has verdicts.
 */
export function exitCodeOf(
  verdicts: readonly { verdict: VerdictName; passes: boolean | 'inconclusive' }[],
  end: RunEnd,
): ExitCode {
  if (end.signal !== undefined) return { code: end.signal === 'SIGINT' ? 130 : 143, why: `stopped by ${end.signal}` };
  const failed = verdicts.filter(({ passes }) => passes === false);
  const unsure = verdicts.filter(({ passes }) => passes === 'inconclusive');
  if (failed.length > 0) return { code: 1, why: `${counted(failed)} of ${verdicts.length} failed` };
  if (end.runnerFailed) return { code: 3, why: 'the runner could not do all of its work' };
  const { withheld = 0 } = end;
  if (unsure.length + withheld === 0)
    return { code: 0, why: verdicts.length === 0 ? 'no scenario was run' : 'all passed' };
  const why = [
    ...(unsure.length > 0 ? [`${counted(unsure)} of ${verdicts.length} inconclusive`] : []),
    ...(withheld > 0
      ? [`${withheld} of ${verdicts.length + withheld} not sent, since a limit does not allow more`]
      : []),
  ].join(', ');
  if (end.inconclusive === undefined) return { code: 4, why };
  return { code: end.inconclusive === 'pass' ? 0 : 1, why: `${why}, which --inconclusive ${end.inconclusive} maps` };
}

/** `3 (2 lost, 1 altered)` */
function counted(verdicts: readonly { verdict: VerdictName }[]): string {
  const groups = Map.groupBy(verdicts, ({ verdict }) => verdict);
  const parts = [...groups].map(([verdict, those]) => `${those.length} ${verdict}`);
  return `${verdicts.length} (${parts.join(', ')})`;
}

/** The exit code where the runner turns out to have failed after all: 3, but for a code that counts before it. */
export function codeAfterFailure(code: number): number {
  return code === 0 || code === 4 ? 3 : code;
}
