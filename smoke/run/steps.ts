// Carries out the steps of a scenario (send, find, clean): resolve, fire, keep.

import type { Phase } from '../core/events.ts';
import { judge } from '../core/judge.ts';
import type { Candidate, Fault } from '../core/look.ts';
import { Blind, type FireContext, type Plugin, type Sent, type Trigger } from '../probes/plugin.ts';
import type { Step } from '../scenario/model.ts';
import { validateOptions } from '../scenario/options.ts';
import { resolve } from '../scenario/template.ts';
import { hostFor } from './armed.ts';
import { type Journey, noteSentTexts } from './journey.ts';
import { learn } from './learn.ts';
import { type Timer, TimeUp } from './look-timer.ts';
import type { Ports } from './ports.ts';

export type Stepper = {
  run(step: Step, phase: Phase, journey: Journey, signal: AbortSignal): Promise<StepResult>;
  close(): Promise<void>;
};

/** `skipped`: an alias it needs is not known, so it could not even be tried. */
export type StepResult = Omit<Sent, 'outcome'> & { outcome: Sent['outcome'] | 'skipped' };

/** A cached trigger serves all steps of a run with the same plug-in and folder. */
export function createStepper(ports: Ports, timer: Timer): Stepper {
  const triggers = new Map<string, Promise<Trigger>>();

  async function triggerOf(plugin: Plugin, baseDir: string): Promise<Trigger> {
    const key = `${plugin.name} ${baseDir}`;
    const known = triggers.get(key);
    if (known !== undefined) return known;
    if (plugin.trigger === undefined) throw new Error(`${plugin.name} can look, but it cannot send`);
    const fresh = plugin.trigger(hostFor(baseDir, ports, timer));
    triggers.set(key, fresh);
    return fresh;
  }

  async function fire(step: Step, phase: Phase, journey: Journey, signal: AbortSignal): Promise<StepResult> {
    const plugin = await ports.plugin(step.plugin);
    if (plugin === undefined) throw new Error(`no plug-in is called ${step.plugin}`);
    const resolved = resolve(step.options, journey.scope);
    if (!resolved.ok) return skipped(resolved.missing);
    const valid = await validateOptions(plugin, resolved.value, step.place);
    if (!valid.ok) return notSent(step, valid.problems.map((problem) => problem.message).join('; '));
    if (phase === 'send') noteSentTexts(journey, resolved.value, plugin.documents ?? []);
    await ports.keeping.computed(journey.marker.text, Object.fromEntries(journey.scope.computed));
    const trigger = await triggerOf(plugin, journey.scenario.baseDir);
    const context: Omit<FireContext, 'signal'> = {
      cookies: journey.cookies,
      ...(step.as && { as: step.as }),
      ...(step.idempotent && { idempotencyKey: journey.marker.text }),
    };
    const limit = journey.scenario.times.timeout;
    return timer.limitedAsking(limit, signal, (limited) => trigger.fire(valid.value, { ...context, signal: limited }));
  }

  return {
    async run(step, phase, journey, signal) {
      ports.emit({ type: 'step.started', scenario: journey.id, phase, title: step.title });
      const began = ports.clock.now();
      const result = await fire(step, phase, journey, signal).catch((error: unknown) =>
        failed(step, error, signal, ports.clock.now() - began),
      );
      if (result.answer !== undefined && result.outcome === 'done') {
        const record = recordIn(result.answer, step, journey, ports);
        const missing = record === undefined ? [] : await learn(journey, step.keep, record, step.title, ports);
        if (missing.length > 0 && phase !== 'find') warnMissing(journey, step, missing, ports);
      }
      const { outcome, summary, cost, fault } = result;
      const hint = fault?.hint;
      ports.emit({
        type: 'step.finished',
        scenario: journey.id,
        phase,
        title: step.title,
        outcome,
        summary,
        cost,
        ...(hint && { hint }),
      });
      return result;
    },
    async close() {
      const settled = await Promise.allSettled(triggers.values());
      await Promise.allSettled(
        settled.map((trigger) => (trigger.status === 'fulfilled' ? trigger.value.close?.() : undefined)),
      );
    },
  };
}

/** With `records` (a search that may list others too) only the record that holds the marker is kept from. */
function recordIn(answer: Candidate, step: Step, journey: Journey, ports: Ports): Candidate | undefined {
  if (step.records === undefined) return answer;
  const selection = { records: step.records, allow: [], reference: false };
  const listed = { candidates: [answer], whole: true, searched: step.title, cost: noCost };
  const sought = {
    marker: journey.marker,
    aliases: journey.aliases,
    sent: [{ text: journey.marker.text, document: true }],
  };
  return judge(listed, selection, sought, { inflate: ports.inflate, mask: ports.mask }).picked.at(-1);
}

function warnMissing(journey: Journey, step: Step, missing: readonly string[], ports: Ports): void {
  const message = `${step.title}: the answer had nothing for ${missing.join(', ')}`;
  const hint = 'Looks and steps that need it cannot be made; check the selector in keep.';
  ports.emit({ type: 'warning', scenario: journey.id, message, hint });
}

const noCost = { requests: 0, bytes: 0, ms: 0 };

function skipped(missing: readonly string[]): StepResult {
  return { outcome: 'skipped', summary: `not tried: ${missing.join(', ')} is not known`, cost: noCost };
}

function notSent(step: Step, message: string): StepResult {
  return { outcome: 'refused', summary: `${step.title}: ${message}`, fault: { kind: 'error', message }, cost: noCost };
}

/** A trigger that throws says nothing certain, so what it sent may have been accepted. */
function failed(step: Step, error: unknown, signal: AbortSignal, ms: number): StepResult {
  signal.throwIfAborted();
  const message = error instanceof Error ? error.message : String(error);
  const kind = error instanceof TimeUp ? 'timeout' : 'error';
  const fault: Fault = error instanceof Blind ? error.fault : { kind, message };
  return { outcome: 'unknown', summary: `${step.title}: ${message}`, fault, cost: { requests: 1, bytes: 0, ms } };
}
