// What a config file says, once it was read: paths are absolute, and only variables still hold `${{ }}`.

import type { GivenVars } from '../scenario/load.ts';
import type { Limits } from '../scenario/model.ts';
import type { Problem } from '../scenario/problems.ts';

/** `rate` in requests a second, `concurrent` at once. */
export type HostBudget = { rate?: number; concurrent?: number };

export type Environment = {
  vars: GivenVars['vars'];
  limits: Limits;
  hosts: Readonly<Record<string, HostBudget>>;
};

export type ConfigFile = Environment & {
  /** As a person would write it. */
  file: string;
  /** Texts by file name, for the frames of problems: its own, and those that its variables read. */
  sources: GivenVars['sources'];
  environments: Readonly<Record<string, Environment>>;
  plugins: Readonly<Record<string, string>>;
  timezone?: string;
  ledger?: string;
  reporters?: readonly string[];
  scenarios?: readonly string[];
  jobs?: number;
  repeat?: number;
  bail?: boolean;
  deadline?: number;
  grace?: number;
  inconclusive?: 'pass' | 'fail';
  /** Names of environment variables without a value, with the key that asks for them: those keys are left out. */
  missing: readonly { key: string; name: string }[];
  /** Where it says what stands at a path of keys, for what only a reader of more files can find wrong. */
  placeOf(path: readonly string[]): Problem['place'];
};
