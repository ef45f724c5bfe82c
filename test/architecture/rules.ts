// The lists that the architecture tests hold the source to. They are tight: an entry nothing needs any more fails too.

import type { Outside } from './outside.ts';

/** Lower levels first. A layer imports the levels below its own; layers of the same level only as listed beneath. */
export const levels: readonly (readonly string[])[] = [
  ['core'],
  ['scenario', 'probes', 'select', 'store', 'config', 'reporter', 'version'],
  ['run'],
  ['monitor'],
  ['init'],
  ['cli'],
  ['main'],
];

/** Layers that stand beside the levels, with all that each may import. */
export const apart: Readonly<Record<string, readonly string[]>> = {
  // The public types.
  index: ['core', 'probes', 'reporter', 'select'],
  browser: ['probes'],
  // The contracts as tests, for third parties.
  testing: ['testing', 'core', 'probes', 'select', 'reporter'],
  // A stand-in for somebody's system: it must not share code with what watches it.
  demo: ['demo'],
  reporters: ['reporters', 'core', 'reporter'],
  // How the package is built; no part of it.
  package: ['package'],
};

/** Imports between layers of one level, and their reason. */
export const siblings: Readonly<Record<string, string>> = {
  'scenario → probes': 'a scenario is checked against the options of the plug-ins it names',
  'config → scenario': 'the config file is read, checked and told as a scenario is, and gives it variables',
  'probes → select': 'a probe presents what it read as candidates that selectors can be applied to',
  'select → probes': 'the format names and Blind belong to the contract of plug-ins',
};

/** The files that may touch what makes a run unrepeatable, and why. A path that ends with `/` is a folder. */
export const allowed: readonly { path: string; may: readonly Outside[]; why: string }[] = [
  { path: 'smoke/main.ts', may: ['process'], why: 'the bin: arguments, environment, streams, signals, exit code' },
  { path: 'smoke/cli/clock.ts', may: ['clock', 'timers'], why: 'the real clock behind the Clock port' },
  { path: 'smoke/cli/assemble.ts', may: ['random'], why: 'the real randomness behind the ports' },
  { path: 'smoke/cli/run-id.ts', may: ['random'], why: 'names a run that no other run is named' },
  { path: 'smoke/cli/watchdog.ts', may: ['timers'], why: 'a sign of life that holds up no end of the process' },
  { path: 'smoke/cli/orphan.ts', may: ['timers'], why: 'a parent that ends tells nobody: it is asked for' },
  { path: 'smoke/cli/demo-up.ts', may: ['timers'], why: 'waits for the reader and for the stack' },
  {
    path: 'smoke/testing/host.ts',
    may: ['clock', 'timers', 'process'],
    why: 'a plug-in that is tried alone gets the real clock and the current folder',
  },
  { path: 'smoke/testing/resources.ts', may: ['process'], why: 'counts what keeps the process alive' },
  { path: 'smoke/testing/reporter.ts', may: ['timers'], why: 'lets a turn pass in which nothing may be written' },
  { path: 'smoke/run/dispatch.ts', may: ['timers'], why: 'limits the time in which a reporter may close' },
  { path: 'smoke/probes/command/process-group.ts', may: ['process'], why: 'signals the whole group a command started' },
  {
    path: 'smoke/probes/capture/capture-token.ts',
    may: ['random', 'process'],
    why: 'a secret between two processes, which nobody may guess, and whether the one that left it is alive',
  },
  { path: 'smoke/store/sqlite.ts', may: ['process'], why: 'loads node:sqlite without waiting' },
  { path: 'smoke/store/ledger-folder.ts', may: ['process'], why: 'Windows cannot sync a folder' },
  {
    path: 'smoke/demo/',
    may: ['process', 'clock', 'random', 'timers'],
    why: 'a system of its own, in processes of its own',
  },
  { path: 'smoke/package/code-cache.ts', may: ['process', 'clock'], why: 'part of the bin: keeps a cache for a day' },
  { path: 'smoke/package/', may: ['process'], why: 'build scripts and the bin' },
];
