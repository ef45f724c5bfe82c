// The `command` plug-in: what a program prints is the answer. No shell unless the scenario asks for one.

import type { Plugin } from '../plugin.ts';
import { type CommandOptions, commandOptions } from './command-options.ts';

export const command: Plugin<CommandOptions> = {
  name: 'command',
  summary: 'The output of a program, run without a shell; as a step, the program itself',
  options: commandOptions,
  documents: ['stdin', 'shell'],
  contract: {
    needs: 'what the program needs, as the user of the runner',
    costs: 'one process, up to 8 MB of output',
    proof: 'what the program changes: test/probes/command.test.ts',
  },
  connects: [],
  title: ({ argv, shell }) => (Array.isArray(argv) ? argv.join(' ') : String(shell ?? 'command')).slice(0, 80),
  async open(_options, host) {
    const { openCommand } = await import('./command-look.ts');
    return openCommand(host);
  },
  async ready(options, host) {
    const { findProgram } = await import('./command-ready.ts');
    await findProgram(options, host);
  },
  async trigger(host) {
    const { commandTrigger } = await import('./command-send.ts');
    return commandTrigger(host);
  },
};
