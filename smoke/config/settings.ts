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
  const given = (flag: string | undefined, name: string): string | undefined =>
    flag ?? filled(env[`SMOKETRAIL_${name}`]);

  const deadline = duration(given(flags.deadline, 'DEADLINE'), '--deadline', problem);
  const grep = pattern(given(flags.grep, 'GREP'), problem);
  const inconclusive = choice(given(flags.inconclusive, 'INCONCLUSIVE'), problem);
  const tag = flags.tag ?? filled(env['SMOKETRAIL_TAG'])?.split(',');
  const settings: Settings = {
    vars: pairs(flags.var ?? [], problem),
    tags: tag ?? [],
    ...(grep && { grep }),
    bail: flags.bail ?? isOn(env['SMOKETRAIL_BAIL']),
    jobs: count(given(flags.jobs, 'JOBS'), '--jobs', defaultJobs, problem),
    repeat: count(given(flags.repeat, 'REPEAT'), '--repeat', 1, problem),
    ...(deadline !== undefined && { deadline }),
    reporters: (flags.reporter ?? filled(env['SMOKETRAIL_REPORTER'])?.split(',') ?? []).map(reporterOf),
    cleanup: flags.cleanup ?? !isOn(env['SMOKETRAIL_NO_CLEANUP']),
    ...(inconclusive && { inconclusive }),
    verbose: flags.verbose ?? isOn(env['SMOKETRAIL_VERBOSE']),
    color: colorOf(flags.color, env),
    insecure: flags.insecure ?? isOn(env['SMOKETRAIL_INSECURE']),
    ledger: given(flags.ledger, 'LEDGER') ?? '.smoketrail/ledger',
  };
  return problems.length > 0 ? { ok: false, problems } : { ok: true, settings };
}

type Problem = (name: string, message: string) => undefined;

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

function duration(text: string | undefined, name: string, problem: Problem): number | undefined {
  if (text === undefined) return undefined;
  const ms = parseDuration(text);
  return ms ?? problem(name, `${JSON.stringify(text)} is not a duration; write a number with a unit: 500ms, 30s, 5m`);
}

function pattern(text: string | undefined, problem: Problem): RegExp | undefined {
  if (text === undefined) return undefined;
  try {
    return new RegExp(text, 'u');
  } catch (error) {
    return problem('--grep', error instanceof Error ? error.message : String(error));
  }
}

function choice(text: string | undefined, problem: Problem): 'pass' | 'fail' | undefined {
  if (text === undefined || text === 'pass' || text === 'fail') return text;
  return problem('--inconclusive', `${JSON.stringify(text)} is neither pass nor fail`);
}

function count(text: string | undefined, name: string, standard: number, problem: Problem): number {
  if (text === undefined) return standard;
  if (/^[1-9]\d{0,3}$/u.test(text)) return Number(text);
  problem(name, `${JSON.stringify(text)} is not a whole number from 1 to 9999`);
  return standard;
}

function reporterOf(text: string): { name: string; path?: string } {
  const at = text.indexOf('=');
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
