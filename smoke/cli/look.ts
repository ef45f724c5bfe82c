// smoketrail look: one hop read once, with everything in between shown. The loop in which a scenario is written.

import { visibleJson } from '../core/escape.ts';
import type { Look } from '../core/look.ts';
import { typedMarker } from '../core/marker.ts';
import { arm } from '../run/arm.ts';
import { beginJourney, type Given } from '../run/journey.ts';
import { type Relaxed, relaxed } from '../run/relax.ts';
import type { Seen } from '../run/witness.ts';
import type { Hop, Scenario } from '../scenario/model.ts';
import { needsOfPart } from '../scenario/needs.ts';
import { suggestion } from '../scenario/problems.ts';
import { keptBy } from './keep-flag.ts';
import { backBy, recalled, sinceOf, typedText } from './known-marker.ts';
import { type LookReport, lookReport } from './look-report.ts';
import { printLook } from './look-text.ts';
import { refuseMissing } from './needs.ts';
import { flagsOf } from './options.ts';
import { prepare } from './prepare.ts';
import { type QuietRun, runQuietly } from './quiet-run.ts';
import { pageFor } from './rows.ts';
import { type Choosing, type Chosen, chooseScenarios } from './run.ts';
import { UsageError, type World } from './world.ts';

type Options = { marker?: string; keep?: string[]; since?: string; full?: boolean; json?: boolean };

/** Exit codes: 0 it could look, whatever it saw; 4 blind or not made; 2 wrong usage. */
export async function lookCommand(
  file: string,
  hopName: string | undefined,
  given: Record<string, unknown>,
  world: World,
): Promise<number> {
  const options = given as Options;
  const typed = options.marker === undefined ? undefined : typedText(options.marker);
  const asked = backBy(options.since);
  const { settings, env, varFiles, mask, secrets, plugins } = await prepare(flagsOf(given), world);
  const chosen = await oneScenario(file, { settings, varFiles, plugins, world });
  const { scenario } = chosen;
  const hop = hopOf(scenario, hopName);
  const known = typed === undefined ? undefined : await recalled(typed, settings, world);
  const aliases = new Map([...(known?.aliases ?? []), ...keptBy(options.keep ?? [], [scenario], secrets)]);
  const isUnknown = relaxed(hop, scenario, aliases).unknown.length > 0;
  const find = typed !== undefined && isUnknown ? scenario.find : [];
  const { release: _, ...read } = hop;
  const needs = needsOfPart(scenario, { route: [read], find });
  refuseMissing([{ scenario: { ...scenario, needs }, sources: chosen.sources }], env, secrets, settings, world);

  const marker = typed === undefined ? undefined : typedMarker(typed, scenario.marker);
  const start: Given = {
    ...(marker && { marker }),
    aliases,
    computed: known?.computed ?? [],
  };
  const full = options.full === true;
  let seen: Seen | undefined;
  const witness = {
    looked(_hop: Hop, came: Seen): void {
      seen = came;
    },
  };
  return runQuietly({ settings, world, env, mask, secrets, plugins, witness, attaches: true }, async (run) => {
    const { made, journey, relax } = await lookOnce({ scenario, hop, find, start, asked }, run);
    const report = lookReport({
      hop,
      file: chosen.file,
      sent: typed !== undefined,
      untried: { keys: relax.without, unknown: relax.unknown },
      // A hop without a look is never read, so nobody was told of it.
      seen: seen ?? { look: made, of: journey },
      full,
      warnings: [...run.warnings],
      mask: run.mask,
    });
    show(report);
    return made.kind === 'blind' || made.kind === 'not-made' ? 4 : 0;
  });

  function show(report: LookReport): void {
    if (options.json === true) world.stdout.write(`${visibleJson(report, 2)}\n`);
    else printLook(report, pageFor(world, settings.color), full);
  }
}

type Task = {
  scenario: Scenario;
  hop: Hop;
  find: Scenario['find'];
  start: Given;
  /** `--since`, in milliseconds. */
  asked: number | undefined;
};

async function lookOnce(
  { scenario, hop, find, start, asked }: Task,
  { shared, ports, stop }: QuietRun,
): Promise<{ made: Look; journey: ReturnType<typeof beginJourney>; relax: Relaxed }> {
  const before = beginJourney(scenario.name, scenario, shared.run, ports, start);
  for (const step of find) await shared.stepper.run(step, 'find', before, stop);
  before.over.abort();
  const relax = relaxed(hop, scenario, before.aliases);
  const route = scenario.route.map((one) => (one.name === hop.name ? relax.hop : one));
  const { marker } = before;
  const journey = beginJourney(scenario.name, { ...scenario, route }, shared.run, ports, {
    ...start,
    marker,
    aliases: before.aliases,
    computed: before.scope.computed,
    // A marker made just now would look back no further than its own making.
    since: sinceOf(start.marker === undefined ? { ...marker, fixed: 0 } : marker, asked),
  });
  // Nobody here knows the text around the marker, so the marker alone decides what is intact.
  journey.sent.push({ text: marker.text, document: true });
  try {
    const armed = await arm(journey, shared, (fact) => fact.hop === hop.name);
    const watched = armed.hops.find((one) => one.hop.name === hop.name);
    if (watched === undefined) throw new Error(`${hop.name} was not armed`);
    const { look } = await watched.looker.look(stop);
    return { made: look, journey, relax };
  } finally {
    journey.over.abort();
  }
}

async function oneScenario(file: string, choosing: Choosing): Promise<Chosen> {
  const { grep: _, ...rest } = choosing.settings;
  const chosen = await chooseScenarios([file], { ...choosing, settings: { ...rest, tags: [] } });
  const [only] = chosen;
  if (only !== undefined && chosen.length === 1) return only;
  throw new UsageError(`${file} holds ${chosen.length} scenarios`, 'Name one scenario file, and a hop of it.');
}

function hopOf({ name, route }: Scenario, wanted: string | undefined): Hop {
  const hop = route.find((one) => one.name === wanted);
  if (hop !== undefined) return hop;
  const names = route.map((one) => one.name);
  if (wanted === undefined)
    throw new UsageError(`name the hop of ${name} to look at`, `Its hops: ${names.join(', ')}.`);
  throw new UsageError(
    `${name} has no hop ${JSON.stringify(wanted)}`,
    suggestion(wanted, names) ?? `Its hops: ${names.join(', ')}.`,
  );
}
