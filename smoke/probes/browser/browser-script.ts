// Runs a function of the scenario's author in the browser, for what actions cannot say.

import { resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { BrowserContext, Page } from 'playwright';
import { textOf } from '../../core/text-of.ts';
import { olderModule } from '../outside/older-module.ts';
import { type Action, unnamed } from './browser-action.ts';
import { BrowserFault, faultOf } from './browser-fault.ts';
import type { ReadValue } from './browser-read.ts';
import type { Visit } from './browser-visit.ts';

/**
 * The function that a file named by `script:` exports: its default export, or its only one. What it returns counts as
 * read: a text, or texts by name.
 */
export type BrowserScript = (given: BrowserScriptContext) => Promise<unknown>;

export type BrowserScriptContext = {
  page: Page;
  context: BrowserContext;
  /** What stands under `with`. */
  values: Readonly<Record<string, unknown>>;
  /** Aborts when the time is up: the page closes then. */
  signal: AbortSignal;
};

/** By the file that is named. */
export type Scripts = ReadonlyMap<string, BrowserScript>;

type Script = NonNullable<Action['script']>;

export async function runScript(script: Script, scripts: Scripts, visit: Visit): Promise<ReadValue[]> {
  const file = fileOf(script);
  const values = typeof script === 'string' ? {} : (script.with ?? {});
  const what = `script ${file}`;
  const run = scripts.get(file);
  if (run === undefined) return [];
  const { page, session, signal } = visit;
  try {
    const returned = await ended(run({ page, context: session.context, values, signal }), signal);
    const texts = typeof returned === 'object' && returned !== null ? returned : { [unnamed]: returned };
    if (returned === undefined || returned === null) return [];
    return Object.entries(texts).map(([name, text]) => ({ name, words: what, text: String(text) }));
  } catch (error) {
    const message = textOf(error);
    throw (
      faultOf(error, what, visit) ?? new BrowserFault('timeout', `${what}: ${visit.host.mask(message).slice(0, 500)}`)
    );
  }
}

export function fileOf(script: Script): string {
  return typeof script === 'string' ? script : script.file;
}

/** Throws a BrowserFault where the file cannot be loaded or exports no function. */
export async function loadScript(file: string, { host }: Visit): Promise<BrowserScript> {
  const what = `script ${file}`;
  const url = pathToFileURL(resolve(host.baseDir, file)).href;
  const exported = await import(url).then(
    (module: Readonly<Record<string, unknown>>) => module,
    (cause: unknown) => {
      const older = olderModule(cause);
      const why = older?.message ?? textOf(cause);
      throw new BrowserFault('error', `${what}: it cannot be loaded: ${host.mask(why).slice(0, 500)}`, {
        ...(older && { hint: older.hint }),
        cause,
        unsent: true,
      });
    },
  );
  const functions = Object.values(exported).filter((one) => typeof one === 'function');
  const run = exported['default'] ?? (functions.length === 1 ? functions[0] : undefined);
  if (typeof run === 'function') return run as BrowserScript;
  const hint = 'export default async ({ page }) => { … }';
  throw new BrowserFault('error', `${what}: it exports no function, or several`, { hint, unsent: true });
}

/** A function that does not heed the signal is not waited for. */
function ended<T>(work: Promise<T>, signal: AbortSignal): Promise<T> {
  return new Promise((done, reject) => {
    const onAbort = (): void => reject(signal.reason);
    signal.addEventListener('abort', onAbort, { once: true });
    Promise.resolve(work)
      .then(done, reject)
      .finally(() => signal.removeEventListener('abort', onAbort));
  });
}
