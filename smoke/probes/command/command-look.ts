// Looks with the `command` plug-in: the standard output of a program that succeeded is the answer.

import { documentCandidate } from '../../select/document.ts';
import { formatOf } from '../../select/format.ts';
import { maskedLine } from '../masked-start.ts';
import { Blind, type Host, type Probe } from '../plugin.ts';
import type { CommandOptions } from './command-options.ts';
import { type Ran, runCommand } from './command-run.ts';

export function openCommand(host: Host): Probe<CommandOptions> {
  return {
    async read(options, context) {
      const began = host.clock.now();
      const ran = await runCommand(options, host, context.signal);
      const text = ran.kind === 'ended' ? ran.stdout : '';
      if (ran.kind === 'ended') {
        const status = ran.exit === null ? `ended by ${ran.signal}` : `exit code ${ran.exit}`;
        const format = context.as ?? formatOf(undefined, text);
        context.answered?.({ status, headers: [], text, format, bytes: ran.bytes });
      }
      const blind = blindOf(ran, options, host);
      if (blind !== undefined) throw blind;
      const title = titleOf(options, host);
      const answer = await documentCandidate({
        text,
        format: context.as ?? formatOf(undefined, text),
        source: title,
        named: context.named,
        answered: 'by a program',
      });
      return {
        candidates: [answer],
        whole: true,
        searched: `the output of ${title}`,
        cost: { requests: 1, bytes: ran.kind === 'ended' ? ran.bytes : 0, ms: host.clock.now() - began },
      };
    },
  };
}

export function titleOf(options: CommandOptions, host: Pick<Host, 'mask'>): string {
  return maskedLine(options.argv?.join(' ') ?? options.shell ?? '', 80, host.mask);
}

/** Why the run gave no answer, or undefined where it did. */
export function blindOf(ran: Ran, options: CommandOptions, host: Pick<Host, 'mask'>): Blind | undefined {
  const title = titleOf(options, host);
  switch (ran.kind) {
    case 'not-started': {
      const kind = ran.code === 'EACCES' || ran.code === 'EPERM' ? 'permission' : 'error';
      return new Blind(kind, `${title} could not be started (${ran.code})`, {
        cause: ran.error,
        hint: 'Check that the program is installed and on the PATH, and that the folder of cwd exists.',
      });
    }
    case 'too-late':
      return new Blind('timeout', `${title} was not started: its time was up before`);
    case 'stopped':
      return ran.why === 'aborted'
        ? new Blind('timeout', `${title} did not end in time and was stopped${said(ran.stderr)}`)
        : new Blind('gave-up', `${title} printed more than 8 MB and was stopped`, { hint: 'Let it print less.' });
    default: {
      const wanted = [options.expect?.exit ?? 0].flat();
      if (ran.exit !== null && wanted.includes(ran.exit)) return undefined;
      const how = ran.exit === null ? `was ended by ${ran.signal}` : `ended with exit code ${ran.exit}`;
      return new Blind('wrong-answer', `${title} ${how}, not ${wanted.join(' or ')}${said(ran.stderr)}`);
    }
  }
}

/** `stderr` is masked already. */
function said(stderr: string): string {
  const text = stderr.trim().replace(/\s+/g, ' ');
  return text === '' ? '' : `: ${text.slice(0, 300)}`;
}
