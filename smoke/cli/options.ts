// The flags that several commands share, in one place, so that they read the same everywhere.

import type { Command } from 'commander';
import type { Flags } from '../config/settings.ts';

const collect = (value: string, all: string[] | undefined): string[] => [...(all ?? []), value];

export function addVarFlags(command: Command): Command {
  return command
    .option('--var <name=value>', 'set a variable of the scenario (repeatable)', collect)
    .option('--env-file <file>', 'read environment variables from a file; those already set win');
}

export function addOutputFlags(command: Command): Command {
  return command
    .option(
      '--reporter <name[=file]>',
      'terminal, json, ndjson, junit, github, markdown, tap, or a path or package; with =file it writes there (repeatable)',
      collect,
    )
    .option('-v, --verbose', 'show every look, and stack traces of defects')
    .option('--no-color', 'no colour, as with NO_COLOR');
}

export function addChoiceFlags(command: Command): Command {
  return command
    .option('--tag <tag>', 'only scenarios with this tag (repeatable)', collect)
    .option('--grep <pattern>', 'only scenarios whose name matches this regular expression');
}

export function addLedgerFlag(command: Command): Command {
  return command.option(
    '--ledger <folder>',
    'where records that are not yet cleaned up are kept (default .smoketrail/ledger)',
  );
}

/** commander sets a negatable flag to true where it was not given; only a false was said by somebody. */
export function flagsOf(options: Record<string, unknown>): Flags {
  const flags = { ...options } as Flags;
  if (flags.color !== false) delete flags.color;
  if (flags.cleanup !== false) delete flags.cleanup;
  return flags;
}
