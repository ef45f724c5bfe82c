// What is known of the builds of the suspected hops, said beside the builds of the others.

import { type Build, buildsOf, sameCommit, sayBuilds } from './build.ts';
import { type Handled, handledBy } from './handled.ts';
import type { Watched } from './outcome.ts';
import { oneLine } from './wording.ts';

/** One sentence for each hop whose build is known: `worker-2 runs 41ab00c, started 41 days ago; web runs 9f2c1e7.` */
export function buildFacts(watched: Watched, hops: readonly string[]): readonly string[] {
  const handled = handledBy(watched.looks);
  return hops.flatMap((hop) => {
    const mine = handlersAt(watched, handled, hop);
    const listed = listedAt(watched, hop);
    const own = mine.length > 0 ? mine : listed;
    if (own.length === 0) return [];
    const others = watched.route.flatMap((other) => {
      if (other.hop === hop) return [];
      const named = handlersAt(watched, handled, other.hop);
      const builds = named.length > 0 ? named : listedAt(watched, other.hop);
      const differs = builds.some(({ commit }) => !own.every((one) => sameCommit(one.commit, commit)));
      return differs ? [say(other.hop, builds, watched.at)] : [];
    });
    const pool = mine.length > 0 && listed.length > 1 ? [sayBuilds(hop, listed)] : [];
    const mineSaid = mine.map((build) => say(nameOf(hop, build), [build], watched.at));
    return [
      `${[...(mine.length > 0 ? mineSaid : [say(hop, listed, watched.at)]), ...pool, ...others.slice(0, 3)].join('; ')}.`,
    ];
  });
}

/** The builds that handled the marker at a hop, as the looks say; an instance named without its build is looked up. */
function handlersAt(watched: Watched, handled: readonly Handled[], hop: string): readonly Build[] {
  const instances = instancesAt(watched, hop);
  const named = handled.flatMap((one) => {
    if (one.hop !== hop) return [];
    const listed = instances.find(({ instance }) => instance !== undefined && instance === one.instance);
    const commit = one.release ?? listed?.commit;
    const startedAt = one.startedAt ?? listed?.startedAt;
    if (commit === undefined) return [];
    const { instance } = one;
    return [{ commit, ...(instance && { instance }), ...(startedAt && { startedAt }) }];
  });
  return buildsOf(named);
}

function listedAt(watched: Watched, hop: string): readonly Build[] {
  return buildsOf(instancesAt(watched, hop));
}

function instancesAt(watched: Watched, hop: string): Watched['releases'][number]['instances'] {
  return watched.releases.filter((one) => one.hop === hop).flatMap(({ instances }) => instances);
}

/** An instance's own name where it says its hop, else both: `worker-2`, `worker (pod 7c9f4)`. */
function nameOf(hop: string, { instance }: Build): string {
  if (instance === undefined) return hop;
  const name = oneLine(instance);
  return name.includes(hop) ? name : `${hop} (${name})`;
}

function say(name: string, builds: readonly Build[], now: string | undefined): string {
  const [only] = builds;
  const started = builds.length === 1 && only?.startedAt !== undefined ? `, started ${ago(only.startedAt, now)}` : '';
  return `${sayBuilds(name, builds)}${started}`;
}

/** `41 days ago`; the hop's own text where our clock cannot make an age of it. For people only, never for a verdict. */
function ago(startedAt: string, now: string | undefined): string {
  const minutes = (Date.parse(now ?? '') - Date.parse(startedAt)) / 60_000;
  if (!(minutes >= 0)) return oneLine(startedAt, 40);
  if (minutes < 1) return 'less than a minute ago';
  const [count, unit] =
    minutes < 120 ? [minutes, 'minute'] : minutes < 2_880 ? [minutes / 60, 'hour'] : [minutes / 1_440, 'day'];
  const whole = Math.floor(count);
  return `${whole} ${unit}${whole === 1 ? '' : 's'} ago`;
}
