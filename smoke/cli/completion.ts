// smoketrail completion: a script for a shell, made from the commands and flags themselves, so that it cannot drift.

import path from 'node:path';
import type { Command } from 'commander';
import { listed } from '../core/wording.ts';
import { plainFaults } from '../demo/fault-spec.ts';
import { loadReporterNames } from './assemble.ts';
import { bashScript } from './completion-bash.ts';
import { fishScript } from './completion-fish.ts';
import { type Completed, commandsOf } from './completion-model.ts';
import { zshScript } from './completion-zsh.ts';
import { UsageError, type World } from './world.ts';

const scripts: Readonly<Record<string, (commands: readonly Completed[]) => string>> = {
  bash: bashScript,
  zsh: zshScript,
  fish: fishScript,
};

export async function completionCommand(given: string | undefined, program: Command, world: World): Promise<number> {
  const shell = given ?? path.basename(world.env['SHELL'] ?? '');
  const script = Object.hasOwn(scripts, shell) ? scripts[shell] : undefined;
  const shells = Object.keys(scripts);
  if (script === undefined)
    throw new UsageError(
      shell === '' ? 'completion for which shell?' : `there is no completion for ${JSON.stringify(shell)}`,
      `There is one for ${listed(shells)}: smoketrail completion bash`,
    );
  const reporters = await loadReporterNames();
  world.stdout.write(script(commandsOf(program, { reporters, faults: plainFaults, shells })));
  return 0;
}
