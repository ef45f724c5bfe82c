// Flag, then environment, then config file, then default: a pure merge of what a command may be told.

import { parseDuration } from '../core/duration.ts';
import { textOf } from '../core/text-of.ts';
import type { GivenVars } from '../scenario/load.ts';
import type { Limits } from '../scenario/model.ts';
import { suggestion } from '../scenario/problems.ts';
import type { ConfigFile, Environment, HostBudget } from './model.ts';
import { fileSignIn } from './reporter-text.ts';

/** Flags as they were given; everything is optional. */
export type Flags = {
  var?: readonly string[];
  varFile?: readonly string[];
  envFile?: string;
  env?: string;
  /** False: --no-config. */
  config?: string | false;
  tag?: readonly string[];
  grep?: string;
  bail?: boolean;
  jobs?: string;
  repeat?: string;
  deadline?: string;
  grace?: string;
  reporter?: readonly string[];
  cleanup?: boolean;
  inconclusive?: string;
  verbose?: boolean;
  color?: boolean;
  insecure?: boolean;
  ledger?: string;
  step?: boolean;
  attachments?: string;
  headed?: boolean;
  slowMo?: string;
};

export type Settings = {
  // What scenarios stand on.
  /** `--var` and the files of variables: before everything else. Those of files keep their type. */
  vars: Readonly<Record<string, unknown>>;
  /** Of the config file and its environment: before a scenario's own. */
  given: GivenVars;
  environment?: string;
  /** Plug-ins of third parties: the name scenarios use → package name or absolute path. */
  plugins: Readonly<Record<string, string>>;
  timezone?: string;
  /** The config file, as a person would write it. */
  configFile?: string;
  // Which scenarios, and how.
  /** Absolute paths, where none are named. */
  scenarios?: readonly string[];
  tags: readonly string[];
  grep?: RegExp;
  bail: boolean;
  jobs: number;
  repeat: number;
  deadline?: number;
  grace?: number;
  cleanup: boolean;
  inconclusive?: 'pass' | 'fail';
  // What the systems are spared.
  hosts: Readonly<Record<string, HostBudget>>;
  /** Beside those of a scenario: the smallest counts. `by` says in words where they stand. */
  limits: readonly { by: string; limits: Limits }[];
  insecure: boolean;
  // What is told, and kept.
  reporters: readonly { name: string; path?: string }[];
  verbose: boolean;
  color: boolean | 'auto';
  ledger: string;
  step: boolean;
  /** Folder; default: `attachments` beside the ledger's. */
  attachments?: string;
  browser: { headed: boolean; slowMo: number; executable?: string };
  /** PWDEBUG: somebody steps through the browser's actions, so that no look and no step runs out of time. */
  patient: boolean;
};

type Env = Readonly<Record<string, string | undefined>>;

/** A wrong value, with the name it was given under, and what to do about it. */
export type SettingProblem = { name: string; message: string; hint?: string };

const defaultJobs = 4;

/** What was read for the merge: the config file, and the variables of --var-file. */
export type Files = { config?: ConfigFile | undefined; vars?: Readonly<Record<string, unknown>> };

/** The settings, or every problem with them at once. */
export function settingsOf(
  flags: Flags,
  env: Env,
  { config, vars: fromFiles = {} }: Files = {},
): { ok: true; settings: Settings } | { ok: false; problems: SettingProblem[] } {
  const problems: SettingProblem[] = [];
  const problem: Problem = (name, message, hint) => {
    problems.push({ name, message, ...(hint !== undefined && { hint }) });
    return undefined;
  };
  const given = (flag: string | undefined, name: string): Said | undefined => {
    if (flag !== undefined) return { text: flag, by: `--${name}` };
    const by = `SMOKETRAIL_${name.toUpperCase().replaceAll('-', '_')}`;
    const text = filled(env[by]);
    return text === undefined ? undefined : { text, by };
  };

  const chosen = environmentOf(given(flags.env, 'env'), config, problem);
  const deadline = duration(given(flags.deadline, 'deadline'), problem) ?? config?.deadline;
  const grace = duration(given(flags.grace, 'grace'), problem) ?? config?.grace;
  const grep = pattern(given(flags.grep, 'grep'), problem);
  const attachments = given(flags.attachments, 'attachments')?.text;
  const slowMo = duration(given(flags.slowMo, 'slow-mo'), problem);
  const executable = filled(env['SMOKETRAIL_BROWSER']);
  const patient = isOn(env['PWDEBUG']);
  const inconclusive = choice(given(flags.inconclusive, 'inconclusive'), problem) ?? config?.inconclusive;
  const tag = flags.tag ?? filled(env['SMOKETRAIL_TAG'])?.split(',');
  const reporters = flags.reporter ?? filled(env['SMOKETRAIL_REPORTER'])?.split(',') ?? config?.reporters ?? [];
  const settings: Settings = {
    vars: { ...fromFiles, ...pairs(flags.var ?? [], problem) },
    given: {
      vars: { ...config?.vars, ...chosen?.vars },
      sources: config?.sources ?? new Map(),
      ...(config && { unchosen: unchosenIn(config, chosen) }),
    },
    ...(chosen && { environment: chosen.name }),
    plugins: config?.plugins ?? {},
    ...(config !== undefined && { configFile: config.file }),
    ...(config?.timezone !== undefined && { timezone: config.timezone }),
    ...(config?.scenarios && { scenarios: config.scenarios }),
    tags: tag ?? [],
    ...(grep && { grep }),
    bail: flags.bail ?? onOrOff(env['SMOKETRAIL_BAIL']) ?? config?.bail ?? false,
    jobs: count(given(flags.jobs, 'jobs'), config?.jobs ?? defaultJobs, problem),
    repeat: count(given(flags.repeat, 'repeat'), config?.repeat ?? 1, problem),
    ...(deadline !== undefined && { deadline }),
    ...(grace !== undefined && { grace }),
    cleanup: flags.cleanup ?? !isOn(env['SMOKETRAIL_NO_CLEANUP']),
    ...(inconclusive && { inconclusive }),
    hosts: { ...config?.hosts, ...chosen?.hosts },
    limits: limitsOf(config, chosen),
    insecure: flags.insecure ?? isOn(env['SMOKETRAIL_INSECURE']),
    reporters: reporters.map((text) => reporterOf(text, problem)),
    verbose: flags.verbose ?? isOn(env['SMOKETRAIL_VERBOSE']),
    color: colorOf(flags.color, env),
    step: flags.step ?? isOn(env['SMOKETRAIL_STEP']),
    ...(attachments !== undefined && { attachments }),
    browser: {
      headed: flags.headed ?? (isOn(env['SMOKETRAIL_HEADED']) || patient),
      slowMo: slowMo ?? 0,
      ...(executable !== undefined && { executable }),
    },
    patient,
    ledger: given(flags.ledger, 'ledger')?.text ?? config?.ledger ?? '.smoketrail/ledger',
  };
  return problems.length > 0 ? { ok: false, problems } : { ok: true, settings };
}

/** Which config file is to be read: the one that is named, the one that is found, or none. */
export function configChoice(flags: Flags, env: Env): { file: string; by: string } | 'search' | 'none' {
  if (flags.config === false) return 'none';
  if (flags.config !== undefined) return { file: flags.config, by: '--config' };
  const named = filled(env['SMOKETRAIL_CONFIG']);
  if (named !== undefined) return { file: named, by: 'SMOKETRAIL_CONFIG' };
  return isOn(env['SMOKETRAIL_NO_CONFIG']) ? 'none' : 'search';
}

type Chosen = Environment & { name: string };

function environmentOf(said: Said | undefined, config: ConfigFile | undefined, problem: Problem): Chosen | undefined {
  if (said === undefined) return undefined;
  const { text: name, by } = said;
  if (config === undefined)
    return problem(by, `there is no config file that could have an environment ${JSON.stringify(name)}`, noConfig);
  const names = Object.keys(config.environments);
  const found = Object.hasOwn(config.environments, name) ? config.environments[name] : undefined;
  if (found !== undefined) return { ...found, name };
  const hint = names.length === 0 ? 'Write it under environments:' : suggestion(name, names);
  return problem(by, `${config.file} has no environment ${JSON.stringify(name)}`, hint);
}

/** By variable: in which environments it is defined, and how one of them is chosen. */
function unchosenIn({ file, environments }: ConfigFile, chosen: Chosen | undefined): ReadonlyMap<string, string> {
  const by = new Map<string, string[]>();
  for (const [name, { vars }] of Object.entries(environments))
    for (const one of Object.keys(vars)) by.set(one, [...(by.get(one) ?? []), name]);
  return new Map(
    [...by].map(([one, names]) => {
      const [first = ''] = names;
      const where = `the environment${names.length === 1 ? '' : 's'} ${names.join(', ')} of ${file}`;
      const choose = chosen === undefined ? `add -e ${first}.` : `not in ${chosen.name}, which was chosen.`;
      return [one, `It is defined in ${where}: ${choose}`];
    }),
  );
}

const noConfig = 'Write one: smoketrail.yaml, with environments:, here or in a folder above.';

function limitsOf(config: ConfigFile | undefined, chosen: Chosen | undefined): Settings['limits'] {
  return [
    ...(chosen ? [{ by: `environment ${chosen.name}`, limits: chosen.limits }] : []),
    ...(config ? [{ by: config.file, limits: config.limits }] : []),
  ];
}

type Problem = (name: string, message: string, hint?: string) => undefined;

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
    return problem(said.by, textOf(error));
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

function reporterOf(text: string, problem: Problem): { name: string; path?: string } {
  const at = fileSignIn(text);
  if (at === 0 || at === text.length - 1)
    problem('--reporter', `${JSON.stringify(text)} is not of the form name or name=file`);
  return at < 0 ? { name: text } : { name: text.slice(0, at), path: text.slice(at + 1) };
}

export function colorOf(flag: boolean | undefined, env: Env): boolean | 'auto' {
  if (flag === false) return false;
  if (filled(env['NO_COLOR']) !== undefined) return false;
  const force = env['FORCE_COLOR'];
  return force === undefined ? 'auto' : force !== '0' && force !== 'false';
}

/** Undefined where nothing was said, so that the next in line is asked. */
function onOrOff(text: string | undefined): boolean | undefined {
  return filled(text) === undefined ? undefined : isOn(text);
}

function isOn(text: string | undefined): boolean {
  return text !== undefined && text !== '' && text !== '0' && text !== 'false';
}

function filled(text: string | undefined): string | undefined {
  return text === '' ? undefined : text;
}
