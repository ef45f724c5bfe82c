// Loads a reporter of somebody else, by its path or as a package: the named export `reporter`.

import { textOf } from '../core/text-of.ts';
import { exportedNames, loadOutside, OutsideFault } from '../probes/outside/outside-module.ts';
import { isPackage, isPath } from '../probes/outside/outside-name.ts';
import { atWork } from '../probes/outside/outside-work.ts';
import type { Reporter, ReporterFactory } from '../reporter.ts';
import { realClock } from './clock.ts';
import { guardOutside, teller } from './outside-guard.ts';
import { RunnerError, UsageError, type World } from './world.ts';

/** Undefined where it is neither a path nor a package that is installed. Throws a UsageError that names it. */
export async function outsideReporter(
  name: string,
  world: World,
  mask: (text: string) => string,
): Promise<ReporterFactory | undefined> {
  if (!isPath(name) && !isPackage(name)) return undefined;
  await guardOutside(world, mask);
  try {
    const found = await loadOutside(name, { folders: [world.cwd], clock: realClock, tell: teller(world, mask) });
    if (found === undefined) return undefined;
    const { reporter } = found.exports;
    if (typeof reporter === 'function') return started(name, reporter as ReporterFactory);
    const has = exportedNames(found.exports).slice(0, 8).join(', ') || 'nothing';
    const hint =
      'It is the named export: `export const reporter: ReporterFactory = (output) => ({ on(event) { … } })`.';
    throw new OutsideFault(`it exports ${has}, and no function \`reporter\``, hint);
  } catch (error) {
    if (!(error instanceof OutsideFault)) throw error;
    throw new UsageError(`the reporter ${name} cannot be loaded: ${error.message}`, error.hint);
  }
}

/** What it makes must be a reporter before anything is sent. */
function started(name: string, factory: ReporterFactory): ReporterFactory {
  const who = `the reporter ${name}`;
  return (output, options) => {
    try {
      const made: unknown = atWork(who, () => factory(output, options));
      if (isReporter(made)) return named(who, made);
      throw new RunnerError(
        `the reporter ${name} gave ${made instanceof Promise ? 'a promise' : 'nothing'} with a function \`on\``,
        'Its function `reporter` must give `{ on(event) { … } }` at once. Nothing was sent.',
      );
    } catch (cause) {
      if (cause instanceof RunnerError) throw cause;
      throw new RunnerError(`the reporter ${name} cannot be started: ${textOf(cause)}`, 'Nothing was sent.', cause);
    }
  };
}

/** What it starts in a call, and fails with later, is known to be its own. */
function named(who: string, made: Reporter): Reporter {
  return {
    on: (event) => atWork(who, () => made.on(event)),
    ...(made.close && { close: () => atWork(who, () => made.close?.()) }),
  };
}

function isReporter(value: unknown): value is Reporter {
  if (typeof value !== 'object' || value === null) return false;
  const { on, close } = value as { on?: unknown; close?: unknown };
  return typeof on === 'function' && (close === undefined || typeof close === 'function');
}
