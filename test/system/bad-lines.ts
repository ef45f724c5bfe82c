// Command lines that are wrong, each in one way, and what must be said of them.

export type BadLine = {
  name: string;
  args: readonly string[];
  says: RegExp;
  code?: number;
  env?: Record<string, string>;
};

export const badLines: readonly BadLine[] = [
  { name: 'a folder without scenarios', args: ['run', 'nothing'], says: /nothing holds no scenario/ },
  {
    name: 'a path that does not exist',
    args: ['run', 'good.yaml', 'gone.yaml'],
    says: /gone\.yaml: there is no such file or folder/,
  },
  { name: 'a pattern that matches nothing', args: ['run', 'x*.yaml'], says: /matches no scenario/ },
  { name: 'no paths and no folder of scenarios', args: ['run'], says: /no scenario was named/ },
  {
    name: 'an unknown reporter',
    args: ['run', 'good.yaml', '--reporter', 'junti'],
    says: /no reporter "junti"[\s\S]*terminal, json, ndjson, junit/,
  },
  {
    name: 'a reporter without a file behind =',
    args: ['run', 'good.yaml', '--reporter', 'junit='],
    says: /--reporter: "junit=" is not of the form/,
  },
  {
    name: 'two reporters on standard output',
    args: ['run', 'good.yaml', '--reporter', 'json', '--reporter', 'junit'],
    says: /two reporters want standard output/,
  },
  {
    name: 'a reporter file that is a folder',
    args: ['run', 'good.yaml', '--reporter', 'junit=nothing'],
    says: /cannot write nothing/,
    code: 3,
  },
  {
    name: 'a reporter file below a file',
    args: ['run', 'good.yaml', '--reporter', 'junit=good.yaml/x.xml'],
    says: /cannot write good\.yaml\/x\.xml/,
    code: 3,
  },
  {
    name: 'a reporter file in a folder that is missing outside of the working directory',
    args: ['run', 'good.yaml', '--reporter', 'junit=../smoketrail-nowhere/deep/x.xml'],
    says: /cannot write .*ENOENT.*\n.*Missing folders are made below the working directory and the config file only/,
    code: 3,
  },
  {
    name: 'a ledger that is a file',
    args: ['run', 'good.yaml', '--ledger', 'good.yaml'],
    says: /cannot make the ledger folder/,
    code: 3,
  },
  { name: '--jobs 0', args: ['run', 'good.yaml', '--jobs', '0'], says: /--jobs: "0" is not a whole number/ },
  {
    name: '--repeat of half a marker',
    args: ['run', 'good.yaml', '--repeat', '1.5'],
    says: /--repeat: "1\.5" is not a whole number/,
  },
  {
    name: 'SMOKETRAIL_JOBS=x',
    args: ['run', 'good.yaml'],
    env: { SMOKETRAIL_JOBS: 'x' },
    says: /SMOKETRAIL_JOBS: "x" is not/,
  },
  {
    name: '--deadline without a unit',
    args: ['run', 'good.yaml', '--deadline', '5'],
    says: /--deadline: "5" is not a duration; write a number with a unit/,
  },
  {
    name: '--var without =',
    args: ['run', 'good.yaml', '--var', 'web'],
    says: /--var: "web" is not of the form name=value/,
  },
  {
    name: '--var of __proto__',
    args: ['run', 'good.yaml', '--var', '__proto__=x'],
    says: /--var: "__proto__=x" is not of the form/,
  },
  {
    name: 'a variable that no scenario has',
    args: ['run', 'good.yaml', '--var', 'partnr=x'],
    says: /no scenario has a variable "partnr"[\s\S]*Did you mean `partner`\?/,
  },
  { name: 'a wrong pattern', args: ['run', 'good.yaml', '--grep', '('], says: /--grep: Invalid regular expression/ },
  {
    name: 'a tag that no scenario has',
    args: ['run', 'good.yaml', '--tag', 'nightly'],
    says: /no scenario is left after --tag and --grep/,
  },
  {
    name: '--inconclusive maybe',
    args: ['run', 'good.yaml', '--inconclusive', 'maybe'],
    says: /neither pass nor fail/,
  },
  {
    name: 'an unknown flag',
    args: ['run', 'good.yaml', '--jbos', '2'],
    says: /unknown option '--jbos'[\s\S]*Did you mean --jobs\?/,
  },
  { name: 'an unknown command', args: ['rnu', 'good.yaml'], says: /unknown command 'rnu'[\s\S]*Did you mean run\?/ },
  { name: 'a flag without its value', args: ['run', 'good.yaml', '--jobs'], says: /'-j, --jobs <n>' argument missing/ },
  { name: 'a trace of a text too short', args: ['trace', 'Zoë', 'good.yaml'], says: /too short/ },
  { name: 'a trace of nothing', args: ['trace'], says: /missing required argument 'marker'/ },
  {
    name: 'a name with control characters',
    args: ['run', 'a\u001b\u009b\u202e.yaml'],
    says: /a\\x1b\\x9b\\u202e\.yaml: there is no such file/,
  },
];
