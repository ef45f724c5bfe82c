// Follows a marker that is already in the system: sends nothing, cleans nothing.

import { handledBy } from '../core/handled.ts';
import type { Marker } from '../core/look.ts';
import { checkReleases } from '../core/release.ts';
import { type Judgement, judgeMarker, type Watched } from '../core/verdict.ts';
import type { Scenario } from '../scenario/model.ts';
import { beginJourney } from './journey.ts';
import type { Ports } from './ports.ts';
import { routeFacts } from './route-facts.ts';
import { announce, arm, buildRuleOf, type Shared } from './scenario.ts';
import { startWatch } from './watch.ts';

export type Trace = {
  scenario: Scenario;
  file: string;
  marker: Marker;
  aliases: Iterable<readonly [string, string]>;
  computed: Iterable<readonly [string, string | number]>;
  /** What is older than this cannot be the record. */
  since: Date;
  /** Milliseconds to keep looking; 0 looks once. */
  deadline: number;
};

export async function traceMarker(trace: Trace, shared: Shared, stop: AbortSignal): Promise<Judgement> {
  const { ports } = shared;
  const scenario = withoutWaiting(trace, ports);
  const journey = beginJourney(scenario.name, scenario, shared.run, ports, trace);
  // Nobody here knows the text around the marker, so the marker alone decides what is intact.
  journey.sent.push({ text: trace.marker.text, document: true });
  const hops = await arm(journey, shared);
  const route = routeFacts(
    scenario,
    hops.map(({ armed }) => armed?.plugin),
  );
  announce(trace.file, journey, route, ports);
  const releases = shared.builds.read(journey, stop).catch(() => []);
  const clockStart = ports.clock.now();
  ports.emit({ type: 'clock.started', scenario: journey.id });
  let interrupted: string | undefined;
  let looks: Watched['looks'] = [];
  const watching = { current: undefined as ReturnType<typeof startWatch> | undefined };
  try {
    for (const step of scenario.find) await shared.stepper.run(step, 'find', journey, stop);
    watching.current = startWatch(journey, hops, clockStart, ports, stop);
    await watching.current.settled;
    await watching.current.close('every');
  } catch (error) {
    if (!stop.aborted) throw error;
    interrupted = stop.reason instanceof Error ? stop.reason.message : String(stop.reason);
  }
  looks = watching.current?.looks() ?? [];
  const found = await releases;
  const { deadline, grace, confirm, settle } = scenario.times;
  const judgement = judgeMarker({
    scenario: journey.id,
    marker: journey.marker.text,
    file: trace.file,
    route,
    looks,
    times: { deadline, grace, confirm, settle },
    copies: new Map(scenario.route.map((hop) => [hop.name, hop.copies])),
    releases: found,
    findings: checkReleases(buildRuleOf(journey), found, handledBy(looks)),
    ...(interrupted && { interrupted }),
    took: Math.round(ports.clock.now() - clockStart),
    at: ports.clock.wall().toISOString(),
  });
  const { destinations: _, ...told } = judgement;
  ports.emit({ type: 'verdict', scenario: journey.id, marker: journey.marker.text, ...told });
  return judgement;
}

/** The record was sent long ago: no deadline runs, and a hop's lag is over as far as the record is old. */
function withoutWaiting({ scenario, since, deadline }: Trace, ports: Ports): Scenario {
  const age = ports.clock.wall().getTime() - since.getTime();
  return {
    ...scenario,
    times: { ...scenario.times, deadline, grace: 0, confirm: 0, settle: 0 },
    route: scenario.route.map((hop) => ({ ...hop, lag: Math.max(0, hop.lag - age) })),
  };
}
