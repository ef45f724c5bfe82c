// The builds of one hop's instances: which are the same, how many run each.

import { listed, oneLine } from './wording.ts';

/** One build of a hop, and the instances known to run it. */
export type Build = { commit: string; count: number; instance?: string; startedAt?: string };

/**
 * One build text names another: they are equal, or one is an abbreviation of at least seven hexadecimal characters. Digits
 * alone are a build number and no abbreviation, unless the other has the length of a whole hash.
 */
export function sameCommit(a: string, b: string): boolean {
  const [short, long] = [a.trim().toLowerCase(), b.trim().toLowerCase()].sort((x, y) => x.length - y.length);
  if (short === undefined || long === undefined) return false;
  if (a.trim() === b.trim()) return true;
  const isWhole = long.length === 40 || long.length === 64;
  if (/^\d+$/.test(short) && !isWhole) return false;
  return /^[0-9a-f]{7,64}$/.test(short) && /^[0-9a-f]{7,64}$/.test(long) && long.startsWith(short);
}

/** The distinct builds among instances, the most frequent first. Instances without a build are left out. */
export function buildsOf(
  instances: readonly { instance?: string; commit: string; startedAt?: string }[],
): readonly Build[] {
  const builds: Build[] = [];
  // The longest text first, so that an abbreviation joins the full name whatever order they came in.
  for (const { commit, instance, startedAt } of instances.toSorted((a, b) => b.commit.length - a.commit.length)) {
    if (commit.trim() === '') continue;
    const known = builds.find((build) => sameCommit(build.commit, commit));
    if (known !== undefined) known.count += 1;
    else {
      builds.push({
        commit,
        count: 1,
        ...(instance === undefined ? {} : { instance }),
        ...(startedAt === undefined ? {} : { startedAt }),
      });
    }
  }
  return builds.sort((a, b) => b.count - a.count);
}

/** `worker runs 41ab00c on 3 of 4 instances and 9f2c1e7 on 1` */
export function sayBuilds(hop: string, builds: readonly Build[]): string {
  const all = builds.reduce((sum, { count }) => sum + count, 0);
  const [only] = builds;
  if (only === undefined) return `the build of ${hop} is unknown`;
  if (builds.length === 1) return `${hop} runs ${oneLine(only.commit)}`;
  const parts = builds.map(({ commit, count }, index) =>
    index === 0 ? `${oneLine(commit)} on ${count} of ${all} instances` : `${oneLine(commit)} on ${count}`,
  );
  return `${hop} runs ${listed(parts)}`;
}
