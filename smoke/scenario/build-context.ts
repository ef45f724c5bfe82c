// What the builders of a scenario share while they read one file.

import type { As, Plugin } from '../probes/plugin.ts';
import type { Node } from './node.ts';
import type { Report } from './problems.ts';
import type { FileCall, Tree } from './tree.ts';

/** What loading needs from outside. */
export type LoadTools = {
  /**
   * Undefined where no plug-in has that name or path. `folder`: where paths start, that of the file the name stands in.
   * May throw an error that has a `hint`.
   */
  plugin(name: string, folder: string): Promise<Plugin | undefined>;
  pluginNames: readonly string[];
  /** Why these options are not to be carried out on the word that named this file, and what to do; undefined where they may be. */
  distrust?(plugin: string, options: unknown): { message: string; hint: string } | undefined;
  /** Reads a file as UTF-8; gets a path that starts from the scenario's folder. */
  readFile(path: string): Promise<string>;
  /** Default: the folder of the scenario file. */
  baseDir?: string;
  /** What the config file gives to every scenario. */
  given?: GivenVars;
};

/**
 * Variables that stand before a scenario's own; one that a scenario neither has nor uses is nothing to it. `sources`: as of
 * a loaded scenario. `unchosen`: by the names of variables that are not given but could be, what to do for that.
 */
export type GivenVars = {
  vars: Readonly<Record<string, Tree>>;
  sources: ReadonlyMap<string, string>;
  unchosen?: ReadonlyMap<string, string>;
};

export type Context = {
  readonly report: Report;
  readonly tools: LoadTools;
  readonly baseDir: string;
  /** Folders of the files that positions name, where they are not `baseDir`: paths start from the file they are written in. */
  readonly folders: Map<string, string>;
  /** Absolute paths of the files that pieces were taken from. */
  readonly used: Set<string>;
  /** Selectors to be parsed once everything else was read, so that their library loads only if there are any. */
  readonly selectors: { text: string; place: Node['span']; as: As | undefined }[];
  /** Names of the sessions that the file describes; filled before anything that may use one is read. */
  readonly sessions: string[];
  /** `file('…')` calls whose content is still to be read. */
  readonly files: FileCall[];
  /** Texts of the other files that were read, for the frames of their problems. */
  readonly sources: Map<string, string>;
};
