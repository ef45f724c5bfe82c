// The commands and flags of the program as a shell's completion needs them, read from the program itself.

import type { Command, Option } from 'commander';

/** What may stand somewhere: fixed words, a scenario file or a folder, any file, a folder, a hop of the file before it. */
export type Values = readonly string[] | 'scenario' | 'file' | 'folder' | 'hop' | 'nothing';

export type Flag = { short?: string; long: string; about: string; repeats: boolean; takes?: Values };

export type Completed = {
  name: string;
  about: string;
  flags: readonly Flag[];
  places: readonly { name: string; takes: Values; repeats: boolean }[];
};

export type Words = {
  reporters: readonly string[];
  faults: readonly string[];
  shells: readonly string[];
};

/** The hops of a scenario file, found by the text alone: a shell waits for no program to start. For `sed -nE`. */
export const hopPattern: string = String.raw`s/^[[:space:]]*(-[[:space:]]*)?\{?[[:space:]]*hop:[[:space:]]*["]?([A-Za-z0-9_.-]+).*/\2/p`;

/** A text in single quotes for bash and zsh. */
export function quoted(text: string): string {
  return `'${text.replaceAll("'", "'\\''")}'`;
}

export function commandsOf(program: Command, words: Words): Completed[] {
  const helper = program.createHelp();
  return helper.visibleCommands(program).map((command) => ({
    name: command.name(),
    about: helper.subcommandDescription(command),
    flags: helper.visibleOptions(command).map((option) => flagOf(option, words)),
    places: helper.visibleArguments(command).map((argument) => ({
      name: argument.name(),
      takes: placeOf(argument.name(), words),
      repeats: argument.variadic,
    })),
  }));
}

function flagOf(option: Option, words: Words): Flag {
  const { short, long = '', description, parseArg } = option;
  const takesOne = option.required || option.optional;
  return {
    ...(short && { short }),
    long,
    about: description,
    repeats: parseArg !== undefined,
    ...(takesOne && { takes: valuesOf(option, words) }),
  };
}

/** By the name of the flag, else by what its value is called in the help. */
function valuesOf({ long = '', flags }: Option, words: Words): Values {
  const fixed: Readonly<Record<string, readonly string[]>> = {
    '--reporter': words.reporters,
    '--inconclusive': ['pass', 'fail'],
    '--fault': ['list', ...words.faults],
  };
  if (Object.hasOwn(fixed, long)) return fixed[long] ?? 'nothing';
  const called = /<([^>]+)>/.exec(flags)?.[1] ?? '';
  return called === 'file' || called === 'folder' ? called : 'nothing';
}

function placeOf(name: string, { shells }: Words): Values {
  if (name === 'paths' || name === 'file') return 'scenario';
  if (name === 'hop') return 'hop';
  if (name === 'shell') return shells;
  return name.endsWith('.ndjson') ? 'file' : 'nothing';
}
