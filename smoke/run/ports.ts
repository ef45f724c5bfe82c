// Everything a run needs from outside. The composition root fills it; tests fill it with virtual time.

import type { Inflate } from '../core/compressed.ts';
import type { Body } from '../core/events.ts';
import type { BrowserSettings, Clock, Cookies, Host, Plugin } from '../probes/plugin.ts';
import type { Budget } from './budget.ts';
import type { Keeping } from './keeping.ts';
import type { Witness } from './witness.ts';

export type Ports = {
  clock: Clock;
  random: Random;
  emit: (body: Body) => void;
  secrets: Secrets;
  budget: Budget;
  /** `folder`: the scenario's, where the path of a plug-in starts. */
  plugin: (name: string, folder: string) => Promise<Plugin | undefined>;
  cookies: () => Cookies;
  keeping: Keeping;
  env: Readonly<Record<string, string | undefined>>;
  /** `--var` and files of variables, over the scenario's own vars. */
  vars: Readonly<Record<string, unknown>>;
  /** The environment of the config file that was chosen. */
  environment?: string;
  timezone: string;
  userAgent: string;
  insecure: boolean;
  inflate: Inflate;
  /** Masks the secrets in a text: applied before an excerpt is cut, or half a secret could survive at its edge. */
  mask: (text: string) => string;
  /** Of everything that plug-ins use in this run. */
  once: Host['once'];
  attachments: Attachments;
  browser: BrowserSettings;
  /** Name of this machine, for the reports. */
  host: string;
  /** Looks on while a scenario is written. */
  witness?: Witness;
};

export type Random = {
  /** In [0, 1). */
  fraction(): number;
  /** Characters drawn from an alphabet, each as likely as the others. */
  draw(alphabet: string, length: number): string;
  uuid(): string;
};

export type Secrets = {
  /** The value of `secret.NAME`, or undefined; a value handed out is masked from then on. */
  get(name: string): string | undefined;
  /** A value learned on the way (`secret: true`), masked from then on. Says why when it is too short to mask. */
  add(value: string, name: string): string | undefined;
};

export type Attachments = {
  /** Writes a file of that scenario; undefined where it was not kept. */
  add(scenario: string, name: string, write: (path: string) => Promise<void>): Promise<string | undefined>;
};
