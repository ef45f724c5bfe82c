// The completion script for fish.

import { type Completed, type Flag, hopPattern, type Values } from './completion-model.ts';

export function fishScript(commands: readonly Completed[]): string {
  const names = commands.map(({ name }) => name).join(' ');
  return `# Completion of smoketrail for fish: smoketrail completion fish | source
function __smoketrail_hops
    set -l words (commandline -opc)
    test -f "$words[3]"; and sed -nE ${quoted(hopPattern)} $words[3]
end

# How many words stand behind the command, flags left out.
function __smoketrail_place
    set -l words (commandline -opc)
    test (count (string match -v -- '-*' $words[3..-1])) -eq $argv[1]
end

complete -c smoketrail -f
complete -c smoketrail -n ${quoted(`not __fish_seen_subcommand_from ${names}`)} -l version -d 'print the version'
${commands.map((command) => commandLines(command, names)).join('\n')}
`;
}

function commandLines({ name, about, flags, places }: Completed, names: string): string {
  const own = `complete -c smoketrail -n ${quoted(`not __fish_seen_subcommand_from ${names}`)} -a ${name} -d ${quoted(about)}`;
  const seen = `__fish_seen_subcommand_from ${name}`;
  return [
    own,
    ...flags.map((flag) => flagLine(flag, seen)),
    ...places.flatMap(({ takes, repeats }, at) => {
      const where = repeats ? seen : `${seen}; and __smoketrail_place ${at}`;
      const values = valuesOf(takes);
      return values === '' ? [] : [`complete -c smoketrail -n ${quoted(where)}${values}`];
    }),
  ].join('\n');
}

function flagLine({ short, long, about, takes }: Flag, seen: string): string {
  const letter = short === undefined ? '' : ` -s ${short.slice(1)}`;
  const own = takes === undefined ? '' : valuesOf(takes);
  const value = takes === undefined ? '' : own === ' -F' ? ' -r -F' : ` -x${own}`;
  return `complete -c smoketrail -n ${quoted(seen)}${letter} -l ${long.slice(2)}${value} -d ${quoted(about)}`;
}

function valuesOf(takes: Values): string {
  switch (takes) {
    case 'scenario':
    case 'file':
    case 'folder':
      return ' -F';
    case 'hop':
      return " -a '(__smoketrail_hops)'";
    case 'nothing':
      return '';
    default:
      return ` -a ${quoted(takes.join(' '))}`;
  }
}

function quoted(text: string): string {
  return `'${text.replaceAll('\\', '\\\\').replaceAll("'", "\\'")}'`;
}
