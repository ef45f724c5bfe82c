// What a hop's row says of the build that runs there.

import { buildsOf, sameCommit } from '../smoke/core/build.ts';
import type { Evidence } from '../smoke/core/look.ts';
import type { ScenarioRecord } from '../smoke/core/record.ts';
import type { Instance } from '../smoke/core/release.ts';

/** `release 41ab00c ≠ web, 3 of 4 instances`; `–` where nothing was asked or learned. */
export function releaseLabel(scenario: ScenarioRecord, hop: string, evidence: Evidence | undefined): string {
  const instances = instancesOf(scenario, hop);
  const builds = buildsOf(instances);
  const total = builds.reduce((sum, { count }) => sum + count, 0);
  const commit = releaseIn(evidence, instances) ?? (builds.length === 1 ? builds[0]?.commit : undefined);
  if (commit === undefined && builds.length > 1) {
    return `releases ${builds.map((build) => `${short(build.commit)} on ${build.count}`).join(', ')} of ${total} instances`;
  }
  if (commit === undefined) {
    const fault = scenario.releases.find((one) => one.hop === hop)?.fault;
    return fault === undefined ? '–' : `release unknown: ${fault}`;
  }
  const count = builds.find((build) => sameCommit(build.commit, commit))?.count ?? 0;
  const other = isSkewed(scenario) ? firstOther(scenario, hop, commit) : undefined;
  const differs = other === undefined ? '' : ` ≠ ${other}`;
  const share = total < 2 ? '' : count === total ? ` (${total} instances)` : `, ${count} of ${total} instances`;
  return `release ${short(commit)}${differs}${share}`;
}

/** The build an evidence names, or that of the instance it names. */
export function releaseIn(evidence: Evidence | undefined, instances: readonly Instance[]): string | undefined {
  if (evidence?.release !== undefined) return evidence.release;
  if (evidence?.instance === undefined) return undefined;
  return instances.find(({ instance }) => instance === evidence.instance)?.commit;
}

export function instancesOf({ releases }: ScenarioRecord, hop: string): readonly Instance[] {
  return releases.find((one) => one.hop === hop)?.instances ?? [];
}

/** A full commit hash or digest as people say it. */
export function short(commit: string): string {
  if (/^[0-9a-f]{40}$/i.test(commit)) return commit.slice(0, 7);
  return commit.length > 40 ? `${commit.slice(0, 39)}…` : commit;
}

/** Different builds are only remarkable where the scenario wants them equal. */
function isSkewed({ verdict }: ScenarioRecord): boolean {
  return verdict?.verdict === 'skewed' || verdict?.also.includes('skewed') === true;
}

/** The first hop that runs one build, another than this. */
function firstOther(scenario: ScenarioRecord, hop: string, commit: string): string | undefined {
  return scenario.route.find((other) => {
    const builds = other.hop === hop ? [] : buildsOf(instancesOf(scenario, other.hop));
    const [only] = builds;
    return builds.length === 1 && only !== undefined && !sameCommit(only.commit, commit);
  })?.hop;
}
