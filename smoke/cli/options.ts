// The flags that several commands share, in one place, so that they read the same everywhere.

import type { Command } from 'commander';
import type { Flags } from '../config/settings.ts';

/** For a flag that may be given several times. */
export function collect(value: string, all: string[] | undefined): string[] {
  return [...(all ?? []), value];
}

/** The command with flags that it shares with others. */
export function withFlags(command: Command, ...adders: readonly ((command: Command) => Command)[]): Command {
  return adders.reduce((built, add) => add(built), command);
}

export function addVarFlags(command: Command): Command {
  return addConfigFlags(command)
    .option('--var <name=value>', 'set a variable of the scenario (repeatable)', collect)
    .option('--env-file <file>', 'read environment variables from a file; those already set win');
}

/** The config file and what is chosen in it. `negatable` flags are undefined until somebody says them. */
export function addConfigFlags(command: Command): Command {
  return command
    .option('-e, --env <name>', 'use an environment of the config file')
    .option('--var-file <file>', 'set variables from a YAML, JSON or .env file; --var wins (repeatable)', collect)
    .option('--config <file>', 'the config file (default: smoketrail.yaml here or in a folder above)')
    .option('--no-config', 'read no config file');
}

export function addInconclusiveFlag(command: Command): Command {
  return command.option(
    '--inconclusive <as>',
    'count what could not be proved as pass or fail, in place of exit code 4',
  );
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

export function addKeepFlag(command: Command): Command {
  return command.option('--keep <name=value>', 'an alias the record is known by: booking=8841 (repeatable)', collect);
}

export function addMarkerAge(command: Command): Command {
  return command.option('--since <duration>', 'how far back to read logs for a typed text (default 1d)');
}

export function addJsonFlag(command: Command): Command {
  return command.option('--json', 'print JSON in place of text');
}

/** commander sets a negatable flag to true where it was not given; only a false was said by somebody. */
export function flagsOf(options: Record<string, unknown>): Flags {
  const { color, cleanup, config, ...others } = options;
  return {
    ...others,
    ...(color === false && { color }),
    ...(cleanup === false && { cleanup }),
    ...((config === false || typeof config === 'string') && { config }),
  };
}

export function addBrowserFlags(command: Command): Command {
  return command
    .option('--headed', 'show the browser')
    .option('--slow-mo <duration>', 'wait so long between two actions in a browser: 250ms')
    .option(
      '--attachments <folder>',
      'where screenshots and browser traces of failures are kept (default: attachments beside the ledger)',
    );
}
