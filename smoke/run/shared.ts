// What the markers of one run share: opened probes, readings under way, the budget behind them.

import { type Armoury, createArmoury } from './armed.ts';
import { type Builds, createBuilds } from './builds.ts';
import type { RunFacts } from './journey.ts';
import { createTimer, type Timer } from './look-timer.ts';
import type { Ports } from './ports.ts';
import { createReadings, type Readings } from './readings.ts';
import { createStepper, type Stepper } from './steps.ts';

export type Shared = {
  ports: Ports;
  armoury: Armoury;
  readings: Readings;
  timer: Timer;
  stepper: Stepper;
  builds: Builds;
  run: RunFacts;
  /** Closes what was opened for the run. */
  close(): Promise<void>;
};

export function share(run: RunFacts, ports: Ports): Shared {
  const timer = createTimer(ports.clock);
  const armoury = createArmoury(ports, timer);
  const readings = createReadings(ports.clock);
  const stepper = createStepper(ports, timer);
  const builds = createBuilds({ ports, readings, timer, armoury });
  const close = async (): Promise<void> => {
    await Promise.all([armoury.close(), stepper.close()]);
  };
  return { ports, armoury, readings, timer, stepper, builds, run, close };
}
