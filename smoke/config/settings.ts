// Flag, then environment, then default: a pure merge of what a command may be told.

import { parseDuration } from '../core/duration.ts';

/** Flags as they were given; everything is optional. */
export type Flags = {
  var?: readonly string[];
  envFile?: string;
  tag?: readonly string[];
  grep?: string;
  bail?: boolean;
  jobs?: string;
  repeat?: string;
  deadline?: string;
  reporter?: readonly string[];
  cleanup?: boolean;
  inconclusive?: string;
  verbose?: boolean;
  color?: boolean;
  insecure?: boolean;
  ledger?: string;
};

export type Settings = {
  vars: Readonly<Record<string, string>>;
  tags: readonly string[];
  grep?: RegExp;
  bail: boolean;
  jobs: number;
  repeat: number;
  deadline?: number;
  reporters: readonly { name: string; path?: string }[];
  cleanup: boolean;
  inconclusive?: 'pass' | 'fail';
  verbose: boolean;
  color: boolean | 'auto';
  insecure: boolean;
  ledger: string;
  /** Plug-ins of third parties: the name scenarios use → package name or absolute path. */
  plugins: Readonly<Record<string, string>>;
};

type Env = Readonly<Record<string, string | undefined>>;

/** A wrong value, with the name it was given under. */
export type SettingProblem = { name: string; message: string };

const defaultJobs = 4;

/** The settings, or every problem with them at once. */
export function settingsOf(
  flags: Flags,
  env: Env,
): { ok: true; settings: Settings } | { ok: false; problems: SettingProblem[] } {
  const problems: SettingProblem[] = [];
  const problem = (name: string, message: string): undefined => {
    problems.push({ name, message });
    return undefined;
  };
  const given = (flag: string | undefined, name: string): Said | undefined => {
    if (flag !== undefined) return { text: flag, by: `--${name}` };
    const by = `SMOKETRAIL_${name.toUpperCase()}`;
    const text = filled(env[by]);
    return text === undefined ? undefined : { text, by };
  };

  const deadline = duration(given(flags.deadline, 'deadline'), problem);
  const grep = pattern(given(flags.grep, 'grep'), problem);
  const inconclusive = choice(given(flags.inconclusive, 'inconclusive'), problem);
  const tag = flags.tag ?? filled(env['SMOKETRAIL_TAG'])?.split(',');
  const reporters = flags.reporter ?? filled(env['SMOKETRAIL_REPORTER'])?.split(',') ?? [];
  const settings: Settings = {
    vars: pairs(flags.var ?? [], problem),
    tags: tag ?? [],
    ...(grep && { grep }),
    bail: flags.bail ?? isOn(env['SMOKETRAIL_BAIL']),
    jobs: count(given(flags.jobs, 'jobs'), defaultJobs, problem),
    repeat: count(given(flags.repeat, 'repeat'), 1, problem),
    ...(deadline !== undefined && { deadline }),
    reporters: reporters.map((text) => reporterOf(text, problem)),
    cleanup: flags.cleanup ?? !isOn(env['SMOKETRAIL_NO_CLEANUP']),
    ...(inconclusive && { inconclusive }),
    verbose: flags.verbose ?? isOn(env['SMOKETRAIL_VERBOSE']),
    color: colorOf(flags.color, env),
    insecure: flags.insecure ?? isOn(env['SMOKETRAIL_INSECURE']),
    ledger: given(flags.ledger, 'ledger')?.text ?? '.smoketrail/ledger',
    plugins: {},
  };
  return problems.length > 0 ? { ok: false, problems } : { ok: true, settings };
}

type Problem = (name: string, message: string) => undefined;

/** What was said, and by which flag or variable. */
type Said = { text: string; by: string };

function pairs(given: readonly string[], problem: Problem): Record<string, string> {
  const vars: Record<string, string> = {};
  for (const pair of given) {
    const at = pair.indexOf('=');
    const name = pair.slice(0, at);
    if (at < 1 || name === '__proto__') problem('--var', `${JSON.stringify(pair)} is not of the form name=value`);
    else vars[name] = pair.slice(at + 1);
  }
  return vars;
}

function duration(said: Said | undefined, problem: Problem): number | undefined {
  if (said === undefined) return undefined;
  const { text, by } = said;
  const ms = parseDuration(text);
  return ms ?? problem(by, `${JSON.stringify(text)} is not a duration; write a number with a unit: 500ms, 30s, 5m`);
}

function pattern(said: Said | undefined, problem: Problem): RegExp | undefined {
  if (said === undefined) return undefined;
  try {
    return new RegExp(said.text, 'u');
  } catch (error) {
    return problem(said.by, error instanceof Error ? error.message : String(error));
  }
}

function choice(said: Said | undefined, problem: Problem): 'pass' | 'fail' | undefined {
  if (said === undefined) return undefined;
  const { text, by } = said;
  return text === 'pass' || text === 'fail' ? text : problem(by, `${JSON.stringify(text)} is neither pass nor fail`);
}

function count(said: Said | undefined, standard: number, problem: Problem): number {
  if (said === undefined) return standard;
  const { text, by } = said;
  if (/^[1-9]\d{0,3}$/u.test(text)) return Number(text);
  problem(by, `${JSON.stringify(text)} is not a whole number from 1 to 9999`);
  return standard;
}

/** A path may hold `=` itself: there the first one behind the ending of a module counts. */
const modulePath = /^(?:\.{0,2}[\\/]|[A-Za-z]:[\\/]).*?\.[cm]?[jt]s(?==|$)/;

function reporterOf(text: string, problem: Problem): { name: string; path?: string } {
  const at = text.indexOf('=', modulePath.exec(text)?.[0].length ?? 0);
  if (at === 0 || at === text.length - 1)
    problem('--reporter', `${JSON.stringify(text)} is not of the form name or name=file`);
  return at < 0 ? { name: text } : { name: text.slice(0, at), path: text.slice(at + 1) };
}

function colorOf(flag: boolean | undefined, env: Env): boolean | 'auto' {
  if (flag === false) return false;
  if (filled(env['NO_COLOR']) !== undefined) return false;
  const force = env['FORCE_COLOR'];
  return force === undefined ? 'auto' : force !== '0' && force !== 'false';
}

function isOn(text: string | undefined): boolean {
  return text !== undefined && text !== '' && text !== '0' && text !== 'false';
}

function filled(text: string | undefined): string | undefined {
  return text === '' ? undefined : text;
}
