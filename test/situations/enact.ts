// Acts a situation out: scenarios of the folder beside this, at a site of the test's own, run by the real program.

import assert from 'node:assert/strict';
import { existsSync, readFileSync, rmSync } from 'node:fs';
import path from 'node:path';
import type { LookRecord, RunRecord, ScenarioRecord } from '../../smoke/core/record.ts';
import type { Trail } from '../../smoke/core/trail.ts';
import type { VerdictName } from '../../smoke/core/verdict.ts';
import type { Site } from '../system/site.ts';

export type Enacted = {
  code: number | null;
  /** Both streams, as a person sees them. */
  screen: string;
  /** What the run told, as text; empty where it told nothing. */
  recorded: string;
  scenarios: readonly ScenarioRecord[];
  verdicts: readonly VerdictName[];
  /** Of the first, or only, marker. */
  trail(): Trail;
  looks(hop: string): readonly LookRecord['look'][];
};

export type Acting = { env?: Readonly<Record<string, string>>; vars?: Readonly<Record<string, string>> };

export function scenarioText(name: string): string {
  return readFileSync(new URL(`./scenarios/${name}`, import.meta.url), 'utf8');
}

/** Puts the files into the site's folder as they are. */
export function bring(site: Site, names: readonly string[]): void {
  for (const name of names) site.file(name, scenarioText(name));
}

/** What is left at the site: the notes of its bookings. */
export function notesAt({ bookings }: Site): string[] {
  return [...bookings.values()].map(({ note }) => note);
}

/** Runs the scenario files that were brought, which know the site as `vars.site`. */
export async function enact(
  site: Site,
  args: readonly string[],
  { env = {}, vars = {} }: Acting = {},
): Promise<Enacted> {
  const given = Object.entries({ site: site.url, ...vars }).flatMap(([name, value]) => ['--var', `${name}=${value}`]);
  const reporters = ['--reporter', 'terminal', '--reporter', 'json=record.json'];
  const file = path.join(site.dir, 'record.json');
  rmSync(file, { force: true });
  const { code, stdout, stderr } = await site.run(['run', ...args, ...given, ...reporters, '-v'], { env });
  const screen = stdout + stderr;
  const recorded = existsSync(file) ? readFileSync(file, 'utf8') : '';
  const scenarios = recorded === '' ? [] : (JSON.parse(recorded) as RunRecord).scenarios;
  const first = (): ScenarioRecord => {
    assert.ok(scenarios[0], screen);
    return scenarios[0];
  };
  return {
    code,
    screen,
    recorded,
    scenarios,
    verdicts: scenarios.flatMap(({ verdict }) => verdict?.verdict ?? []),
    trail: () => {
      const { verdict } = first();
      assert.ok(verdict, screen);
      return verdict.trail;
    },
    looks: (hop) => first().looks.flatMap((one) => (one.hop === hop ? [one.look] : [])),
  };
}
