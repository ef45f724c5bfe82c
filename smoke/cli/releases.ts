// smoketrail releases: the build that every hop's instances run, and whether they agree by the scenario's rule.

import { buildsOf } from '../core/build.ts';
import { visibleJson } from '../core/escape.ts';
import { checkReleases, type HopReleases, type ReleaseFindings } from '../core/release.ts';
import { listed } from '../core/wording.ts';
import { beginJourney } from '../run/journey.ts';
import { ruleOf } from '../run/judging.ts';
import type { Scenario } from '../scenario/model.ts';
import { needsOfPart } from '../scenario/needs.ts';
import { refuseMissing } from './needs.ts';
import { flagsOf } from './options.ts';
import { prepare } from './prepare.ts';
import { type QuietRun, runQuietly } from './quiet-run.ts';
import { type Page, pageFor } from './rows.ts';
import { chooseScenarios } from './run.ts';
import type { World } from './world.ts';

type Told = {
  scenario: string;
  file: string;
  hops: readonly Hop[];
  /** Where they differ, or are not known. */
  findings: readonly string[];
  /** What is open where they agree by the rule: a difference it only warns of, or a build that is not known. */
  open: 'nothing' | 'unknown' | 'skew';
  outcome: 'agree' | 'skewed' | 'unknown' | 'no-rule';
};

type Hop = {
  hop: string;
  instances: HopReleases['instances'];
  fault?: string;
  /** Only the look at a record tells who handled it. */
  byRecord: boolean;
};

/** Exit codes: 0 no skew; 1 the rule is broken; 4 a build is unknown that the rule must know; 2 wrong usage. */
export async function releasesCommand(
  paths: readonly string[],
  given: Record<string, unknown>,
  world: World,
): Promise<number> {
  const { settings, env, varFiles, mask, secrets, plugins } = await prepare(flagsOf(given), world);
  const chosen = await chooseScenarios(paths, { settings, varFiles, plugins, world });
  const part = chosen.map((one) => ({ ...one, scenario: releasesOnly(one.scenario) }));
  refuseMissing(part, env, secrets, settings, world);
  return runQuietly({ settings, world, env, mask, secrets, plugins }, async (run) => {
    const told: Told[] = [];
    for (const { scenario, file } of part) told.push(await readReleases(scenario, file, run));
    const outcomes = told.map(({ outcome }) => outcome);
    const exitCode = outcomes.includes('skewed') ? 1 : outcomes.includes('unknown') ? 4 : 0;
    if (given['json'] === true) world.stdout.write(`${visibleJson({ scenarios: told, exitCode }, 2)}\n`);
    else print(told, pageFor(world, settings.color));
    return exitCode;
  });
}

/** What the looks and steps need is not asked for: only releases are read. */
function releasesOnly(scenario: Scenario): Scenario {
  const route = scenario.route.map(({ look: _, ...hop }) => hop);
  const { releases } = scenario;
  return { ...scenario, needs: needsOfPart(scenario, { route, ...(releases && { releases }) }) };
}

async function readReleases(scenario: Scenario, file: string, { shared, ports, stop }: QuietRun): Promise<Told> {
  const journey = beginJourney(scenario.name, scenario, shared.run, ports);
  try {
    const read = await shared.builds.read(journey, stop);
    const rule = ruleOf(journey, ports);
    const found = checkReleases(rule, read, []);
    const hops = scenario.route.map(({ name, release }): Hop => {
      const own = read.find(({ hop }) => hop === name);
      const byRecord = release !== undefined && release.listed === undefined;
      return {
        hop: name,
        instances: own?.instances ?? [],
        byRecord,
        ...(own?.fault !== undefined && { fault: own.fault }),
      };
    });
    return {
      scenario: scenario.name,
      file,
      hops,
      findings: found.skews.map(({ message }) => message),
      open: openIn(found),
      outcome: rule === undefined ? 'no-rule' : outcomeOf(found),
    };
  } finally {
    journey.over.abort();
  }
}

/** A rule that is broken by nothing but what is not known is neither kept nor broken. */
function outcomeOf({ broken, warnOnly, skews }: ReleaseFindings): Told['outcome'] {
  if (!broken || warnOnly === true) return 'agree';
  return skews.some(({ kind }) => kind !== 'unknown') ? 'skewed' : 'unknown';
}

function openIn({ skews }: ReleaseFindings): Told['open'] {
  if (skews.length === 0) return 'nothing';
  return skews.some(({ kind }) => kind !== 'unknown') ? 'skew' : 'unknown';
}

const agreements: Readonly<Record<Told['open'], string>> = {
  nothing: '✓ no skew by the rule of the scenario',
  unknown: '? no skew among the builds that are known',
  skew: '? the builds differ, and the scenario only warns of it',
};

const outcomes: Readonly<Record<Exclude<Told['outcome'], 'agree'>, string>> = {
  skewed: '✗ the builds break the rule of the scenario',
  unknown: '? a build is not known that the rule of the scenario must know',
  'no-rule': '– the scenario has no rule under `releases`, so nothing is broken',
};

function print(all: readonly Told[], page: Page): void {
  for (const { scenario, file, hops, findings, open, outcome } of all) {
    page.line(`${scenario}  ${file}`);
    page.table(hops.flatMap(rowsOf));
    for (const finding of findings) page.line(finding, 2);
    page.line(outcome === 'agree' ? agreements[open] : outcomes[outcome], 2);
  }
}

/** One row a build: the hop, the build, how many instances run it, since when, which. */
function rowsOf({ hop, instances, fault, byRecord }: Hop): string[][] {
  const rows = buildsOf(instances).map(({ commit, count, startedAt }) => {
    const names = instances.flatMap((one) => (one.commit === commit && one.instance ? [one.instance] : []));
    const share = `${count} of ${instances.length}`;
    return [hop, commit, share, names.length > 0 ? listed(names) : startedAt ? `started ${startedAt}` : ''];
  });
  if (fault !== undefined) rows.push([hop, '?', '', fault]);
  if (rows.length > 0) return rows;
  const why = byRecord
    ? 'known only from a record: run or trace tells who handled it'
    : 'the scenario reads no release here';
  return [[hop, '–', '', why]];
}
