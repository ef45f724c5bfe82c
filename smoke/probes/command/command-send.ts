// Steps with the `command` plug-in: a program that started may have acted, however it ended.

import type { Candidate } from '../../core/look.ts';
import { documentCandidate } from '../../select/document.ts';
import { formatOf } from '../../select/format.ts';
import { type As, Blind, type Host, type Sent, type Trigger } from '../plugin.ts';
import { blindOf, titleOf } from './command-look.ts';
import type { CommandOptions } from './command-options.ts';
import { runCommand } from './command-run.ts';

export function commandTrigger(host: Host): Trigger<CommandOptions> {
  return {
    async fire(options, context): Promise<Sent> {
      const began = host.clock.now();
      const ran = await runCommand(options, host, context.signal);
      const blind = blindOf(ran, options, host);
      const ranAtAll = ran.kind === 'ended' || ran.kind === 'stopped';
      const bytes = ranAtAll ? ran.bytes : 0;
      const cost = { requests: 1, bytes, ms: host.clock.now() - began };
      const answer = ran.kind === 'ended' ? await answerOf(ran.stdout, context.as, titleOf(options, host)) : undefined;
      if (blind === undefined) {
        const summary = `${titleOf(options, host)} → exit ${ran.kind === 'ended' ? ran.exit : ''}`;
        return { outcome: 'done', summary, ...(answer === undefined ? {} : { answer }), cost };
      }
      return {
        outcome: ranAtAll ? 'unknown' : 'refused',
        summary: blind.message,
        fault: blind.fault,
        ...(answer === undefined ? {} : { answer }),
        cost,
      };
    },
  };
}

/** Output that only looks like JSON or XML is text: what the step did does not depend on it. */
async function answerOf(text: string, as: As | undefined, source: string): Promise<Candidate> {
  try {
    return await documentCandidate({ text, format: as ?? formatOf(undefined, text), source, named: true });
  } catch (error) {
    if (!(error instanceof Blind)) throw error;
    return documentCandidate({ text, format: 'text', source, named: true });
  }
}
