// What `look`, `doctor` and `releases` run in: the parts of a run, without reporters, a ledger or anything that is sent.

import type { Settings } from '../config/settings.ts';
import type { Body } from '../core/events.ts';
import type { PluginLoader } from '../probes/outside/plugin-loader.ts';
import { Stopped, signalOf } from '../run/finish.ts';
import { keepsNothing } from '../run/keeping.ts';
import type { Ports } from '../run/ports.ts';
import { type Shared, share } from '../run/shared.ts';
import type { Witness } from '../run/witness.ts';
import { assemble, type createMask } from './assemble.ts';
import { realClock } from './clock.ts';
import { newRunId } from './run-id.ts';
import type { Env } from './settings.ts';
import type { World } from './world.ts';

export type QuietRun = {
  shared: Shared;
  ports: Ports;
  /** Aborted by a signal. */
  stop: AbortSignal;
  /** Texts of warnings, masked, each once. */
  warnings: Set<string>;
  mask: (text: string) => string;
};

type Given = {
  settings: Settings;
  world: World;
  env: Env;
  mask: ReturnType<typeof createMask>;
  secrets: Ports['secrets'];
  plugins: PluginLoader;
  witness?: Witness;
  /** Files that show how a look went wrong are kept; without it, nothing is created here. */
  attaches?: boolean;
};

/** Runs `work`, closes what it opened, and gives its exit code, or that of the signal that stopped it. */
export async function runQuietly(given: Given, work: (run: QuietRun) => Promise<number>): Promise<number> {
  const { world, mask, attaches = false } = given;
  const warnings = new Set<string>();
  const reporters = { all: [], outputs: [] };
  const { ports: assembled } = assemble({ ...given, reporters, keeping: keepsNothing });
  const emit = (body: Body): void => {
    if (body.type === 'warning') warnings.add(mask.mask(body.hint ? `${body.message} (${body.hint})` : body.message));
  };
  const attachments = attaches ? assembled.attachments : { add: async () => undefined };
  const ports = Object.create(assembled, { emit: { value: emit }, attachments: { value: attachments } }) as Ports;
  const started = realClock.wall();
  const shared = share({ id: newRunId(started), startedAt: started.toISOString() }, ports);
  const stop = new AbortController();
  const hurry = new AbortController();
  const forget = world.onSignal((signal) => (stop.signal.aborted ? hurry.abort() : stop.abort(new Stopped(signal))));
  try {
    return await work({ shared, ports, stop: stop.signal, warnings, mask: mask.mask });
  } catch (error) {
    const signal = signalOf(stop.signal);
    if (signal === undefined) throw error;
    world.stderr.write('smoketrail: stopped; nothing was sent\n');
    return signal === 'SIGINT' ? 130 : 143;
  } finally {
    await shared.close(hurry.signal);
    forget();
  }
}
