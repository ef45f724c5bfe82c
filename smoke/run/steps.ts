// Carries out the steps of a scenario (send, find, clean): fire, in a session where one is named, and keep.

import type { Phase } from '../core/events.ts';
import { type Judged, judge } from '../core/judge.ts';
import type { Candidate } from '../core/look.ts';
import { onlyQuotes } from '../core/quoted.ts';
import { onlyInQueries } from '../core/recognised.ts';
import { textOf } from '../core/text-of.ts';
import { maskedLine } from '../probes/masked-start.ts';
import type { Plugin } from '../probes/plugin.ts';
import type { Step } from '../scenario/model.ts';
import { namesIn } from '../scenario/template.ts';
import { type Firing, noCost, type StepResult } from './firing.ts';
import { scopeIn } from './in-session.ts';
import { type Journey, noteSentTexts, ownerOf } from './journey.ts';
import { holdsMarker, learn, textFor } from './learn.ts';
import { maskedText, maskTexts } from './masked-texts.ts';
import { untilTaken } from './not-now.ts';
import type { Ports } from './ports.ts';
import { sendingsOf } from './sendings.ts';
import type { Entered, Sessions } from './sessions.ts';
import { fireInSession } from './step-in-session.ts';
import { traceHeaders } from './trace-context.ts';

export type Stepper = {
  run(step: Step, phase: Phase, journey: Journey, signal: AbortSignal, told?: Told): Promise<StepResult>;
};

export type Told = {
  /** From now on something of the step may have left. */
  leaving?(): void;
  /** It really starts, which may be after a login or a wait for the host's budget. */
  started?: (() => void) | undefined;
};

export function createStepper(ports: Ports, { firing, sessions }: { firing: Firing; sessions: Sessions }): Stepper {
  /** How many computed values of a journey are on disk; they only ever grow. */
  const kept = new WeakMap<Journey, number>();
  const keptTexts = new WeakMap<Journey, number>();

  async function keepComputed(journey: Journey): Promise<void> {
    const { computed } = journey.scope;
    if (computed.size === (kept.get(journey) ?? 0)) return;
    await ports.keeping.computed(journey.marker.text, computed);
    kept.set(journey, computed.size);
  }

  async function keepTexts(journey: Journey): Promise<void> {
    const texts = [...new Set(journey.sent.map(({ text }) => text))];
    if (texts.length === (keptTexts.get(journey) ?? 0)) return;
    await ports.keeping.texts(journey.marker.text, texts);
    keptTexts.set(journey, texts.length);
  }

  async function fire(
    step: Step,
    phase: Phase,
    journey: Journey,
    signal: AbortSignal,
    told: Told,
  ): Promise<StepResult> {
    const { scenario, scope, marker } = journey;
    const resolved = async (value: unknown, plugin: Plugin): Promise<void> => {
      if (phase === 'send') await ports.witness?.beforeSend?.(step, value, signal);
      signal.throwIfAborted();
      if (phase === 'send') noteSentTexts(journey, value, plugin.documents ?? []);
      await keepComputed(journey);
      if (phase === 'send') await keepTexts(journey);
      signal.throwIfAborted();
      told.leaving?.();
    };
    const trace = phase === 'send' ? traceHeaders(journey, ports.random) : undefined;
    const isCleaning = phase !== 'send' && journey.pauses !== undefined;
    const once = (entered?: Entered): Promise<StepResult> => {
      const order = {
        step,
        scope: scopeIn(scope, entered),
        cookies: entered?.cookies ?? journey.cookies,
        owner: ownerOf(journey),
        baseDir: step.baseDir ?? scenario.baseDir,
        limit: scenario.times.timeout,
        marker: marker.text,
        ...(step.idempotent && { idempotencyKey: marker.text }),
        ...(trace && { trace }),
        resolved,
        onStart: told.started,
        pauses: journey.pauses,
      };
      const fireOnce = (): Promise<StepResult> => firing.fire(order, signal);
      return isCleaning ? untilTaken(fireOnce) : fireOnce();
    };
    if (step.session === undefined) return once();
    const entry = sessions.of(step.session, step.place, journey);
    return fireInSession({ step, phase, journey, entry, signal }, once);
  }

  /** Learns what the step keeps. For find, says why an answer does not tell whether there is a record: that is never "none". */
  async function keepFrom(
    answer: Candidate,
    asksForPassword: boolean,
    step: Step,
    phase: Phase,
    journey: Journey,
  ): Promise<string | undefined> {
    const isFind = phase === 'find';
    const { record, unread, others, quoting = 0 } = recordIn(answer, step, phase, journey, ports);
    if (quoting > 0) warnQuoting(journey, step, quoting, ports);
    if (others !== undefined && isFind) warnSeveralRecords(journey, step, others + 1, ports);
    const page = asksForPassword ? 'the answer asks for a password' : undefined;
    if (record === undefined) return isFind ? (unread ?? page) : undefined;
    const { missing, several } = await learn(journey, step.keep, record, step.title, ports, isFind);
    if (isFind && several.length > 0) return `the record has several different values for ${several.join(', ')}`;
    if (missing.length === 0) return undefined;
    if (!isFind) {
      await warnMissing(journey, step, { record, missing }, ports);
      return undefined;
    }
    const isOurs = step.records !== undefined || record.text().includes(journey.marker.text);
    return isOurs ? `the record is there, but it has nothing for ${missing.join(', ')}` : undefined;
  }

  return {
    async run(step, phase, journey, signal, told = {}) {
      ports.emit({ type: 'step.started', scenario: journey.id, phase, title: step.title });
      let result = await fire(step, phase, journey, signal, told);
      if (result.answer !== undefined && result.outcome === 'done') {
        // An answer that cannot be read is no reason to end the run: whose candidate it is, its message says.
        const { answer, asksForPassword = false } = result;
        const unread = await keepFrom(answer, asksForPassword, step, phase, journey).catch(textOf);
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
): { record?: Candidate; unread?: string; others?: number; quoting?: number } {
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
  const marked = picked.filter((one) => !onlyInQueries(one, journey.marker.text));
  const sendings = phase === 'find' ? sendingsOf(journey) : undefined;
  const ours = sendings === undefined ? marked : marked.filter((one) => !onlyQuotes(one, journey.marker, sendings));
  const quoting = marked.length - ours.length;
  const kinds = ours.map((one) => judged(one, {}).look);
  const intact = kinds.findLastIndex(({ kind }) => kind === 'intact');
  const record = ours[intact >= 0 ? intact : kinds.findLastIndex(holdsMarker)];
  const others = kinds.filter(({ kind }) => kind === 'intact').length - 1;
  return { quoting, ...(record !== undefined && { record, ...(others > 0 && { others }) }) };
}

function warnSeveralRecords(journey: Journey, step: Step, count: number, ports: Ports): void {
  const message = `${step.title}: ${count} records hold ${journey.marker.text}; the last one listed is followed`;
  const hint = `Another one can be named: smoketrail trace … --keep ${Object.keys(step.keep)[0] ?? 'booking'}=VALUE`;
  ports.emit({ type: 'warning', scenario: journey.id, message, hint });
}

/** Once for each journey: find may ask again and again. */
function warnQuoting(journey: Journey, step: Step, count: number, ports: Ports): void {
  const told = toldQuoting.get(journey) ?? 0;
  if (count <= told) return;
  toldQuoting.set(journey, count);
  const [records, verb] = count === 1 ? ['a record', 'quotes'] : [`${count} records`, 'quote'];
  const message = `${step.title}: ${records} ${verb} ${journey.marker.text} in a text that was not sent: ${count} left alone`;
  const hint = 'It may be somebody else’s: remove it by hand if it is not.';
  ports.emit({ type: 'warning', scenario: journey.id, message, hint });
}

const toldQuoting = new WeakMap<Journey, number>();

async function warnMissing(
  journey: Journey,
  step: Step,
  { record, missing }: { record: Candidate; missing: readonly string[] },
  ports: Ports,
): Promise<void> {
  const { file, line } = step.place;
  const message = `${step.title}: the answer had nothing for ${missing.join(', ')}`;
  const { nearMiss } = await import('../scenario/near-miss.ts');
  const misses = Object.values(step.keep)
    .filter((keep) => textFor(keep, record) === undefined)
    .flatMap(({ from }) => nearMiss(from, [record]) ?? []);
  const there = misses.length === 0 ? '' : ` (${maskedLine(misses.join('; '), 300, ports.mask)})`;
  const hint = `Looks and steps that need it cannot be made; check the selector in keep, ${file}:${line}${there}.`;
  ports.emit({ type: 'warning', scenario: journey.id, message, hint });
  journey.unkept.push(...missing.map((name) => `${name} of ${step.title}`));
}

/** The answer stays as it came: what is kept of it is used in later steps. */
function masked(result: StepResult, { mask }: Ports): StepResult {
  const summary = maskedText(result.summary, mask);
  return { ...result, summary, ...(result.fault && { fault: maskTexts(result.fault, mask) }) };
}
