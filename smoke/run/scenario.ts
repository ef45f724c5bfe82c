// One marker through one scenario: mark, arm, send, watch, judge, clean. Reads as a table of contents.

import type { Answer } from '../core/answer.ts';
import { foreignAmong, foreignWords, isUnseen, twinWords } from '../core/foreign.ts';
import { textOf } from '../core/text-of.ts';
import type { Judgement } from '../core/verdict.ts';
import type { Scenario } from '../scenario/model.ts';
import { LedgerLost } from '../store/ledger-writer.ts';
import { type ArmedRoute, arm } from './arm.ts';
import { cleanUp } from './clean.ts';
import { namesForDeleting } from './clean-needs.ts';
import type { Cleaned } from './cleaned.ts';
import { beginJourney, type Journey } from './journey.ts';
import { lacksDriver } from './lacking.ts';
import { shortPauses } from './pauses.ts';
import type { Ports } from './ports.ts';
import { type Pursued, pursue } from './pursue.ts';
import type { Shared } from './shared.ts';
import { tellPause, tellStart, tellUnsureSend, tellVerdict } from './tell.ts';

export type Order = {
  id: string;
  scenario: Scenario;
  /** The file as the person wrote it, for commands in the report. */
  file: string;
  cleanup: boolean;
};

export type Signals = {
  /** Stops the watch; cleaning goes on. */
  stop: AbortSignal;
  /** Stops the cleaning as well. */
  kill: AbortSignal;
};

/**
 * `crash`: the runner itself could not go on; the marker is judged interrupted. `lacking`: a browser or driver is missing
 * here. `unclean`: its record could not be cleaned up.
 */
export type MarkerResult = { judgement: Judgement; crash?: unknown; lacking?: boolean; unclean?: boolean };

export async function runMarker(order: Order, shared: Shared, signals: Signals): Promise<MarkerResult> {
  const { ports, run } = shared;
  const journey = beginJourney(order.id, order.scenario, run, ports);
  const route = await arm(journey, shared);
  tellStart(order.file, journey, route.facts, ports);
  const pursued = await pursue(order, journey, route, shared, signals.stop);
  const { judgement, crash } = await enterVerdict(journey, pursued, ports);
  if (judgement.passes === true && pursued.sent.outcome === 'unknown') tellUnsureSend(pursued.sent, journey, ports);
  tellVerdict(journey, judgement, ports);
  const cleaned = isLost(crash, signals.stop)
    ? leftToTheSweeper
    : await clean(order, journey, route, { ...pursued, judgement }, shared, signals);
  ports.emit({ type: 'cleaned', scenario: journey.id, ...cleaned });
  journey.over.abort();
  const isLacking = pursued.sent.fault?.kind === 'driver-missing';
  const lacking = isLacking || lacksDriver(judgement);
  return { judgement, ...(crash !== undefined && { crash }), lacking, unclean: cleaned.state === 'failed' };
}

/** A runner whose ledger is gone or full can vouch for nothing that comes after: what it did not see, it calls interrupted. */
async function enterVerdict(journey: Journey, pursued: Pursued, ports: Ports): Promise<MarkerResult> {
  const { judgement, crash, entered, arrived, reached, stopped } = pursued;
  if (!entered) return { judgement, ...(crash !== undefined && { crash }) };
  try {
    const partly = arrived === 'somewhere' ? reached : undefined;
    await ports.keeping.verdict(journey.marker.text, judgement.verdict, arrived === 'everywhere', partly);
    return { judgement, ...(crash !== undefined && { crash }) };
  } catch (error) {
    return { judgement: await stopped(textOf(error)), crash: crash ?? error };
  }
}

/** A run that was stopped has nothing to show, so it cleans up like any other. */
function isKeptForPeople({ cleanWhen, clean }: Scenario, { passes, verdict }: Judgement): boolean {
  return cleanWhen === 'passed' && clean.length > 0 && passes !== true && verdict !== 'interrupted';
}

const leftToTheSweeper: Cleaned = { state: 'kept', detail: 'left to the sweeper that took the ledger over' };

function isLost(crash: unknown, stop: AbortSignal): boolean {
  return crash instanceof LedgerLost || (stop.aborted && stop.reason instanceof LedgerLost);
}

async function clean(
  order: Order,
  journey: Journey,
  route: ArmedRoute,
  { sent, arrived, entered, judgement }: Pursued,
  shared: Shared,
  { stop, kill }: Signals,
): Promise<Cleaned> {
  try {
    if (!sent.created && arrived === 'nowhere') {
      if (entered) await shared.ports.keeping.closed(journey.marker.text);
      return { state: 'nothing', detail: 'nothing was created' };
    }
    const { witness } = shared.ports;
    const keeps = !order.cleanup || (!kill.aborted && (await witness?.beforeClean?.(judgement.headline)) === 'keep');
    if (keeps) return { state: 'kept', detail: 'as asked; smoketrail sweep removes it' };
    if (isKeptForPeople(order.scenario, judgement))
      return { state: 'kept', detail: 'for you to see; smoketrail sweep removes it' };
    const answers = (judgement.destinations ?? [judgement]).flatMap(({ trail }) => trail.answers);
    const ids = namesForDeleting(order.scenario);
    const notOurs = await whyNotOurs(answers, ids, journey, shared.ports);
    if (notOurs !== undefined) return { state: 'kept', detail: notOurs };
    const isKnown = [...ids].some((name) => journey.aliases.has(name));
    journey.pauses = shortPauses(shared.ports.clock, (until) => tellPause(journey, until, shared.ports), stop);
    const task = {
      journey,
      destinations: route.hops.filter((hop) => hop.destination),
      arrived: arrived === 'everywhere',
      doubtful: sent.outcome !== 'done',
      byIdAlone: isUnseen(answers) && sent.outcome === 'done' && sent.isNew !== true && isKnown,
      withheld: new Set<string>(),
      lingersUntil: journey.scope.now.getTime() + order.scenario.linger,
    };
    return await cleanUp(task, shared, kill);
  } catch (error) {
    return { state: 'failed', detail: `${textOf(error)}; run smoketrail sweep` };
  }
}

/** What the ids name may be another run's record, or somebody else's: in words. `ids`: names of aliases. */
async function whyNotOurs(
  answers: readonly Answer[],
  ids: ReadonlySet<string>,
  { marker }: Journey,
  { keeping }: Ports,
): Promise<string | undefined> {
  const foreign = foreignAmong(answers);
  if (foreign !== undefined) return foreignWords(foreign);
  // Where a look showed the marker, the record is ours whatever else it is known as.
  const twin = isUnseen(answers) ? await keeping.twin(marker.text, ids) : undefined;
  return twin && twinWords(twin);
}
