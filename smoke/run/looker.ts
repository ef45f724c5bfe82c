// Makes one look at one hop: resolve, read (shared), judge, learn. The only place where a throw becomes blind.

import { judge } from '../core/judge.ts';
import type { Candidate, Cost, Fault, Look, Reading, Selection, Sought } from '../core/look.ts';
import { onlyQuotes } from '../core/quoted.ts';
import { textOf } from '../core/text-of.ts';
import { Blind } from '../probes/plugin.ts';
import type { Hop, LookSpec } from '../scenario/model.ts';
import { validateOptions } from '../scenario/options.ts';
import { namesIn, type Resolved, resolve, type Scope, type Tree } from '../scenario/template.ts';
import type { Armed } from './armed.ts';
import { basedOn } from './based-on.ts';
import { maskCredentials } from './header-secrets.ts';
import { inSession, scopeIn } from './in-session.ts';
import { type Journey, ownerOf, soughtOf } from './journey.ts';
import { isQueue, keepsOf } from './keeps-of.ts';
import { holdsMarker, learn } from './learn.ts';
import { type Timer, TimeUp, Withheld } from './look-timer.ts';
import { maskTexts } from './masked-texts.ts';
import type { Ports } from './ports.ts';
import { namesRecord, questionIn, standsInPath } from './question.ts';
import type { Fresh, Readings } from './readings.ts';
import { sendingsOf } from './sendings.ts';
import type { Entered, Sessions } from './sessions.ts';
import { stableJson } from './stable-json.ts';
import { answerOf, type Seen, witnessed } from './witness.ts';

/** What one look gave. `began` is monotonic; `fresh` allows judging the same reading again. */
export type Glance = {
  look: Look;
  began: number;
  cost: Cost;
  retryAfter?: number;
  fresh?: Fresh;
  /** While cleaning: whatever was picked, not by a name of it, holds the marker in a text that was not sent. */
  quotes?: true;
};

export type Looker = {
  /** `patience`: how long the host's budget may withhold it, in ms, before it is given up as not made. */
  look(signal: AbortSignal, patience?: number): Promise<Glance>;
  /** Judges an earlier reading again, for instance with an alias learned since. */
  again(fresh: Fresh): Promise<Glance>;
  /** True where the alias changes only how a reading is judged and not what is read. */
  judgesBy(alias: string): boolean;
  /** Resolves when the probe has something new; undefined where it must be polled. */
  changed?: (signal: AbortSignal) => Promise<void>;
};

const noCost: Cost = { requests: 0, bytes: 0, ms: 0 };

type Tools = { ports: Ports; readings: Readings; timer: Timer; sessions: Sessions };

export function createLooker(journey: Journey, hop: Hop, armed: Armed | undefined, tools: Tools): Looker {
  if (hop.look !== undefined && armed !== undefined) return lookerFor(journey, hop, hop.look, armed, tools);
  return { look: async () => glance(unobservable(hop), tools.ports), again: never, judgesBy: () => false };
}

function lookerFor(journey: Journey, hop: Hop, spec: LookSpec, armed: Armed, tools: Tools): Looker {
  const { ports, readings, timer, sessions } = tools;
  const limit = hop.timeout ?? journey.scenario.times.timeout;
  const gap = (hop.poll ?? journey.scenario.poll).first;
  // Messages are no states of one record: each job of a queue is handed on, whatever is put in after it.
  const selects = { hop, spec, events: hop.sees !== 'holds' || isQueue(hop, armed.plugin) };
  const readsBy = namesIn(spec.options, journey.scenario.vars);
  const named = namesRecord(spec.options, journey);
  const changed = armed.probe?.changed?.bind(armed.probe);
  /** The texts of the latest request that an answer may repeat. */
  let question: readonly string[] = [];
  const attachedFor = new Set<Look['kind']>();
  /** The session as it was for the latest look. */
  let session: Entered | undefined;
  const looker = { look, again, judgesBy: (alias: string) => !readsBy.aliases.has(alias) };
  return changed === undefined ? looker : { ...looker, changed };

  async function look(signal: AbortSignal, patience: number = limit): Promise<Glance> {
    const began = ports.clock.now();
    const asked: Pick<Seen, 'asked'> = {};
    try {
      const missing = missingNow();
      if (missing.length > 0) return shown(glance(notMade(`${missing.join(', ')} is not known yet`), ports), asked);
      if (spec.session === undefined) return await judged(await read(signal, patience, asked), asked);
      const entry = sessions.of(spec.session, spec.place, journey);
      const longest = limit * (entry.steps + 1);
      return await inSession(
        entry,
        (entering) => timer.limited(longest, signal, entering),
        async (entered) => {
          session = entered;
          const fresh = await read(signal, patience, asked);
          const seen = await judged(fresh, asked);
          if (fresh.reading.asksForPassword && (seen.look.kind === 'absent' || seen.look.kind === 'blind'))
            throw new Blind('logged-out', fresh.reading.searched);
          return seen;
        },
      );
    } catch (error) {
      signal.throwIfAborted();
      const blind = { ...glance(lookOf(error, hop), ports), began, ...retryAfterOf(error) };
      return shown(blind, { ...asked, ...answerOf(error) });
    }
  }

  function shown(made: Glance, seen: Omit<Seen, 'look' | 'of'>): Glance {
    ports.witness?.looked?.(hop, { look: made.look, of: journey, ...seen });
    return made;
  }

  /** Aliases, mostly. What a login keeps is known once it is made. */
  function missingNow(): readonly string[] {
    const options = resolve(spec.options, journey.scope);
    return missingIn(options, selectionOf(selects, journey.scope)).filter((name) => !name.startsWith('session.'));
  }

  async function read(signal: AbortSignal, patience: number, asked: Pick<Seen, 'asked'>): Promise<Fresh> {
    const options = resolve(spec.options, scopeIn(journey.scope, session));
    if (!options.ok) throw new Blind('error', `${options.missing.join(', ')} is not known`);
    const { value } = options;
    maskCredentials(value, journey.marker.text, ports);
    asked.asked = value;
    question = questionIn(value, journey);
    const valid = await validateOptions(armed.plugin, value, spec.place);
    if (!valid.ok) throw new Blind('error', valid.problems.map((problem) => problem.message).join('; '));
    const { probe } = armed;
    if (probe === undefined) throw armed.failure;
    const context = {
      since: journey.since,
      named,
      inPath: (address: URL) => standsInPath(address, journey),
      cookies: session?.cookies ?? journey.cookies,
      owner: ownerOf(journey),
      limit,
      ...(spec.as && { as: spec.as }),
    };
    const { url } = value as { url?: unknown };
    const cookies = session === undefined && typeof url === 'string' ? journey.cookies.header(url) : '';
    const owner = armed.plugin.owned === true ? journey.id : '';
    // One login, one jar: whoever looks with it sees the same. What an earlier login saw is never shared.
    const key = stableJson([armed.key, value, spec.as, named, session?.id, cookies, owner, journey.since.getTime()]);
    return readings.take(
      key,
      gap,
      (shared, onGranted) =>
        witnessed(ports.witness, (more) => {
          const work = (limited: AbortSignal): Promise<Reading> =>
            probe.read(valid.value, { ...context, ...more, signal: limited });
          return timer.limited(limit, shared, work, { patience, onGranted, pauses: journey.pauses });
        }),
      signal,
    );
  }

  async function again(fresh: Fresh): Promise<Glance> {
    try {
      return await judged({ ...fresh, reading: { ...fresh.reading, cost: noCost } });
    } catch (error) {
      return { ...glance(lookOf(error, hop), ports), began: fresh.began };
    }
  }

  async function judged(fresh: Fresh, asked: Pick<Seen, 'asked'> = {}): Promise<Glance> {
    const selection = selectionOf(selects, scopeIn(journey.scope, session));
    if (!selection.ok) return glance(notMade(`${selection.missing.join(', ')} is not known yet`), ports);
    const { look: bare, picked } = judge(fresh.reading, selection.value, sought(), {
      inflate: ports.inflate,
      mask: ports.mask,
    });
    const look = await withAttachments(
      basedOn(bare, fresh.reading, armed.plugin, keepsOf(hop, armed.plugin)),
      fresh.reading,
    );
    const record = recordToKeep(picked, selection.value);
    if (record !== undefined) await learn(journey, spec.keep, record, hop.name, ports);
    const { reading, began } = fresh;
    const made = {
      look: maskTexts(look, ports.mask),
      began,
      cost: reading.cost,
      fresh,
      ...retryAfterIn(reading),
      ...quotesIn(picked, selection.value),
    };
    return shown(made, { ...asked, ...answerOf(reading), read: { reading, selection: selection.value, picked } });
  }

  function quotesIn(picked: readonly Candidate[], { where }: Selection): { quotes?: true } {
    const sendings = journey.pauses === undefined || where !== undefined ? undefined : sendingsOf(journey);
    if (sendings === undefined || picked.length === 0) return {};
    return picked.every((one) => onlyQuotes(one, journey.marker, sendings)) ? { quotes: true } : {};
  }

  function sought(): Sought {
    return { ...soughtOf(journey), asked: question };
  }

  /** A bad look shows what it saw, once for each way in which it is bad. */
  async function withAttachments(look: Look, { attach }: Reading): Promise<Look> {
    if ((look.kind !== 'stripped' && look.kind !== 'altered') || attach === undefined || attachedFor.has(look.kind))
      return look;
    attachedFor.add(look.kind);
    const attachments = await attach();
    return attachments.length === 0 ? look : { ...look, evidence: { ...look.evidence, attachments: [...attachments] } };
  }

  /**
   * What a look keeps may be deleted later, so it is taken only from a record that `where` picked or that holds the marker,
   * never from one that merely mentions an alias.
   */
  function recordToKeep(picked: readonly Candidate[], selection: Selection): Candidate | undefined {
    const isAnswer = spec.records === undefined && readsBy.aliases.size > 0;
    if (Object.keys(spec.keep).length === 0 || isAnswer || selection.where !== undefined) return picked.at(-1);
    const { records: _, ...alone } = selection;
    return picked.findLast((one) => {
      const reading = { candidates: [one], whole: true, searched: one.source, cost: noCost };
      const { look } = judge(reading, alone, sought(), { inflate: ports.inflate, mask: ports.mask });
      return holdsMarker(look);
    });
  }
}

type Selected = { ok: true; value: Selection } | { ok: false; missing: readonly string[] };

type Selects = { hop: Hop; spec: LookSpec; events: boolean };

function selectionOf({ hop, spec, events }: Selects, scope: Scope): Selected {
  const missing: string[] = [];
  const text = (tree: Tree): string => {
    const resolved: Resolved = resolve(tree, scope);
    if (!resolved.ok) missing.push(...resolved.missing);
    return resolved.ok ? String(resolved.value) : '';
  };
  const value: Selection = { allow: hop.allow, reference: hop.carries === 'reference' };
  if (events) value.events = true;
  if (spec.records !== undefined) value.records = text(spec.records);
  if (spec.where !== undefined) {
    value.where = Object.fromEntries(Object.entries(spec.where).map(([key, tree]) => [key, text(tree)]));
  }
  if (spec.field !== undefined) value.field = text(spec.field);
  if (spec.equals !== undefined) value.equals = text(spec.equals);
  if (hop.release?.evidence) {
    const { commit, instance, started } = hop.release.evidence;
    value.evidence = { ...(commit && { commit }), ...(instance && { instance }), ...(started && { started }) };
  }
  return missing.length > 0 ? { ok: false, missing } : { ok: true, value };
}

function missingIn(options: Resolved, selection: Selected): readonly string[] {
  const missing = [...(options.ok ? [] : options.missing), ...(selection.ok ? [] : selection.missing)];
  return [...new Set(missing)];
}

function unobservable(hop: Hop): Look {
  const message = `${hop.name} has no look`;
  const hint = `Add a look to hop ${hop.name}: sql reads a database queue, log a worker's log, http an API, browser a page, command anything else.`;
  return { kind: 'blind', fault: { kind: 'not-observable', message, hint } };
}

function notMade(why: string): Look {
  return { kind: 'not-made', why };
}

function lookOf(error: unknown, hop: Hop): Look {
  if (error instanceof Withheld) return notMade(error.message);
  return { kind: 'blind', fault: faultOf(error, hop) };
}

function faultOf(error: unknown, hop: Hop): Fault {
  if (error instanceof Blind) return error.fault;
  if (error instanceof TimeUp) {
    return { kind: 'timeout', message: `${hop.look?.title ?? hop.name}: ${error.message}` };
  }
  return { kind: 'error', message: textOf(error) };
}

function retryAfterOf(error: unknown): { retryAfter?: number } {
  return error instanceof Blind && error.retryAfter !== undefined ? { retryAfter: error.retryAfter } : {};
}

function retryAfterIn(reading: Reading): { retryAfter?: number } {
  return reading.retryAfter === undefined ? {} : { retryAfter: reading.retryAfter };
}

function glance(look: Look, ports: Ports): Glance {
  return { look: maskTexts(look, ports.mask), began: ports.clock.now(), cost: noCost };
}

async function never(): Promise<never> {
  throw new Error('a hop without a look has no reading to judge');
}
