// Reads which builds the instances of a hop run, where the scenario says how.

import type { Candidate, Reading } from '../core/look.ts';
import type { HopReleases, Instance } from '../core/release.ts';
import { textOf } from '../core/text-of.ts';
import { Blind } from '../probes/plugin.ts';
import type { Hop, ReleaseSpec } from '../scenario/model.ts';
import { validateOptions } from '../scenario/options.ts';
import { resolve, type Tree } from '../scenario/template.ts';
import type { Armoury } from './armed.ts';
import { maskCredentials } from './header-secrets.ts';
import { inSession, scopeIn } from './in-session.ts';
import { type Journey, ownerOf } from './journey.ts';
import type { Timer } from './look-timer.ts';
import { maskTexts } from './masked-texts.ts';
import type { Ports } from './ports.ts';
import type { Readings } from './readings.ts';
import type { Entered, Sessions } from './sessions.ts';
import { stableJson } from './stable-json.ts';

type LookedUp = NonNullable<ReleaseSpec['listed']>;

/** Of one hop. What lists more is no list of instances, and would fill every report. */
const mostInstances = 1_000;

export type Builds = {
  /** The instances of every hop whose release is read on its own; a failure is told per hop. */
  read(journey: Journey, signal: AbortSignal): Promise<HopReleases[]>;
};

/** The build of one hop is asked for. */
type Asking = { journey: Journey; hop: Hop; spec: LookedUp; tools: Tools; signal: AbortSignal };

type Tools = { ports: Ports; readings: Readings; timer: Timer; armoury: Armoury; sessions: Sessions };

export function createBuilds(tools: Tools): Builds {
  return {
    async read(journey, signal) {
      const asked = journey.scenario.route.flatMap((hop) =>
        hop.release?.listed ? [{ hop, spec: hop.release.listed }] : [],
      );
      const answers = await Promise.all(
        asked.map(async (one) => maskTexts(await readHop({ ...one, journey, tools, signal }), tools.ports.mask)),
      );
      for (const { hop, instances, fault } of answers) {
        tools.ports.emit({ type: 'releases', scenario: journey.id, hop, instances, ...(fault && { fault }) });
      }
      return answers;
    },
  };
}

async function readHop(asking: Asking): Promise<HopReleases> {
  const { hop, spec, signal } = asking;
  try {
    const { instances, nameless } = await readInstances(asking);
    const all = instances.length + nameless;
    if (instances.length > mostInstances) {
      const fault = `${spec.look.title}: it lists ${instances.length} instances, and more than ${mostInstances} are not compared`;
      return { hop: hop.name, instances: [], fault };
    }
    if (instances.length > 0 && nameless > 0)
      return { hop: hop.name, instances, fault: `${nameless} of ${all} instances say no build` };
    if (instances.length > 0) return { hop: hop.name, instances };
    return { hop: hop.name, instances, fault: `${spec.look.title}: nothing at ${spec.commit}` };
  } catch (error) {
    signal.throwIfAborted();
    return { hop: hop.name, instances: [], fault: textOf(error) };
  }
}

async function readInstances(asking: Asking): Promise<{ instances: Instance[]; nameless: number }> {
  const { journey, spec } = asking;
  const reading = await readingOf(asking);
  const records = reading.candidates.flatMap((candidate) => split(candidate, spec.look.records, journey));
  const meant = records.filter((record) => isMeant(record, spec, journey));
  const found = meant.map((record) => instanceIn(record, spec));
  // A log says its build in some of its lines only; a listing says one for each instance or does not know it.
  const isListing = spec.look.records !== undefined || reading.listing === true;
  const nameless = !isListing ? 0 : found.filter((one) => one.length === 0).length;
  return { instances: latestOfEach(found.flat()), nameless };
}

async function readingOf(asking: Asking): Promise<Reading> {
  const { journey, spec, tools, signal } = asking;
  const { session, place } = spec.look;
  if (session === undefined) return readWith(undefined, asking);
  const entry = tools.sessions.of(session, place, journey);
  return inSession(
    entry,
    (entering) => entering(signal),
    (entered) => readWith(entered, asking),
  );
}

async function readWith(session: Entered | undefined, { journey, hop, spec, tools, signal }: Asking): Promise<Reading> {
  const { ports, readings, timer, armoury } = tools;
  const armed = await armoury.arm(spec.look, journey);
  const { probe } = armed;
  if (probe === undefined) throw armed.failure;
  const options = resolve(spec.look.options, scopeIn(journey.scope, session));
  if (!options.ok) throw new Blind('error', `${options.missing.join(', ')} is not known when releases are read`);
  maskCredentials(options.value, journey.marker.text, ports);
  const valid = await validateOptions(armed.plugin, options.value, spec.look.place);
  if (!valid.ok) throw new Blind('error', valid.problems.map((problem) => problem.message).join('; '));
  const limit = hop.timeout ?? journey.scenario.times.timeout;
  const context = {
    since: new Date(0),
    named: false,
    cookies: session?.cookies ?? journey.cookies,
    owner: ownerOf(journey),
    limit,
    ...(spec.look.as && { as: spec.look.as }),
  };
  const key = stableJson(['release', armed.key, options.value, spec.look.as, session?.id]);
  const { reading } = await readings.take(
    key,
    journey.scenario.poll.first,
    (shared) => timer.limited(limit, shared, (limited) => probe.read(valid.value, { ...context, signal: limited })),
    signal,
  );
  return reading;
}

function split(candidate: Candidate, records: Tree | undefined, journey: Journey): readonly Candidate[] {
  if (records === undefined) return [candidate];
  const selector = resolve(records, journey.scope);
  const parts = candidate.split(selector.ok ? String(selector.value) : '');
  if (!parts.fits) throw new Blind('selector', parts.why);
  return parts.candidates;
}

function isMeant(record: Candidate, { look }: LookedUp, journey: Journey): boolean {
  return Object.entries(look.where ?? {}).every(([selector, tree]) => {
    const wanted = resolve(tree, journey.scope);
    const picked = record.select(selector);
    if (!picked.fits) throw new Blind('selector', picked.why);
    return wanted.ok && picked.values.includes(String(wanted.value));
  });
}

function instanceIn(record: Candidate, spec: LookedUp): Instance[] {
  const picked = record.select(spec.commit);
  if (!picked.fits) throw new Blind('selector', picked.why);
  const commit = picked.values[0];
  if (commit === undefined || commit === '') return [];
  const instance = first(record, spec.instance) ?? record.instance;
  const startedAt = first(record, spec.started);
  return [{ commit, source: record.source, ...(instance && { instance }), ...(startedAt && { startedAt }) }];
}

function first(record: Candidate, selector: string | undefined): string | undefined {
  if (selector === undefined) return undefined;
  const picked = record.select(selector);
  return picked.fits ? picked.values[0] : undefined;
}

/** A log names an instance many times: its last line tells what it runs now. Nameless instances with one commit are one. */
function latestOfEach(instances: readonly Instance[]): Instance[] {
  const latest = new Map<string, Instance>();
  for (const instance of instances) latest.set(instance.instance ?? `commit ${instance.commit}`, instance);
  return [...latest.values()];
}
