// The completion script for zsh.

import { type Completed, type Flag, hopPattern, quoted, type Values } from './completion-model.ts';

export function zshScript(commands: readonly Completed[]): string {
  return `#compdef smoketrail
# Completion of smoketrail for zsh: source <(smoketrail completion zsh), below compinit
_smoketrail_hops() {
  local -a hops
  [[ -f $words[2] ]] && hops=(\${(f)"$(sed -nE ${quoted(hopPattern)} $words[2])"})
  compadd -a hops
}

_smoketrail() {
  if (( CURRENT == 2 )); then
    local -a commands=(
${commands.map(({ name, about }) => `      ${quoted(`${name}:${about}`)}`).join('\n')}
    )
    _describe command commands
    _arguments '--help[show help]' '--version[print the version]'
    return
  fi
  local command=$words[2]
  shift words
  (( CURRENT-- ))
  case $command in
${commands.map(commandCase).join('\n')}
  esac
}

compdef _smoketrail smoketrail
`;
}

function commandCase({ name, flags, places }: Completed): string {
  const specs = [
    ...flags.map(flagSpec),
    ...places.map(({ name: called, takes, repeats }) => quoted(`${repeats ? '*' : ''}:${called}:${action(takes)}`)),
  ];
  return `    ${name})\n      _arguments -s ${specs.join(' ')} ;;`;
}

function flagSpec({ short, long, about, repeats, takes }: Flag): string {
  const value = takes === undefined ? '' : `:value:${action(takes)}`;
  const told = `[${about.replaceAll(/[[\]]/g, String.raw`\$&`)}]${value}`;
  if (repeats) return quoted(`*${long}${told}`);
  return short === undefined
    ? quoted(`${long}${told}`)
    : `${quoted(`(${short} ${long})`)}{${short},${long}}${quoted(told)}`;
}

function action(takes: Values): string {
  switch (takes) {
    case 'scenario':
      return '_files -g "*.(yaml|yml)"';
    case 'file':
      return '_files';
    case 'folder':
      return '_files -/';
    case 'hop':
      return '_smoketrail_hops';
    case 'nothing':
      return '';
    default:
      return `(${takes.join(' ')})`;
  }
}
