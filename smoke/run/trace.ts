// Follows a marker that is already in the system: sends nothing, cleans nothing.

import type { Marker } from '../core/look.ts';
import type { KnownSend } from '../core/outcome.ts';
import { textOf } from '../core/text-of.ts';
import type { Judgement } from '../core/verdict.ts';
import { listed } from '../core/wording.ts';
import type { Scenario } from '../scenario/model.ts';
import { arm } from './arm.ts';
import { aliasesFor } from './clean-needs.ts';
import { findUntilKnown } from './find.ts';
import type { StepResult } from './firing.ts';
import { beginJourney, type Journey } from './journey.ts';
import { judgeJourney } from './judging.ts';
import type { Ports } from './ports.ts';
import type { Shared } from './shared.ts';
import { tellStart, tellVerdict } from './tell.ts';
import { startWatch, type Watching } from './watch.ts';

export type Trace = {
  scenario: Scenario;
  file: string;
  marker: Marker;
  aliases: Iterable<readonly [string, string]>;
  computed: Iterable<readonly [string, string | number]>;
  /** What is older than this cannot be the record. */
  since: Date;
  /** When an earlier run or sweep cleaned it up, ISO 8601. */
  cleanedAt?: string | undefined;
  /** What the ledger knows of its send. */
  knownSend?: KnownSend | undefined;
  /** Milliseconds to keep looking; 0 looks once. */
  deadline: number;
};

export async function traceMarker(trace: Trace, shared: Shared, stop: AbortSignal): Promise<Judgement> {
  const { ports } = shared;
  const scenario = withoutWaiting(trace, ports);
  const journey = beginJourney(scenario.name, scenario, shared.run, ports, trace);
  // Nobody here knows the text around the marker, so the marker alone decides what is intact.
  journey.sent.push({ text: trace.marker.text, document: true });
  const route = await arm(journey, shared);
  tellStart(trace.file, journey, route.facts, ports);
  const reading = shared.builds.read(journey, stop).catch(() => []);
  const clockStart = ports.clock.now();
  ports.emit({ type: 'clock.started', scenario: journey.id });
  let interrupted: string | undefined;
  let watching: Watching | undefined;
  const over = new AbortController();
  let finding: Promise<void> | undefined;
  try {
    const found: StepResult[] = [];
    for (const step of scenario.find) found.push(await shared.stepper.run(step, 'find', journey, stop));
    watching = startWatch(journey, route.hops, clockStart, ports, stop);
    // What is still on its way may be found later.
    if (scenario.times.deadline > 0)
      finding = findUntilKnown(journey, shared.stepper, ports, AbortSignal.any([stop, over.signal]));
    await watching.settled;
    await watching.close('every');
    tellUnknown(journey, found, ports);
  } catch (error) {
    if (!stop.aborted) throw error;
    interrupted = textOf(stop.reason);
  }
  over.abort(new Error('the trace is over'));
  await finding;
  const looks = watching?.looks() ?? [];
  const findings = {
    file: trace.file,
    fate: 'traced' as const,
    cleanedAt: trace.cleanedAt,
    knownSend: trace.knownSend,
    route: route.facts,
    looks,
    releases: await reading,
    interrupted,
    clockStart,
  };
  const judgement = judgeJourney(journey, findings, ports);
  tellVerdict(journey, judgement, ports);
  journey.over.abort();
  return judgement;
}

/** Says why looks that need an alias could not be made, and what would make them. */
function tellUnknown(journey: Journey, found: readonly StepResult[], ports: Ports): void {
  const { scenario } = journey;
  const learnedOnTheWay = new Set(scenario.route.flatMap(({ look }) => Object.keys(look?.keep ?? {})));
  const needed = new Set(scenario.route.flatMap(({ look }) => [...aliasesFor(look, scenario)]));
  const unknown = [...needed].filter((name) => !journey.aliases.has(name) && !learnedOnTheWay.has(name));
  if (unknown.length === 0) return;
  const [first = ''] = unknown;
  const failed = found.find(({ outcome }) => outcome !== 'done');
  const why =
    failed !== undefined
      ? `find could not look (${failed.summary})`
      : found.length > 0
        ? 'find saw no record that holds the marker'
        : 'the ledger does not tell it, and the scenario has no find';
  const message = `${listed(unknown)} ${unknown.length === 1 ? 'is' : 'are'} not known: ${why}`;
  const hint = `--keep ${first}=VALUE names it, where you know it`;
  ports.emit({ type: 'warning', scenario: journey.id, message, hint });
}

/** The record was sent long ago: no deadline runs, and a hop's lag is over as far as the record is old. */
function withoutWaiting({ scenario, since, deadline }: Trace, ports: Ports): Scenario {
  const age = ports.clock.wall().getTime() - since.getTime();
  return {
    ...scenario,
    times: { ...scenario.times, deadline, grace: 0, confirm: 0, settle: 0 },
    route: scenario.route.map(({ times: _, ...hop }) => ({ ...hop, lag: Math.max(0, hop.lag - age) })),
  };
}
