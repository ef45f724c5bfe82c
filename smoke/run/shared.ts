// What the markers of one run share: opened probes, readings under way, the budget behind them.

import { type Armoury, createArmoury } from './armed.ts';
import { type Builds, createBuilds } from './builds.ts';
import { createFiring, type Firing } from './firing.ts';
import type { RunFacts } from './journey.ts';
import { createTimer, type Timer } from './look-timer.ts';
import type { Ports } from './ports.ts';
import { createReadings, type Readings } from './readings.ts';
import { createSessions, type Sessions } from './sessions.ts';
import { createStepper, type Stepper } from './steps.ts';

export type Shared = {
  ports: Ports;
  armoury: Armoury;
  readings: Readings;
  timer: Timer;
  sessions: Sessions;
  stepper: Stepper;
  firing: Firing;
  builds: Builds;
  run: RunFacts;
  /** Closes what was opened for the run. `hurry`: see `Probe`. */
  close(hurry?: AbortSignal): Promise<void>;
};

export function share(run: RunFacts, ports: Ports): Shared {
  const timer = createTimer(ports.clock);
  const armoury = createArmoury(ports, timer);
  const readings = createReadings(ports.clock);
  const firing = createFiring(ports, timer);
  const sessions = createSessions(ports, firing);
  const stepper = createStepper(ports, { firing, sessions });
  const builds = createBuilds({ ports, readings, timer, armoury, sessions });
  const close = async (hurry?: AbortSignal): Promise<void> => {
    await Promise.all([armoury.close(hurry), firing.close()]);
  };
  return { ports, armoury, readings, timer, sessions, stepper, firing, builds, run, close };
}
