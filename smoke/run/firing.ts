// Carries out one step of any phase: resolves its options, checks them, and hands them to the plug-in's trigger.

import type { Cost, Fault } from '../core/look.ts';
import { textOf } from '../core/text-of.ts';
import {
  Blind,
  type Cookies,
  type FireContext,
  type Owner,
  type Plugin,
  type Sent,
  type Trigger,
} from '../probes/plugin.ts';
import type { Step } from '../scenario/model.ts';
import { validateOptions } from '../scenario/options.ts';
import { resolve, type Scope } from '../scenario/template.ts';
import { hostFor } from './armed.ts';
import { maskCredentials } from './header-secrets.ts';
import { type Pauses, type Timer, TimeUp } from './look-timer.ts';
import type { Ports } from './ports.ts';

/** `skipped`: what it needs (`missing`: aliases, mostly) is not known, so it could not even be tried. */
export type StepResult = Omit<Sent, 'outcome'> & {
  outcome: Sent['outcome'] | 'skipped';
  missing?: readonly string[];
};

export type Order = {
  step: Step;
  scope: Scope;
  cookies: Cookies;
  owner: Owner;
  baseDir: string;
  /** The longest it may take, in ms. */
  limit: number;
  /** The marker where there is one: it must stay readable, whatever it is part of. */
  marker?: string;
  idempotencyKey?: string;
  /** Headers that carry the marker's trace. */
  trace?: Readonly<Record<string, string>>;
  /** Called with the values that are about to be sent. */
  resolved?(value: unknown, plugin: Plugin): Promise<void>;
  /** Called when it really starts, which may be after a wait for the host's budget. */
  onStart?: (() => void) | undefined;
  pauses?: Pauses | undefined;
};

export type Firing = {
  /** Throws only what stopped it. */
  fire(order: Order, signal: AbortSignal): Promise<StepResult>;
  close(): Promise<void>;
};

/** A cached trigger serves all steps of a run with the same plug-in and folder. */
export function createFiring(ports: Ports, timer: Timer): Firing {
  const triggers = new Map<string, Promise<Trigger>>();

  async function triggerOf(name: string, plugin: Plugin, baseDir: string): Promise<Trigger> {
    // By the name that the scenario gives it: two plug-ins of third parties may call themselves alike.
    const key = `${name} ${baseDir}`;
    const known = triggers.get(key);
    if (known !== undefined) return known;
    if (plugin.trigger === undefined) throw new Error(`${plugin.name} can look, but it cannot send`);
    const fresh = plugin.trigger(hostFor(baseDir, ports, timer));
    triggers.set(key, fresh);
    return fresh;
  }

  async function attempt(order: Order, signal: AbortSignal): Promise<StepResult> {
    const { step, baseDir, onStart } = order;
    const plugin = await ports.plugin(step.plugin, baseDir);
    if (plugin === undefined) throw new Error(`no plug-in is called ${step.plugin}`);
    const resolved = resolve(step.options, order.scope);
    if (!resolved.ok) return skipped(resolved.missing);
    maskCredentials(resolved.value, order.marker, ports);
    const valid = await validateOptions(plugin, resolved.value, step.place);
    if (!valid.ok)
      return notSent(step, { kind: 'error', message: valid.problems.map(({ message }) => message).join('; ') });
    await order.resolved?.(resolved.value, plugin);
    const trigger = await triggerOf(step.plugin, plugin, baseDir);
    const context: Omit<FireContext, 'signal'> = {
      cookies: order.cookies,
      owner: order.owner,
      limit: order.limit,
      ...(step.as && { as: step.as }),
      ...(order.idempotencyKey !== undefined && { idempotencyKey: order.idempotencyKey }),
      ...(order.trace && { trace: order.trace }),
    };
    if (plugin.budgeted !== true) onStart?.();
    const work = (limited: AbortSignal): Promise<Sent> => trigger.fire(valid.value, { ...context, signal: limited });
    return timer.limitedAsking(order.limit, signal, work, { onGranted: onStart, pauses: order.pauses });
  }

  return {
    async fire(order, signal) {
      const began = ports.clock.now();
      return attempt(order, signal).catch((error: unknown) =>
        failed(order.step, error, signal, ports.clock.now() - began),
      );
    },
    async close() {
      const settled = await Promise.allSettled(triggers.values());
      await Promise.allSettled(
        settled.map((trigger) => (trigger.status === 'fulfilled' ? trigger.value.close?.() : undefined)),
      );
    },
  };
}

/** Nothing was asked for it. */
export const noCost: Cost = { requests: 0, bytes: 0, ms: 0 };

function skipped(missing: readonly string[]): StepResult {
  return { outcome: 'skipped', summary: `not tried: ${missing.join(', ')} is not known`, cost: noCost, missing };
}

/** Refused for certain: nothing of it has left. */
export function notSent(step: Step, fault: Fault): StepResult {
  return { outcome: 'refused', summary: `${step.title}: ${fault.message}`, fault, cost: noCost };
}

/** A trigger that throws says nothing certain, so what it sent may have been accepted. */
function failed(step: Step, error: unknown, signal: AbortSignal, ms: number): StepResult {
  signal.throwIfAborted();
  const message = textOf(error);
  const kind = error instanceof TimeUp ? 'timeout' : 'error';
  const isBlind = error instanceof Blind;
  const fault: Fault = isBlind ? error.fault : { kind, message };
  return {
    outcome: 'unknown',
    summary: `${step.title}: ${message}`,
    fault,
    ...(isBlind && error.unauthorized === true && { unauthorized: true }),
    cost: { requests: 1, bytes: 0, ms },
  };
}
