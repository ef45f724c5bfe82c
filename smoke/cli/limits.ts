// Cuts a run to what its scenarios' limits allow, before anything is sent.

import type { Settings } from '../config/settings.ts';
import { type Allowance, allowance, type Limit, smallest } from '../core/limits.ts';
import { textOf } from '../core/text-of.ts';
import type { Limits, Scenario } from '../scenario/model.ts';
import { type DayPlaces, takeDayPlaces } from '../store/day-places.ts';
import { realClock } from './clock.ts';
import { RunnerError } from './world.ts';

export type Allowed = Allowance & {
  /** Says how many were really sent, so that places of the day that were not needed serve another run. */
  sent(count: number): Promise<void>;
};

/** `dir`: the ledger's folder. Throws RunnerError where the day's places cannot be counted. */
export async function allowedOf(scenario: Scenario, settings: Settings, dir: string, run: string): Promise<Allowed> {
  const { repeat } = settings;
  const perRun = limitOf('perRun', scenario, settings);
  const perDay = limitOf('perDay', scenario, settings);
  if (perDay === undefined) return { ...allowance(repeat, perRun, undefined), sent: async () => undefined };
  const wanted = Math.min(repeat, perRun?.most ?? repeat);
  const places = await placesOf(scenario.name, wanted, perDay, dir, run);
  const { granted, made } = places;
  return {
    ...allowance(repeat, perRun, { ...perDay, granted, made }),
    sent: (count) => places.giveBack(granted - count),
  };
}

function limitOf(which: keyof Limits, scenario: Scenario, settings: Settings): Limit | undefined {
  const all = [{ by: 'the scenario', limits: scenario.limits }, ...settings.limits];
  return smallest(all.flatMap(({ by, limits }) => (limits[which] === undefined ? [] : [{ most: limits[which], by }])));
}

async function placesOf(
  scenario: string,
  wanted: number,
  { most }: Limit,
  dir: string,
  run: string,
): Promise<DayPlaces> {
  try {
    return await takeDayPlaces({ dir, run, scenario, wanted, most, clock: realClock });
  } catch (error) {
    const why = textOf(error);
    throw new RunnerError(`the limit of ${most} a day cannot be kept: ${why}`, 'Nothing was sent.', error);
  }
}
