// The commands for people who write scenarios: look, doctor, releases, completion, init.

import type { Command } from 'commander';
import {
  addBrowserFlags,
  addChoiceFlags,
  addJsonFlag,
  addKeepFlag,
  addLedgerFlag,
  addMarkerAge,
  addVarFlags,
  withFlags,
} from './options.ts';
import type { World } from './world.ts';

export type Adding = {
  /** Makes a command as all others are made. */
  command(usage: string, summary: string): Command;
  program: Command;
  world: World;
  /** What the paths of a command may be. */
  paths: string;
  done(code: number): void;
};

export function addAuthorCommands({ command, program, world, paths, done }: Adding): void {
  withFlags(
    command('look', 'read one hop once, and show what came back and what was found in it')
      .argument('<file>', 'a scenario file')
      .argument('[hop]', 'the name of one of its hops; without it they are named, and the exit code is 2'),
    ...[addVarFlags, addKeepFlag, addMarkerAge, addLedgerFlag, addBrowserFlags, addJsonFlag],
  )
    .option('--marker <text>', 'a marker, or a text that somebody typed (default: one that nobody has sent)')
    .option('--full', 'the whole answer and all its headers, not their beginning')
    .option('--insecure', 'do not verify TLS certificates')
    .option('--no-color', 'no colour, as with NO_COLOR')
    .addHelpText('after', lookHelp)
    .action(async (file: string, hop: string | undefined, options: Record<string, unknown>) => {
      done(await (await import('./look.ts')).lookCommand(file, hop, options, world));
    });

  withFlags(
    command('doctor', 'open every probe and look once; sends and creates nothing').argument('[paths...]', paths),
    ...[addVarFlags, addChoiceFlags, addLedgerFlag, addJsonFlag],
  )
    .option('--insecure', 'do not verify TLS certificates')
    .option('--no-color', 'no colour, as with NO_COLOR')
    .addHelpText('after', doctorHelp)
    .action(async (given: string[], options: Record<string, unknown>) => {
      done(await (await import('./doctor.ts')).doctorCommand(given, options, world));
    });

  withFlags(
    command('releases', 'show the build that every hop runs, and where they differ').argument('[paths...]', paths),
    ...[addVarFlags, addChoiceFlags, addJsonFlag],
  )
    .option('--insecure', 'do not verify TLS certificates')
    .option('--no-color', 'no colour, as with NO_COLOR')
    .addHelpText('after', releasesHelp)
    .action(async (given: string[], options: Record<string, unknown>) => {
      done(await (await import('./releases.ts')).releasesCommand(given, options, world));
    });

  command('completion', 'print a script that completes commands, flags and hops in a shell')
    .argument('[shell]', 'bash, zsh or fish (default: that of $SHELL)')
    .addHelpText('after', completionHelp)
    .action(async (shell: string | undefined) => {
      done(await (await import('./completion.ts')).completionCommand(shell, program, world));
    });

  command('init', 'write a first scenario')
    .option('--from-curl <curl>', 'a copied curl command: the command in quotes, a file, or - for standard input')
    .option('--from-har <file>', 'a recording exported from a browser’s network tab')
    .option('--from-playwright <file>', 'the output of playwright codegen')
    .option('--from-openapi <file>', 'an OpenAPI 3 or Swagger 2 document, JSON or YAML')
    .option('--operation <operation>', 'of an OpenAPI document: an operationId, or "POST /bookings"')
    .option('--match <text>', 'a part of the text that you typed: it finds the request and the field')
    .option('--field <field>', 'the field that the marker goes into, in place of the best free text')
    .option('--web <url>', 'the web app’s address, in place of the one in the source')
    .option('--partner <url>', 'where the record arrives: an address that lists the records there; asked once')
    .option('--name <name>', 'what the scenario is called')
    .option('--output <file>', 'default scenarios/NAME.yaml; - for standard output')
    .option('--force', 'write over a file that is there')
    .option('--yes', 'ask nothing')
    .addHelpText('after', initExamples)
    .action(async (options: Record<string, unknown>) => {
      done(await (await import('./init.ts')).initCommand(options, world));
    });
}

const lookHelp = `
Exit codes: 0 it could look, whatever it saw; 4 it could not (blind, or an alias
is not known); 2 wrong usage.

Examples:
  smoketrail look first.yaml partner
  smoketrail look first.yaml partner --marker smk-42qvrkvaeg34t3yv
  smoketrail look first.yaml web --marker 'Arriving late' --keep booking=8841
`;

const doctorHelp = `
Exit codes: 0 every hop that can be tried can look, 4 some are blind, not
observable or lack a value, 2 wrong usage. Nothing is sent, so a tap that
hears nothing is no fault.

Examples:
  smoketrail doctor
  smoketrail doctor scenarios/ --env-file staging.env
`;

const releasesHelp = `
Exit codes: 0 no skew, 1 the scenario's rule is broken, 4 a build is unknown
that the rule must know, 2 wrong usage.

Examples:
  smoketrail releases scenarios/booking-note.yaml
  smoketrail releases --json
`;

const completionHelp = `
In the file that your shell reads at its start:
  bash   source <(smoketrail completion bash)
  zsh    source <(smoketrail completion zsh)     below compinit
  fish   smoketrail completion fish | source
`;

const initExamples = `
On a terminal it asks for what the flags leave open. Without a source it writes
a scenario for the demo system. Credentials of a source never go into the file:
the report says what to export. Nothing of a source is run or sent.

Examples:
  smoketrail init
  smoketrail init --from-curl request.txt --name booking
  smoketrail init --from-har recording.har --match 'Arriving late'
  smoketrail init --from-openapi openapi.json --operation 'POST /bookings' --yes
`;
