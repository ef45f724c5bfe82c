// A situation of real life: a hotel, a scenario of the folder beside this, and the real program run on it.

import assert from 'node:assert/strict';
import { copyFileSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { TestContext } from 'node:test';
import { fileURLToPath } from 'node:url';
import type { LookRecord, RunRecord, ScenarioRecord } from '../../smoke/core/record.ts';
import { startProgram } from '../system/program.ts';
import { type Hotel, type Oddity, openHotel } from './hotel.ts';

export type Ran = {
  code: number | null;
  screen: string;
  scenarios: readonly ScenarioRecord[];
  /** Of the first, or only, marker. */
  verdict: NonNullable<ScenarioRecord['verdict']>;
  marker: string;
  cleaned: ScenarioRecord['cleaned'];
  /** What the hop showed last. */
  at(hop: string): LookRecord['look'];
};

export type Situation = {
  hotel: Hotel;
  dir: string;
  /** Runs a command line in the situation's folder: `run`, `plain.yaml`. */
  go(args: readonly string[]): Promise<Ran>;
  forgetLedger(): void;
};

const scenarios = fileURLToPath(new URL('./scenarios/', import.meta.url));

export async function situation(t: TestContext, oddity: Oddity = {}, vars: readonly string[] = []): Promise<Situation> {
  const hotel = await openHotel(t, oddity);
  const dir = mkdtempSync(path.join(tmpdir(), 'smoketrail-situation-'));
  t.after(() => rmSync(dir, { recursive: true, force: true, maxRetries: 5 }));
  for (const file of readdirSync(scenarios)) copyFileSync(path.join(scenarios, file), path.join(dir, file));
  const given = [`hotel=${hotel.url}`, ...vars].flatMap((one) => ['--var', one]);
  let runs = 0;
  return {
    hotel,
    dir,
    async go(args) {
      runs += 1;
      const record = `run-${runs}.json`;
      const command = [...args, ...given, '--reporter', 'terminal', '--reporter', `json=${record}`, '-v'];
      const program = startProgram(command, { cwd: dir, env: {}, through: undefined });
      t.after(() => program.end());
      const { code, stdout, stderr } = await program.ended;
      assert.notEqual(code, 2, stdout + stderr);
      return ranOf(code, stdout + stderr, JSON.parse(readFileSync(path.join(dir, record), 'utf8')) as RunRecord);
    },
    forgetLedger: () => rmSync(path.join(dir, '.smoketrail'), { recursive: true }),
  };
}

function ranOf(code: number | null, screen: string, { scenarios }: RunRecord): Ran {
  const [first] = scenarios;
  assert.ok(first?.verdict, screen);
  const { verdict, marker, cleaned, looks } = first;
  const at = (hop: string): LookRecord['look'] => {
    const look = looks.findLast((one) => one.hop === hop)?.look;
    assert.ok(look, screen);
    return look;
  };
  return { code, screen, scenarios, verdict, marker, cleaned, at };
}

/** Nothing of any run is left at the hotel. */
export function assertEmpty({ bookings, guests, reservations }: Hotel): void {
  assert.deepEqual([[...bookings.keys()], [...guests], reservations()], [[], [], []]);
}
