// Which build a hop runs, and whether the builds agree.

import { type Build, buildsOf, sameCommit, sayBuilds } from './build.ts';
import type { Handled } from './handled.ts';
import { listed, oneLine } from './wording.ts';

/** One running instance of a hop. `commit` is the text the source gave. */
export type Instance = { instance?: string; commit: string; startedAt?: string; source: string };

export type HopReleases = { hop: string; instances: readonly Instance[]; fault?: string };

export type Skew = {
  kind: 'within' | 'between' | 'expected' | 'unknown';
  hops: readonly string[];
  /** `worker runs 41ab00c on 3 of 4 instances; web runs 9f2c1e7` */
  message: string;
};

/** `broken`: the scenario's rule does not hold. `warnOnly`: it does not hold, and the scenario wants no more than a warning. */
export type ReleaseFindings = {
  skews: readonly Skew[];
  broken: boolean;
  warnOnly?: boolean;
  warnings: readonly string[];
};

/** What a scenario asks of the builds, its texts resolved. */
export type ReleaseCheck = {
  same?: readonly string[];
  equals?: string;
  onUnknown: 'warn' | 'fail' | 'ignore';
  onSkew: 'fail' | 'warn';
};

/**
 * Compares the builds of the hops: within each, between them, with the expected one. `evidence` says who handled the
 * marker; an instance it names that `hops` does not know counts as one more. Without a rule, whatever differs is
 * still reported, and nothing is broken.
 */
export function checkReleases(
  rule: ReleaseCheck | undefined,
  hops: readonly HopReleases[],
  evidence: readonly Handled[],
): ReleaseFindings {
  const names = [...new Set([...(rule?.same ?? []), ...hops.map(({ hop }) => hop), ...evidence.map(({ hop }) => hop)])];
  const known = new Map(names.map((hop) => [hop, buildsOf(instancesOf(hop, hops, evidence))] as const));
  const asked = rule?.same ?? (rule?.equals === undefined ? [] : hops.map(({ hop }) => hop));
  const skews = [
    ...withinEach(known),
    ...between(known, rule === undefined ? names : asked),
    ...(rule?.equals === undefined ? [] : unexpected(known, asked, rule.equals)),
  ];
  const unknown = asked.flatMap((hop) => unknownBuild(hop, known.get(hop) ?? [], hops, evidence));

  const differs = skews.some((skew) => skew.hops.every((hop) => asked.includes(hop)));
  const missing = unknown.length > 0 && rule?.onUnknown === 'fail';
  const broken = differs || missing;
  const warnOnly = broken && !missing && rule?.onSkew === 'warn';
  return {
    skews: rule?.onUnknown === 'ignore' ? skews : [...skews, ...unknown],
    broken,
    ...(warnOnly ? { warnOnly } : {}),
    warnings: rule?.onUnknown === 'warn' ? unknown.map(({ message }) => message) : [],
  };
}

/** `covered 2 of 4 instances; not exercised: worker-3, worker-4`. Without names of instances it counts builds. */
export function coverage(
  handled: readonly { instance?: string; release?: string }[],
  instances: readonly Instance[],
): string {
  const byName = instances.length > 0 && instances.every(({ instance }) => instance !== undefined);
  const all = byName
    ? [...new Set(instances.map(({ instance }) => instance ?? ''))]
    : buildsOf(instances).map(({ commit }) => commit);
  const exercised = (name: string): boolean =>
    handled.some(({ instance, release }) =>
      byName ? instance === name : release !== undefined && sameCommit(release, name),
    );
  const missing = all.filter((name) => !exercised(name));
  const counted = `covered ${all.length - missing.length} of ${all.length} ${byName ? 'instances' : 'builds'}`;
  return missing.length === 0 ? counted : `${counted}; not exercised: ${listed(missing.map((name) => oneLine(name)))}`;
}

/** A hop's listed instances, and those that handled the marker without being listed; each once. */
function instancesOf(hop: string, hops: readonly HopReleases[], evidence: readonly Handled[]): readonly Instance[] {
  const found = hops.filter((one) => one.hop === hop).flatMap(({ instances }) => instances);
  for (const { hop: at, instance, release, startedAt } of evidence) {
    if (at !== hop || release === undefined) continue;
    const known = found.some(
      (one) =>
        sameCommit(one.commit, release) && (instance === undefined || [undefined, instance].includes(one.instance)),
    );
    if (known) continue;
    const source = 'the evidence of its look';
    found.push({ ...(instance && { instance }), commit: release, ...(startedAt && { startedAt }), source });
  }
  return found;
}

type Known = ReadonlyMap<string, readonly Build[]>;

function withinEach(known: Known): Skew[] {
  return [...known]
    .filter(([, builds]) => builds.length > 1)
    .map(([hop, builds]) => ({ kind: 'within', hops: [hop], message: sayBuilds(hop, builds) }));
}

/** One finding for all hops that do not run the same build. */
function between(known: Known, names: readonly string[]): Skew[] {
  const those = names.map((hop) => [hop, known.get(hop) ?? []] as const).filter(([, builds]) => builds.length > 0);
  const [first, ...rest] = those;
  const differs = rest.some(([, builds]) => !sameBuilds(builds, first?.[1] ?? []));
  if (!differs) return [];
  const message = those.map(([hop, builds]) => sayBuilds(hop, builds)).join('; ');
  return [{ kind: 'between', hops: those.map(([hop]) => hop), message }];
}

function sameBuilds(a: readonly Build[], b: readonly Build[]): boolean {
  const covers = (x: readonly Build[], y: readonly Build[]): boolean =>
    x.every(({ commit }) => y.some((other) => sameCommit(other.commit, commit)));
  return covers(a, b) && covers(b, a);
}

function unexpected(known: Known, names: readonly string[], expected: string): Skew[] {
  return names.flatMap((hop): Skew[] => {
    const builds = known.get(hop) ?? [];
    if (builds.every(({ commit }) => sameCommit(commit, expected))) return [];
    return [{ kind: 'expected', hops: [hop], message: `${sayBuilds(hop, builds)}; expected ${oneLine(expected)}` }];
  });
}

/** Nothing is known of the hop's builds, or not of all: some instances say none, or one of them handled the marker. */
function unknownBuild(
  hop: string,
  builds: readonly Build[],
  hops: readonly HopReleases[],
  evidence: readonly Handled[],
): Skew[] {
  const found = hops.find((one) => one.hop === hop);
  const why = found?.fault === undefined ? '' : `: ${oneLine(found.fault)}`;
  if (builds.length === 0) return [{ kind: 'unknown', hops: [hop], message: `the build of ${hop} is unknown${why}` }];
  if (why !== '') return [{ kind: 'unknown', hops: [hop], message: `not every build of ${hop} is known${why}` }];
  const stranger = evidence.find(
    ({ hop: at, instance, release }) =>
      at === hop &&
      release === undefined &&
      instance !== undefined &&
      !(found?.instances ?? []).some((one) => one.instance === instance),
  );
  if (stranger === undefined) return [];
  const message = `the build of ${oneLine(stranger.instance ?? '')} is unknown, which handled the marker at ${hop}`;
  return [{ kind: 'unknown', hops: [hop], message }];
}
