// Carries out the steps of a scenario (send, find, clean): resolve, fire, keep.

import type { Phase } from '../core/events.ts';
import { type Judged, judge } from '../core/judge.ts';
import type { Candidate, Fault } from '../core/look.ts';
import { Blind, type FireContext, type Plugin, type Sent, type Trigger } from '../probes/plugin.ts';
import type { Step } from '../scenario/model.ts';
import { validateOptions } from '../scenario/options.ts';
import { namesIn, resolve } from '../scenario/template.ts';
import { hostFor } from './armed.ts';
import { maskHeaders } from './header-secrets.ts';
import { type Journey, noteSentTexts, ownerOf } from './journey.ts';
import { holdsMarker, learn } from './learn.ts';
import { type Timer, TimeUp } from './look-timer.ts';
import { maskedText, maskTexts } from './masked-texts.ts';
import type { Ports } from './ports.ts';

export type Stepper = {
  /** `onStart` is called when the step really starts, which may be after a wait for the host's budget. */
  run(step: Step, phase: Phase, journey: Journey, signal: AbortSignal, onStart?: () => void): Promise<StepResult>;
  close(): Promise<void>;
};

/** `skipped`: what it needs (`missing`: aliases, mostly) is not known, so it could not even be tried. */
export type StepResult = Omit<Sent, 'outcome'> & {
  outcome: Sent['outcome'] | 'skipped';
  missing?: readonly string[];
};

/** A cached trigger serves all steps of a run with the same plug-in and folder. */
export function createStepper(ports: Ports, timer: Timer): Stepper {
  const triggers = new Map<string, Promise<Trigger>>();
  /** How many computed values of a journey are on disk; they only ever grow. */
  const kept = new WeakMap<Journey, number>();

  async function keepComputed(journey: Journey): Promise<void> {
    const { computed } = journey.scope;
    if (computed.size === (kept.get(journey) ?? 0)) return;
    await ports.keeping.computed(journey.marker.text, computed);
    kept.set(journey, computed.size);
  }

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

  async function fire(
    step: Step,
    phase: Phase,
    journey: Journey,
    signal: AbortSignal,
    onStart?: () => void,
  ): Promise<StepResult> {
    const { baseDir = journey.scenario.baseDir } = step;
    const plugin = await ports.plugin(step.plugin, baseDir);
    if (plugin === undefined) throw new Error(`no plug-in is called ${step.plugin}`);
    const resolved = resolve(step.options, journey.scope);
    if (!resolved.ok) return skipped(resolved.missing);
    maskHeaders(resolved.value, journey, ports);
    const valid = await validateOptions(plugin, resolved.value, step.place);
    if (!valid.ok) return notSent(step, valid.problems.map((problem) => problem.message).join('; '));
    if (phase === 'send') await ports.witness?.beforeSend?.(step, resolved.value, signal);
    signal.throwIfAborted();
    if (phase === 'send') noteSentTexts(journey, resolved.value, plugin.documents ?? []);
    await keepComputed(journey);
    const trigger = await triggerOf(step.plugin, plugin, baseDir);
    const context: Omit<FireContext, 'signal'> = {
      cookies: journey.cookies,
      owner: ownerOf(journey),
      limit: journey.scenario.times.timeout,
      ...(step.as && { as: step.as }),
      ...(step.idempotent && { idempotencyKey: journey.marker.text }),
    };
    const limit = journey.scenario.times.timeout;
    if (plugin.budgeted !== true) onStart?.();
    const work = (limited: AbortSignal): Promise<Sent> => trigger.fire(valid.value, { ...context, signal: limited });
    return timer.limitedAsking(limit, signal, work, onStart);
  }

  /** Learns what the step keeps. For find, says why an answer does not tell whether there is a record: that is never "none". */
  async function keepFrom(answer: Candidate, step: Step, phase: Phase, journey: Journey): Promise<string | undefined> {
    const { record, unread, others } = recordIn(answer, step, phase, journey, ports);
    if (others !== undefined && phase === 'find') warnSeveral(journey, step, others + 1, ports);
    if (record === undefined) return phase === 'find' ? unread : undefined;
    const missing = await learn(journey, step.keep, record, step.title, ports);
    if (missing.length === 0) return undefined;
    if (phase !== 'find') warnMissing(journey, step, missing, ports);
    const isOurs = step.records !== undefined || record.text().includes(journey.marker.text);
    return phase === 'find' && isOurs ? `the record is there, but it has nothing for ${missing.join(', ')}` : undefined;
  }

  return {
    async run(step, phase, journey, signal, onStart) {
      ports.emit({ type: 'step.started', scenario: journey.id, phase, title: step.title });
      const began = ports.clock.now();
      let result = await fire(step, phase, journey, signal, onStart).catch((error: unknown) =>
        failed(step, error, signal, ports.clock.now() - began),
      );
      if (result.answer !== undefined && result.outcome === 'done') {
        // An answer that cannot be read is no reason to end the run: whose candidate it is, its message says.
        const unread = await keepFrom(result.answer, step, phase, journey).catch(messageOf);
        if (unread !== undefined) result = { ...result, outcome: 'unknown', summary: `${result.summary}: ${unread}` };
      }
      result = masked(result, ports);
      const { outcome, summary, cost, fault, attachments } = result;
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
        ...(attachments && { attachments }),
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

/**
 * With `records` (a search that may list others too), and in `find` always, only a record that holds the whole marker is
 * kept from: what is learned here is deleted later, and a search that ignores what it was asked answers with somebody
 * else's record. Only an answer to a request that named an alias is that record itself.
 */
function recordIn(
  answer: Candidate,
  step: Step,
  phase: Phase,
  journey: Journey,
  ports: Ports,
): { record?: Candidate; unread?: string; others?: number } {
  const byAlias = namesIn(step.options, journey.scenario.vars).aliases.size > 0;
  if (step.records === undefined && (phase !== 'find' || byAlias)) return { record: answer };
  const sought = { marker: journey.marker, aliases: new Map(), sent: [{ text: journey.marker.text, document: true }] };
  const judged = (candidate: Candidate, records: { records?: string }): Judged => {
    const reading = { candidates: [candidate], whole: true, searched: step.title, cost: noCost };
    const selection = { ...records, allow: [], reference: false };
    return judge(reading, selection, sought, { inflate: ports.inflate, mask: ports.mask });
  };
  const { picked, look } = judged(answer, step.records === undefined ? {} : { records: step.records });
  if (look.kind === 'blind') return { unread: look.fault.message };
  const kinds = picked.map((one) => judged(one, {}).look);
  const intact = kinds.findLastIndex(({ kind }) => kind === 'intact');
  const record = picked[intact >= 0 ? intact : kinds.findLastIndex(holdsMarker)];
  const others = kinds.filter(({ kind }) => kind === 'intact').length - 1;
  return record === undefined ? {} : { record, ...(others > 0 && { others }) };
}

function warnSeveral(journey: Journey, step: Step, count: number, ports: Ports): void {
  const message = `${step.title}: ${count} records hold ${journey.marker.text}; the last one listed is followed`;
  const hint = `Another one can be named: smoketrail trace … --keep ${Object.keys(step.keep)[0] ?? 'booking'}=VALUE`;
  ports.emit({ type: 'warning', scenario: journey.id, message, hint });
}

function warnMissing(journey: Journey, step: Step, missing: readonly string[], ports: Ports): void {
  const message = `${step.title}: the answer had nothing for ${missing.join(', ')}`;
  const hint = 'Looks and steps that need it cannot be made; check the selector in keep.';
  ports.emit({ type: 'warning', scenario: journey.id, message, hint });
}

/** The answer stays as it came: what is kept of it is used in later steps. */
function masked(result: StepResult, { mask }: Ports): StepResult {
  const summary = maskedText(result.summary, mask);
  return { ...result, summary, ...(result.fault && { fault: maskTexts(result.fault, mask) }) };
}

const noCost = { requests: 0, bytes: 0, ms: 0 };

function skipped(missing: readonly string[]): StepResult {
  return { outcome: 'skipped', summary: `not tried: ${missing.join(', ')} is not known`, cost: noCost, missing };
}

function notSent(step: Step, message: string): StepResult {
  return { outcome: 'refused', summary: `${step.title}: ${message}`, fault: { kind: 'error', message }, cost: noCost };
}

/** A trigger that throws says nothing certain, so what it sent may have been accepted. */
function failed(step: Step, error: unknown, signal: AbortSignal, ms: number): StepResult {
  signal.throwIfAborted();
  const message = messageOf(error);
  const kind = error instanceof TimeUp ? 'timeout' : 'error';
  const fault: Fault = error instanceof Blind ? error.fault : { kind, message };
  return { outcome: 'unknown', summary: `${step.title}: ${message}`, fault, cost: { requests: 1, bytes: 0, ms } };
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
