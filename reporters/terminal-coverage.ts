// Under --repeat: which instances and builds handled the markers of a scenario, and how those markers fared. This is
// what finds that every failure went through one stale build.

import { sameCommit } from '../smoke/core/build.ts';
import type { Evidence } from '../smoke/core/look.ts';
import type { RunRecord, ScenarioRecord } from '../smoke/core/record.ts';
import { coverage, type Instance } from '../smoke/core/release.ts';
import { printable } from './hop-row.ts';
import { instancesOf, releaseIn, short } from './release-label.ts';

type Handling = { scenario: ScenarioRecord; instance?: string; release?: string };
/** The markers that one build (or, without builds, one instance) of a hop handled. */
type Group = { name: string; instances: Set<string>; passed: number; failed: number; all: number };

/** One paragraph for each scenario that ran more than once. */
export function coverageLines({ scenarios }: RunRecord): string[] {
  const groups = Map.groupBy(scenarios, ({ file, name }) => JSON.stringify([file, name]));
  return [...groups.values()].filter((group) => group.length > 1).flatMap(scenarioLines);
}

function scenarioLines(markers: readonly ScenarioRecord[]): string[] {
  const [first] = markers;
  if (first === undefined) return [];
  const passed = markers.filter(({ verdict }) => verdict?.passes === true).length;
  const hops = first.route.flatMap(({ hop }) => hopLines(hop, markers));
  return [
    `${printable(first.name, 80)}: ${passed} of ${markers.length} passed`,
    ...hops.map((line) => `  ${printable(line, 500)}`),
  ];
}

function hopLines(hop: string, markers: readonly ScenarioRecord[]): string[] {
  const instances = listedInstances(hop, markers);
  const handled = markers.flatMap((scenario) => handlingOf(scenario, hop, instances));
  const groups = groupsOf(handled);
  if (instances.length < 2 && groups.length < 2) return [];
  const counted =
    instances.length === 0 ? `handled by ${groups.map(({ name }) => name).join(', ')}` : coverage(handled, instances);
  if (groups.length === 0)
    return [`${hop}  no look names the instance that handled a marker; ${instances.length} are listed`];
  const lines = groups.map(({ name, instances: by, passed, all }) => {
    const who = by.size === 0 ? '' : ` (${[...by].sort().slice(0, 12).join(', ')}${by.size > 12 ? ', …' : ''})`;
    return `  ${name}  ${passed} of ${all} passed${who}`;
  });
  return [`${hop}  ${counted}`, ...lines, ...conclusion(hop, groups, markers)];
}

function listedInstances(hop: string, markers: readonly ScenarioRecord[]): readonly Instance[] {
  const found = new Map<string, Instance>();
  for (const scenario of markers) {
    for (const one of instancesOf(scenario, hop)) found.set(JSON.stringify([one.instance ?? null, one.commit]), one);
  }
  return [...found.values()];
}

/** Every instance and build that the looks at this hop name for a marker, once each. */
function handlingOf(scenario: ScenarioRecord, hop: string, instances: readonly Instance[]): Handling[] {
  const found = new Map<string, Handling>();
  for (const evidence of evidencesAt(scenario, hop)) {
    const { instance } = evidence;
    const release = releaseIn(evidence, instances);
    if (instance === undefined && release === undefined) continue;
    const handling = {
      scenario,
      ...(instance !== undefined && { instance }),
      ...(release !== undefined && { release }),
    };
    found.set(JSON.stringify([instance ?? null, release ?? null]), handling);
  }
  return [...found.values()];
}

function evidencesAt({ looks }: ScenarioRecord, hop: string): Evidence[] {
  return looks.flatMap(({ hop: at, look }) => {
    if (at !== hop || !('evidence' in look)) return [];
    return 'worse' in look && look.worse !== undefined ? [look.evidence, look.worse.evidence] : [look.evidence];
  });
}

function groupsOf(handled: readonly Handling[]): Group[] {
  const groups: (Group & { key: string; scenarios: Set<ScenarioRecord> })[] = [];
  for (const { scenario, instance, release } of handled) {
    const key = release ?? instance ?? '';
    let group = groups.find((one) => sameCommit(one.key, key));
    if (group === undefined) {
      group = { key, name: short(key), instances: new Set(), passed: 0, failed: 0, all: 0, scenarios: new Set() };
      groups.push(group);
    }
    if (instance !== undefined && release !== undefined) group.instances.add(instance);
    if (group.scenarios.has(scenario)) continue;
    group.scenarios.add(scenario);
    group.all += 1;
    if (scenario.verdict?.passes === true) group.passed += 1;
    if (scenario.verdict?.passes === false) group.failed += 1;
  }
  return groups.sort((a, b) => a.passed / a.all - b.passed / b.all);
}

/** Said only where it is so for every marker: all that failed went through these, and none that did passed. */
function conclusion(hop: string, groups: readonly Group[], markers: readonly ScenarioRecord[]): string[] {
  const failed = markers.filter(({ verdict }) => verdict?.passes === false).length;
  const bad = groups.filter((group) => group.failed > 0);
  const clean = groups.some((group) => group.failed === 0 && group.passed > 0);
  const explained = bad.reduce((sum, group) => sum + group.failed, 0);
  if (failed === 0 || !clean || explained !== failed || bad.some((group) => group.failed !== group.all)) return [];
  return [
    `All ${failed} that failed went through ${hop} on ${bad.map(({ name }) => name).join(', ')}; none that did passed.`,
  ];
}
