// The completion script for bash.

import { type Completed, type Flag, hopPattern, quoted, type Values } from './completion-model.ts';

/** Works where `smoketrail` is an alias too: bash completes by the word that was typed. */
export function bashScript(commands: readonly Completed[]): string {
  return `# Completion of smoketrail for bash: source <(smoketrail completion bash)
_smoketrail_hops() {
  [ -f "$1" ] && sed -nE ${quoted(hopPattern)} "$1"
}

_smoketrail_files() {
  # Folders to go on into, and files whose name ends as asked.
  local file
  while IFS= read -r file; do
    if [ -d "$file" ]; then COMPREPLY+=("$file/"); elif [[ $1 == any || $file == *.y?(a)ml ]]; then COMPREPLY+=("$file"); fi
  done < <(compgen -f -- "$2")
  compopt -o filenames -o nospace 2>/dev/null
}

_smoketrail() {
  local cur=\${COMP_WORDS[COMP_CWORD]} command= first= flags= valued= takes= word at place=0
  COMPREPLY=()
  for ((at = 1; at < COMP_CWORD; at++)); do
    word=\${COMP_WORDS[at]}
    if [ -z "$command" ]; then
      [[ $word == -* ]] || command=$word
    elif [[ $word == -* ]]; then
      case "$command $word" in
        ${valuedFlags(commands)}) at=$((at + 1)) ;;
      esac
    else
      place=$((place + 1))
      [ $place -eq 1 ] && first=$word
    fi
  done
  if [ -z "$command" ]; then
    COMPREPLY=($(compgen -W ${quoted([...commands.map(({ name }) => name), '--help', '--version'].join(' '))} -- "$cur"))
    return
  fi
  case "$command \${COMP_WORDS[COMP_CWORD - 1]}" in
${commands
  .flatMap(({ name, flags }) => flags.map((flag) => flagCase(name, flag)))
  .filter(Boolean)
  .join('\n')}
  esac
  if [ -z "$takes" ]; then
    case $command in
${commands.map(commandCase).join('\n')}
    esac
    if [[ $cur == -* ]]; then COMPREPLY=($(compgen -W "$flags" -- "$cur")); return; fi
  fi
  case $takes in
    scenario) _smoketrail_files scenario "$cur" ;;
    file | folder) _smoketrail_files any "$cur" ;;
    hop) COMPREPLY=($(compgen -W "$(_smoketrail_hops "$first")" -- "$cur")) ;;
    nothing | '') ;;
    *) COMPREPLY=($(compgen -W "\${takes#words }" -- "$cur")) ;;
  esac
}

shopt -s extglob
complete -F _smoketrail smoketrail
`;
}

/** Patterns of \`command flag\` for all flags that take the next word. */
function valuedFlags(commands: readonly Completed[]): string {
  const all = commands.flatMap(({ name, flags }) =>
    flags.flatMap((flag) => (flag.takes === undefined ? [] : namesOf(flag).map((one) => `'${name} ${one}'`))),
  );
  return all.join(' | ');
}

function flagCase(command: string, flag: Flag): string {
  if (flag.takes === undefined) return '';
  const patterns = namesOf(flag).map((one) => `'${command} ${one}'`);
  return `    ${patterns.join(' | ')}) takes=${quoted(said(flag.takes))} ;;`;
}

function commandCase({ name, flags, places }: Completed): string {
  const last = places.at(-1);
  const cases = places.map(({ takes }, at) => `${at}) takes=${quoted(said(takes))} ;;`);
  const rest = last?.repeats === true ? ` *) takes=${quoted(said(last.takes))} ;;` : '';
  const all = flags.map(({ long }) => long).join(' ');
  return `      ${name}) flags=${quoted(all)}; case $place in ${cases.join(' ')}${rest} esac ;;`.replace(
    'case $place in  esac',
    ':',
  );
}

function namesOf({ short, long }: Flag): string[] {
  return short === undefined ? [long] : [short, long];
}

function said(takes: Values): string {
  return typeof takes === 'string' ? takes : `words ${takes.join(' ')}`;
}
