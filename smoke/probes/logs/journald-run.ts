// Runs `journalctl`: what it printed, or a Blind that says why nothing can be read with it.

import { resolve } from 'node:path';
import { runCommand } from '../command/command-run.ts';
import { Blind, type Host } from '../plugin.ts';
import type { JournaldOptions } from './journald-options.ts';

export type Printed = { stdout: string; stderr: string; bytes: number };

/** Which journal is read. */
export type Place = Pick<JournaldOptions, 'directory' | 'file'>;

/** Its messages in English, whole and on the standard error. */
const env = { LC_ALL: 'C', SYSTEMD_LOG_LEVEL: 'info', SYSTEMD_LOG_TARGET: 'console', SYSTEMD_COLORS: '0' };

export async function journalctl(
  args: readonly string[],
  { directory, file }: Place,
  host: Host,
  signal: AbortSignal,
): Promise<Printed> {
  const place =
    directory !== undefined
      ? [`--directory=${resolve(host.baseDir, directory)}`]
      : file !== undefined
        ? [`--file=${resolve(host.baseDir, file)}`]
        : [];
  const ran = await runCommand({ argv: ['journalctl', '--no-pager', ...place, ...args], env }, host, signal);
  switch (ran.kind) {
    case 'not-started': {
      if (ran.code === 'ENOENT')
        throw new Blind('driver-missing', 'journalctl is not installed, or not on the PATH', {
          cause: ran.error,
          hint: 'Run smoketrail on a machine with systemd, or install it to read journal files from elsewhere.',
        });
      const kind = ran.code === 'EACCES' || ran.code === 'EPERM' ? 'permission' : 'error';
      throw new Blind(kind, `journalctl could not be started (${ran.code})`, { cause: ran.error });
    }
    case 'too-late':
      signal.throwIfAborted();
      throw new Blind('timeout', 'journalctl was not started: its time was up before');
    case 'stopped':
      throw ran.why === 'aborted'
        ? new Blind('timeout', 'journalctl did not end in time and was stopped')
        : new Blind('gave-up', 'the entries since the send are over 8 MB', {
            hint: 'Read fewer: unit, identifier, match, or a smaller limit.',
          });
    default:
      if (ran.exit !== 0 && !isEmpty(ran.stdout, ran.stderr)) throw failureOf(ran.exit, ran.stderr);
      return { stdout: ran.stdout, stderr: ran.stderr, bytes: ran.bytes };
  }
}

/** It ends with 1 where there is no entry, and says no more; or where no unit of the journal fits a pattern. */
function isEmpty(stdout: string, stderr: string): boolean {
  return (
    /^(?:-- No entries --\s*)?$/.test(stdout) &&
    /^(?:(?:No journal files were found\.|Failed to add filter for units: No data available)\s*)?$/.test(stderr)
  );
}

/** `stderr` is masked already. */
function failureOf(exit: number | null, stderr: string): Blind {
  const said = stderr.trim().replace(/\s+/g, ' ').slice(0, 300);
  const message = `journalctl ${exit === null ? 'was ended' : `ended with exit code ${exit}`}${said === '' ? '' : `: ${said}`}`;
  if (/permission|denied/i.test(said)) return new Blind('permission', message, { hint: joinGroup });
  return new Blind('error', message);
}

export const joinGroup = 'Let the account of this run be a member of the group systemd-journal (or adm).';
