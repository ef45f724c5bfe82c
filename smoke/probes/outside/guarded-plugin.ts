// Stands between a run and somebody else's plug-in: whatever that throws, gives back or never gives back, the run goes on
// and the plug-in is named.

import { textOf } from '../../core/text-of.ts';
import { Blind, type Host, type Plugin, type Probe, type Trigger } from '../plugin.ts';
import { checkedReading, checkedSent } from './guarded-answer.ts';
import { attachmentsIn, type Culprit, faultIn, readBy } from './guarded-fault.ts';
import { checkedRaw } from './guarded-raw.ts';
import { atWork } from './outside-work.ts';

/** Milliseconds to open in, and to close or attach in. Looks and steps have the scenario's own `timeout`. */
const longestOpen = 30_000;
const longestClose = 5_000;

/** The same plug-in, with every door watched. What it has beside the contract is left behind. */
export function guarded(plugin: Plugin): Plugin {
  const {
    name,
    summary,
    options,
    list,
    places,
    transient,
    queue,
    documents,
    budgeted,
    owned,
    connects,
    evidence,
    contract,
  } = plugin;
  return {
    name,
    summary,
    options,
    connects,
    ...(list !== undefined && { list }),
    ...(places && { places }),
    // One that cannot tell is taken for a system that leaves nothing, of which nothing is claimed.
    ...(transient !== undefined && {
      transient: typeof transient === 'function' ? (given) => asked(() => transient(given)) !== false : transient,
    }),
    ...(queue !== undefined && {
      queue: typeof queue === 'function' ? (given) => asked(() => booleanOf(queue(given))) : queue,
    }),
    ...(documents && { documents }),
    ...(budgeted !== undefined && { budgeted }),
    ...(owned !== undefined && { owned }),
    ...(evidence !== undefined && { evidence }),
    ...(contract !== undefined && { contract }),
    ...(plugin.field && { field: (given) => asked(() => textIn(plugin.field?.(given))) }),
    ...(plugin.title && { title: (given) => plugin.title?.(given) ?? name }),
    ...(plugin.lookFault && { lookFault: (given) => lookFault(plugin, given) }),
    ...(plugin.lookWarning && { lookWarning: (given) => lookWarning(plugin, given) }),
    ...(plugin.open && { open: (given, host) => open(plugin, given, host) }),
    ...(plugin.trigger && { trigger: (host) => prepare(plugin, host) }),
    ...(plugin.ready && { ready: (given, host) => ready(plugin, given, host) }),
  };
}

/** What a plug-in says of its options; `otherwise` where it throws. */
function asked<T>(ask: () => T, otherwise: (error: unknown) => T | undefined = () => undefined): T | undefined {
  try {
    return ask();
  } catch (error) {
    return otherwise(error);
  }
}

function booleanOf(told: unknown): boolean | undefined {
  return typeof told === 'boolean' ? told : undefined;
}

function textIn(told: unknown): string | undefined {
  return typeof told === 'string' ? told : undefined;
}

function lookFault(plugin: Plugin, options: Readonly<Record<string, unknown>>): string | undefined {
  return asked(
    () => textIn(plugin.lookFault?.(options)),
    (error) => `${plugin.name} could not check these options: ${textOf(error)}`,
  );
}

/** Advice: without it the look is made all the same. */
function lookWarning(
  plugin: Plugin,
  options: Readonly<Record<string, unknown>>,
): ReturnType<NonNullable<Plugin['lookWarning']>> {
  return asked(() => {
    const { message, hint } = plugin.lookWarning?.(options) ?? {};
    return typeof message === 'string' && typeof hint === 'string' ? { message, hint } : undefined;
  });
}

async function ready(plugin: Plugin, options: Readonly<Record<string, unknown>>, given: Host): Promise<void> {
  const host = hostOf(plugin, given);
  await inTime(longestOpen, 'say what it lacks', culpritOf(plugin, host), host, async () =>
    plugin.ready?.(options, host),
  );
}

async function open(plugin: Plugin, options: Partial<unknown>, given: Host): Promise<Probe> {
  const host = hostOf(plugin, given);
  const culprit = culpritOf(plugin, host);
  const opened: unknown = await inTime(longestOpen, 'open', culprit, host, async () => plugin.open?.(options, host));
  if (!has(culprit, opened, 'read'))
    throw new Blind('wrong-answer', `the plug-in ${plugin.name} opened to no probe with \`read\``);
  const probe = opened as Probe;
  return {
    read: async (asked, context) => {
      const { answered } = context;
      const more = answered && { answered: (came: unknown) => answered(checkedRaw(culprit, came)) };
      const read = async (): Promise<unknown> => probe.read(asked, { ...context, ...more });
      const reading = checkedReading(culprit, await named(culprit, context.signal, read));
      const { attach } = reading;
      return attach === undefined ? reading : { ...reading, attach: async () => attached(culprit, host, attach) };
    },
    ...(has(culprit, probe, 'changed') && {
      changed: async (signal) => named(culprit, signal, async () => probe.changed?.(signal)),
    }),
    ...(has(culprit, probe, 'reach') && {
      reach: async (signal) => named(culprit, signal, async () => probe.reach?.(signal)),
    }),
    ...(has(culprit, probe, 'close') && {
      close: async (hurry?: AbortSignal) => close(culprit, host, async () => probe.close?.(hurry)),
    }),
  };
}

async function prepare(plugin: Plugin, given: Host): Promise<Trigger> {
  const host = hostOf(plugin, given);
  const culprit = culpritOf(plugin, host);
  const made: unknown = await inTime(longestOpen, 'get ready', culprit, host, async () => plugin.trigger?.(host));
  if (!has(culprit, made, 'fire'))
    throw new Blind('wrong-answer', `the plug-in ${plugin.name} has a trigger without \`fire\``);
  const trigger = made as Trigger;
  return {
    fire: async (asked, context) =>
      checkedSent(culprit, await named(culprit, context.signal, async () => trigger.fire(asked, context))),
    ...(has(culprit, trigger, 'close') && { close: async () => close(culprit, host, async () => trigger.close?.()) }),
  };
}

/** That the time was up, or the run stopped, is nothing the plug-in did. */
async function named<T>(culprit: Culprit, signal: AbortSignal, work: () => Promise<T>): Promise<T> {
  try {
    return await atWork(`the plug-in ${culprit.name}`, work);
  } catch (error) {
    if (signal.aborted && (error === signal.reason || isAbort(error))) throw signal.reason;
    throw faultIn(culprit, error);
  }
}

function isAbort(error: unknown): boolean {
  try {
    return error instanceof Error && error.name === 'AbortError';
  } catch {
    return false;
  }
}

async function inTime<T>(ms: number, what: string, culprit: Culprit, host: Host, work: () => Promise<T>): Promise<T> {
  const over = new AbortController();
  const late = host.clock.wait(ms, over.signal).then(() => {
    throw new Blind('timeout', `the plug-in ${culprit.name} did not ${what} within ${ms / 1000} s`);
  });
  late.catch(() => undefined);
  try {
    return await Promise.race([atWork(`the plug-in ${culprit.name}`, work), late]);
  } catch (error) {
    throw faultIn(culprit, error);
  } finally {
    over.abort();
  }
}

/** A plug-in that cannot close has nothing more to tell the run. */
async function close(culprit: Culprit, host: Host, work: () => Promise<void>): Promise<void> {
  await inTime(longestClose, 'close', culprit, host, work).catch(() => undefined);
}

/** Files for people to see: a look that has none is worth as much. */
async function attached(culprit: Culprit, host: Host, attach: () => Promise<unknown>): Promise<readonly string[]> {
  return attachmentsIn(await inTime(longestClose, 'attach', culprit, host, attach).catch(() => []));
}

/** What a run shares under a name (the browser of the built-in plug-in) is shared by those who know what it is. */
function hostOf({ name }: Plugin, host: Host): Host {
  return { ...host, once: (what, make) => host.once(`${name}: ${what}`, make) };
}

function culpritOf({ name }: Plugin, { mask }: Host): Culprit {
  return { name, mask };
}

function has(culprit: Culprit, value: unknown, method: string): boolean {
  if (typeof value !== 'object' || value === null) return false;
  return readBy(culprit, () => typeof Reflect.get(value, method) === 'function');
}
