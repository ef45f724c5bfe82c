// The command line: every command, its flags and its help. Each command's code loads only when it is called.

import { Command, CommanderError } from 'commander';
import { version } from '../version.ts';
import { addAuthorCommands } from './author-commands.ts';
import { aliasLine } from './invocation.ts';
import {
  addBrowserFlags,
  addChoiceFlags,
  addConfigFlags,
  addInconclusiveFlag,
  addKeepFlag,
  addLedgerFlag,
  addMarkerAge,
  addOutputFlags,
  addVarFlags,
  collect,
  flagsOf,
  withFlags,
} from './options.ts';
import type { LeftoverFlags } from './sweep-leftovers.ts';
import { UsageError, type World } from './world.ts';

type SweepFlags = LeftoverFlags & { forget?: string } & Record<string, unknown>;

const paths = 'scenario files, folders or quoted globs (default: those of the config file, or the folder scenarios)';

/** Runs the command in `world.argv` and gives its exit code. Throws UsageError, RunnerError, or a defect. */
export async function runProgram(world: World): Promise<number> {
  let code = 0;
  const program = new Command('smoketrail')
    .description('Sends a marked record through a system, follows it hop by hop, and says which hop lost it.')
    .version(version, '--version', 'print the version')
    .helpOption('-h, --help', 'show help')
    .configureOutput({
      writeOut: world.stdout.write,
      writeErr: world.stderr.write,
      outputError: (text, write) => write(text.replace(/^error: /u, 'smoketrail: ')),
    })
    .configureHelp({ helpWidth: Math.max(40, Math.min(world.stdout.columns(), 110)) })
    .showSuggestionAfterError()
    .exitOverride()
    .addHelpText('after', exitCodes);

  const command = (usage: string, summary: string): Command =>
    program.command(usage).summary(summary).description(summary).exitOverride().helpOption('-h, --help', 'show help');

  withFlags(
    command('run', 'run scenarios once').argument('[paths...]', paths),
    ...[addVarFlags, addChoiceFlags, addOutputFlags, addInconclusiveFlag, addLedgerFlag, addBrowserFlags],
  )
    .option('--bail', 'start no more markers after the first that did not pass')
    .option('-j, --jobs <n>', 'markers under way at once (default 4)')
    .option('--repeat <n>', 'send each scenario n times, each with a marker of its own')
    .option('--deadline <duration>', 'how long the destination has, in place of the scenario’s: 30s, 5m')
    .option('--grace <duration>', 'how much longer to watch before it counts as lost, in place of the scenario’s')
    .option('--no-cleanup', 'leave the records for people to look at; smoketrail sweep removes them')
    .option('--insecure', 'do not verify TLS certificates')
    .option('--step', 'on a terminal: ask before each step goes, and look when you say so')
    .addHelpText('after', runExamples)
    .action(async (given: string[], options: Record<string, unknown>) => {
      code = await (await import('./run.ts')).runCommand(given, flagsOf(options), world);
    });

  withFlags(
    command('trace', 'follow a marker that is already in the system; sends and cleans nothing')
      .argument('<marker>', 'a marker, or any text of eight characters or more that somebody typed')
      .argument('[paths...]', paths),
    ...[addVarFlags, addOutputFlags, addInconclusiveFlag, addLedgerFlag, addKeepFlag, addMarkerAge, addBrowserFlags],
  )
    .option('--deadline <duration>', 'keep looking for so long (default: look once)')
    .option('--insecure', 'do not verify TLS certificates')
    .action(async (marker: string, given: string[], options: Record<string, unknown>) => {
      code = await (await import('./trace.ts')).traceCommand(marker, given, options, world);
    });

  addConfigFlags(
    command('check', 'validate scenario files; needs no secrets and sends nothing').argument('[paths...]', paths),
  )
    .option('--no-color', 'no colour, as with NO_COLOR')
    .action(async (given: string[], options: Record<string, unknown>) => {
      code = await (await import('./check.ts')).checkCommand(given, flagsOf(options), world);
    });

  addOutputFlags(
    command('report', 'replay a recorded run through any reporter').argument(
      '<run.ndjson>',
      'a file written by --reporter ndjson=file',
    ),
  ).action(async (file: string, options: Record<string, unknown>) => {
    code = await (await import('./report.ts')).reportCommand(file, flagsOf(options), world);
  });

  withFlags(
    command('sweep', 'clean up what crashed runs left behind, from the ledger').argument(
      '[paths...]',
      'only what these scenarios created (default: everything)',
    ),
    ...[addVarFlags, addLedgerFlag],
  )
    .option('--without-ledger', 'ask the systems what was left there, as leftovers of the scenarios say; lists only')
    .option('--older-than <age>', 'with --without-ledger: only what is older: 1h, 2d')
    .option('--yes', 'with --without-ledger: clean what is listed')
    .option('--forget <marker>', 'give up this one, which no sweep can clean, and sweep nothing')
    .option('--insecure', 'do not verify TLS certificates')
    .option('-v, --verbose', 'show every step')
    .option('--no-color', 'no colour, as with NO_COLOR')
    .addHelpText('after', sweepCodes)
    .action(async (given: string[], options: Record<string, unknown>) => {
      const { withoutLedger, olderThan, yes, forget, ...rest } = options as SweepFlags;
      if (forget !== undefined) {
        if (given.length > 0 || withoutLedger === true)
          throw new UsageError('--forget takes one marker, and nothing beside it', 'smoketrail sweep --forget MARKER');
        code = await (await import('./sweep-forget.ts')).forgetMarker(forget, flagsOf(rest), world);
        return;
      }
      if (withoutLedger !== true && (olderThan !== undefined || yes === true))
        throw new UsageError('--older-than and --yes go with --without-ledger', sweepExample);
      code =
        withoutLedger === true
          ? await (await import('./sweep-leftovers.ts')).sweepLeftovers(given, flagsOf(rest), { ...options }, world)
          : await (await import('./sweep.ts')).sweepCommand(given, flagsOf(rest), world);
    });

  const done = (ended: number): void => {
    code = ended;
  };
  addAuthorCommands({ command, program, world, paths, done });

  command('schema', 'print the JSON Schema of a scenario, for editors')
    .option('--config', 'that of the config file; SMOKETRAIL_CONFIG names the one whose plug-ins count')
    .allowExcessArguments()
    .action(async (options: { config?: boolean }, { args }: Command) => {
      code = await (await import('./schema.ts')).schemaCommand(world, options.config === true, args);
    });

  command('capture', 'pass on what a worker sends to the partner, and keep it for the looks of all runs')
    .option('--port <port>', 'where it listens (default: SMOKETRAIL_CAPTURE_PORT)')
    .option('--host <host>', 'the address it listens on (default 127.0.0.1: this machine alone)')
    .option('--forward <url>', 'base address of the real partner')
    .option(
      '--allow <host>',
      'in place of --forward, as an HTTP proxy: a host that it forwards to (repeatable)',
      collect,
    )
    .option('--fail <how>', 'what cannot be kept passes all the same (open, the default) or is refused (closed)')
    .option('--limit <bytes>', 'how much it keeps of each body (default 1048576)')
    .option('--total <bytes>', 'how much it keeps in all, the newest first (default 67108864)')
    .option('--ca <file>', 'the authority that signed the certificate of the partner (PEM)')
    .option('--insecure', 'do not verify TLS certificates')
    .option('-v, --verbose', 'a line for each request')
    .addHelpText('after', captureHelp)
    .action(async (options: Record<string, unknown>) => {
      code = await (await import('./capture.ts')).captureCommand(options, world);
    });

  command('demo', 'start the reference booking stack and trace bookings through it')
    .option('--up', 'keep the stack running for playing with scenarios, until Ctrl-C')
    .option(
      '--fault <name>',
      'with --up: switch a fault on, as name or name@hop (repeatable); --fault list names them',
      (value: string, all: string[] | undefined) => [...(all ?? []), value],
    )
    .option('--queue <system>', 'what the queue runs on: sqlite (default), bullmq, pg-boss or rabbitmq')
    .option('--queue-url <url>', 'with --queue: a server that runs already; without it one is started')
    .option('--push-to <url>', 'with --up: where the workers push to in place of the partner, such as a capture')
    .option('--no-color', 'no colour, as with NO_COLOR')
    .addHelpText(
      'after',
      '\nExamples:\n  smoketrail demo\n  smoketrail demo --up --fault stale-workers\n  smoketrail demo --up --queue rabbitmq\n',
    )
    .action(async (options: Record<string, unknown>) => {
      code = await (await import('./demo.ts')).demoCommand(options, world);
    });

  try {
    if (world.argv.length === 0) {
      program.outputHelp();
      return 2;
    }
    await program.parseAsync(world.argv, { from: 'user' });
    return code;
  } catch (error) {
    // commander has printed its own message; help and --version end with code 0.
    if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : 2;
    throw error;
  }
}

const exitCodes = `
Exit codes: 0 all passed, 1 a scenario failed, 2 wrong usage or scenario file,
3 the runner could not work, 4 inconclusive, 130 or 143 stopped by a signal
after cleaning up.

First steps:
  smoketrail demo                 see a healthy and a broken release traced
  smoketrail demo --up            start a system to run the next line against
  smoketrail run scenarios/booking-note.yaml
  smoketrail check scenarios/     validate scenario files
${aliasLine === '' ? '' : `\nIn a checkout, once in each terminal:\n  ${aliasLine}\n`}`;

const sweepExample = 'smoketrail sweep --without-ledger --older-than 1h --yes';

const sweepCodes = `
Exit codes: 0 nothing is left to clean now, 1 a record is still to be cleaned
(it says why), 2 wrong usage, 3 the ledger cannot be read, 130 or 143 stopped by
a signal. The ledger knows the systems that the runs wrote to; secrets are
needed again. A scenario that has moved can be named where it stands now.

What no sweep can clean is removed by hand, and then given up:
  smoketrail sweep --forget smk-42qvrkvaeg34t3yv

Where the ledger is gone with its runner:
  smoketrail sweep --without-ledger --older-than 1h         lists what is left
  ${sweepExample}   cleans it
`;

const captureHelp = `
The partner URL of the worker points to it in place of the partner. Runs on this
machine follow it: looks with capture, and SMOKETRAIL_CAPTURE_PORT set to its
port. Ctrl-C ends it once what is on its way is through; a second one at once.

Examples:
  smoketrail capture --port 4190 --forward https://partner.example/api
  smoketrail capture --port 4190 --allow partner.example --fail closed
`;

const runExamples = `
Examples:
  smoketrail run scenarios/ --reporter junit=smoke.xml
  smoketrail run scenarios/booking-note.yaml --repeat 11
  smoketrail run scenarios/booking-note.yaml --var web=http://127.0.0.1:4100
`;
