// Tries what a scenario's looks and releases need, without sending anything: for `doctor`.

import { textOf } from '../core/text-of.ts';
import { emptyHanded, isUnobservable, shellQuoted } from '../core/wording.ts';
import { Blind, type Plugin, type Probe } from '../probes/plugin.ts';
import type { Hop, LookSpec, Scenario, Step } from '../scenario/model.ts';
import { type Given, needsOfPart, unmetNeeds } from '../scenario/needs.ts';
import { isList, isTemplate, resolve, type Tree } from '../scenario/template.ts';
import { arm } from './arm.ts';
import { hostFor } from './armed.ts';
import { quietIn } from './based-on.ts';
import { maskCredentials } from './header-secrets.ts';
import { beginJourney, type Journey } from './journey.ts';
import { TimeUp } from './look-timer.ts';
import { maskTexts } from './masked-texts.ts';
import type { Ports } from './ports.ts';
import { relaxed } from './relax.ts';
import type { Shared } from './shared.ts';
import type { WatchedHop } from './watch.ts';

/** `opened`: the probe could be opened and connects where it can, and nothing can be read before a send. `none`: there is nothing to try. */
export type Finding = {
  /** A hop, a step, or a part of the runner. */
  of: string;
  what: 'look' | 'release' | 'step' | 'values' | 'ledger' | 'clock' | 'tls';
  state: 'fine' | 'opened' | 'blind' | 'none' | 'note';
  detail: string;
  hint?: string;
};

export async function examine(scenario: Scenario, shared: Shared, stop: AbortSignal): Promise<Finding[]> {
  const { ports } = shared;
  const unknown = new Map(scenario.route.map((hop) => [hop.name, relaxed(hop, scenario, new Map())]));
  const route = scenario.route.map((hop) => unknown.get(hop.name)?.hop ?? hop);
  const journey = beginJourney(scenario.name, { ...scenario, route }, shared.run, ports);
  try {
    const armed = await arm(journey, shared);
    const looks = await Promise.all(
      armed.hops.map(async (watched) => {
        const { unknown: names = [], unreadable = false } = unknown.get(watched.hop.name) ?? {};
        return examineHop(watched, unreadable ? names : [], journey, shared, stop);
      }),
    );
    const releases = await shared.builds.read(journey, stop);
    const found = [
      ...valuesOf(scenario, ports),
      ...scenario.route.flatMap(({ name }, index) => [
        ...(looks[index] ? [looks[index]] : []),
        ...releases.flatMap((one) => (one.hop === name ? [releaseFinding(one)] : [])),
      ]),
      ...(await stepFindings(scenario, journey, shared)),
    ];
    return found.map((finding) => ({
      ...maskTexts(finding, ports.mask),
      of: finding.of,
      state: finding.state,
      what: finding.what,
    }));
  } finally {
    journey.over.abort();
  }
}

/** `waits`: the aliases without which nothing can be read. */
async function examineHop(
  { hop, looker }: WatchedHop,
  waits: readonly string[],
  journey: Journey,
  shared: Shared,
  stop: AbortSignal,
): Promise<Finding> {
  const { armoury, ports } = shared;
  const finding = { of: hop.name, what: 'look' } as const;
  const { look: spec } = hop;
  if (spec === undefined) return { ...finding, state: 'none', detail: 'it has no look, so a run reports it as blind' };
  const missing = missingValues(journey.scenario, [hop], ports);
  if (missing.length > 0) return { ...finding, state: 'blind', detail: `${missing.join(', ')} has no value` };
  const { plugin, probe, failure } = await armoury.arm(spec, journey);
  if (probe === undefined) return { ...finding, state: 'blind', ...faultOf(failure) };
  if (waits.length > 0) {
    const lack = await lackOf(plugin, spec, journey, shared);
    if (lack !== undefined) return { ...finding, state: 'blind', ...faultOf(lack) };
    const unreached = await unreachedOf(probe, hop, journey, shared, stop);
    if (unreached !== undefined) return { ...finding, state: 'blind', ...faultOf(unreached) };
    const far = probe.reach === undefined ? 'opened' : 'connected';
    const detail = `${far}; not looked, which needs ${waits.join(', ')}`;
    return {
      ...finding,
      state: 'opened',
      detail,
      hint: commandFor(journey.scenario, hop, waits),
    };
  }
  const { look, fresh } = await looker.look(stop);
  switch (look.kind) {
    case 'blind': {
      const quiet = quietIn(look, fresh?.reading);
      if (quiet !== undefined) {
        const { says: detail, hint } = quiet;
        return { ...finding, state: hint === undefined ? 'fine' : 'note', detail, ...(hint !== undefined && { hint }) };
      }
      // It could look: what it read is no record, and for a marker that nobody has sent none was due.
      const state = fresh !== undefined && look.fault.kind === 'wrong-answer' ? 'note' : 'blind';
      const { message, hint } = look.fault;
      const detail = isUnobservable(look) ? `not observable here: ${message}` : message;
      return { ...finding, state, detail, ...(hint !== undefined && { hint }) };
    }
    case 'not-made':
      return { ...finding, state: 'blind', detail: `the look was not made: ${look.why}` };
    case 'absent':
      return { ...finding, state: 'fine', detail: emptyHanded(look) };
    case 'stripped':
      return { ...finding, state: 'fine', detail: `it picks a record: ${look.evidence.source}` };
    default:
      return {
        ...finding,
        state: 'note',
        detail: `it shows a marker that nobody has sent (${look.evidence.source})`,
        hint: 'Does the answer repeat what it was asked? Name the field: it would read as intact whatever arrives.',
      };
  }
}

/** Why it cannot connect; undefined where it can, or has no way to try it. */
async function unreachedOf(
  probe: Probe,
  { timeout }: Hop,
  { scenario }: Journey,
  { timer }: Shared,
  stop: AbortSignal,
): Promise<unknown> {
  const limit = timeout ?? scenario.times.timeout;
  try {
    await timer.limited(limit, stop, async (signal) => probe.reach?.(signal));
    return undefined;
  } catch (error) {
    stop.throwIfAborted();
    return error instanceof TimeUp ? new Blind('timeout', `it did not connect: ${error.message}`) : error;
  }
}

function commandFor({ place }: Scenario, { name }: Hop, waits: readonly string[]): string {
  const keeps = waits.map((alias) => `--keep ${alias}=VALUE`);
  return ['smoketrail look', shellQuoted(place.file), shellQuoted(name), ...keeps].join(' ');
}

function faultOf(failure: unknown): { detail: string; hint?: string } {
  const hint = failure instanceof Blind ? failure.fault.hint : undefined;
  return { detail: textOf(failure), ...(hint !== undefined && { hint }) };
}

function releaseFinding({ hop, instances, fault }: Awaited<ReturnType<Shared['builds']['read']>>[number]): Finding {
  const state = instances.length === 0 ? 'blind' : 'fine';
  const count = `${instances.length} instance${instances.length === 1 ? '' : 's'}`;
  const known = instances.length === 0 ? [] : [count];
  return { of: hop, what: 'release', state, detail: [...known, ...(fault === undefined ? [] : [fault])].join('; ') };
}

function valuesOf(scenario: Scenario, ports: Ports): Finding[] {
  const missing = [...new Set(unmet(scenario.needs, ports))];
  if (missing.length === 0) return [];
  const hint = 'Set it in the environment, in a file given with --env-file, or (a variable) with --var.';
  return [{ of: scenario.name, what: 'values', state: 'blind', detail: `a run needs ${missing.join(', ')}`, hint }];
}

function missingValues(scenario: Scenario, route: readonly Hop[], ports: Ports): string[] {
  const alone = route.map(({ release: _, ...hop }) => hop);
  return unmet(needsOfPart(scenario, { route: alone }), ports);
}

function unmet(needs: Scenario['needs'], ports: Ports): string[] {
  const given: Given = {
    env: (name) => ports.env[name],
    secret: ports.secrets.get,
    vars: (name) => Object.hasOwn(ports.vars, name),
  };
  return unmetNeeds(needs, given).map(({ space, name }) => `${space}.${name}`);
}

/** What steps need of this machine, where their plug-in can tell without starting them. */
async function stepFindings(scenario: Scenario, journey: Journey, shared: Shared): Promise<Finding[]> {
  const found: Finding[] = [];
  for (const step of [...scenario.send, ...scenario.find, ...scenario.clean]) {
    const plugin = await shared.ports.plugin(step.plugin, step.baseDir ?? scenario.baseDir);
    if (plugin?.ready === undefined) continue;
    const failure = await lackOf(plugin, step, journey, shared);
    const fault = failure === undefined ? { detail: 'what it needs is here' } : faultOf(failure);
    found.push({ of: step.title, what: 'step', state: failure === undefined ? 'fine' : 'blind', ...fault });
  }
  return found;
}

/** What this machine lacks for it; undefined where nothing does, or where the plug-in cannot tell. */
async function lackOf(
  plugin: Plugin,
  { options, baseDir }: Pick<Step | LookSpec, 'options' | 'baseDir'>,
  journey: Journey,
  { ports, timer }: Shared,
): Promise<unknown> {
  try {
    const known = knownOptions(options, journey);
    maskCredentials(known, journey.marker.text, ports);
    await plugin.ready?.(known, hostFor(baseDir ?? journey.scenario.baseDir, ports, timer));
    return undefined;
  } catch (error) {
    return error;
  }
}

/** The options that can be told before a send; of a list its beginning. */
function knownOptions(options: Tree, journey: Journey): Record<string, unknown> {
  if (typeof options !== 'object' || options === null || isList(options) || isTemplate(options)) return {};
  const entries = Object.entries(options).flatMap(([name, tree]): [string, unknown][] => {
    const items = isList(tree) ? tree : [tree];
    const values: unknown[] = [];
    for (const item of items) {
      const resolved = resolve(item, journey.scope);
      if (!resolved.ok) break;
      values.push(resolved.value);
    }
    return values.length === 0 ? [] : [[name, isList(tree) ? values : values[0]]];
  });
  return Object.fromEntries(entries);
}
