// A source that outlives the capture it follows: when that ends, this run listens in its place, or follows who does.

import { Blind, type Host } from '../plugin.ts';
import { innermost } from '../server-fault.ts';
import { createFlight } from '../single-flight.ts';
import type { Address, CaptureOptions } from './capture-options.ts';
import { latestOf, type Passed } from './capture-record.ts';
import { openSource, shown } from './capture-source.ts';
import type { Earlier, Source, View } from './capture-view.ts';

export type KeptSource = {
  /** `before`: what passed before this was opened, where that is asked for. `gap`: until when nobody may have listened. */
  read(
    signal: AbortSignal,
    withBefore: boolean,
  ): Promise<{ view: View; before: Earlier | undefined; gap: Date | undefined }>;
  changed(signal: AbortSignal): Promise<void>;
  /** `hurry`: see `Probe`. */
  close(hurry?: AbortSignal): Promise<void>;
};

/** Of captures that are gone by now. */
const mostHeld = 20_000;

export async function keptSource(address: Address, options: Partial<CaptureOptions>, host: Host): Promise<KeptSource> {
  const flight = createFlight<Source>();
  const opened = host.clock.wall();
  let source: Source | undefined = await openSource(address, options, host);
  let held: readonly Passed[] = [];
  let gap: Date | undefined;
  let isClosed = false;

  function lose(gone: Source): void {
    if (source !== gone) return;
    held = merged(held, gone.view().passed.map(asLeftOff));
    source = undefined;
    void gone.close();
  }

  /** Rejects with a Blind where nobody listens any more, and this run cannot. */
  function regain(signal: AbortSignal): Promise<Source> {
    return flight.join(async (joined) => {
      if (source !== undefined) return source;
      const found = await openSource(address, options, host);
      if (isClosed) {
        await found.close();
        throw new Error('it is closed');
      }
      // What it has seen by now that this run was not told.
      const { passed, lost } = await found.before(joined);
      const newer = passed.filter(({ at }) => Date.parse(at) >= opened.getTime());
      held = merged(held, newer);
      gap = lost ? host.clock.wall() : found.view().since;
      source = found;
      return found;
    }, signal);
  }

  /** With another source where the one there is has ended. */
  async function withSource(signal: AbortSignal, use: (source: Source) => Promise<void>): Promise<Source> {
    const first = source;
    if (first !== undefined) {
      try {
        await use(first);
        return first;
      } catch (error) {
        if (signal.aborted) throw signal.reason;
        lose(first);
        return await regain(signal).catch((failure: unknown) => {
          if (signal.aborted) throw signal.reason;
          throw new Blind('refused', `the capture on ${shown(address)} has ended (${reasonOf(error)})`, {
            cause: failure,
            hint: 'What passes now is not seen. `smoketrail capture` runs between runs as well.',
          });
        });
      }
    }
    const found = await regain(signal);
    await found.sync(signal);
    return found;
  }

  return {
    async read(signal, withBefore) {
      const current = await withSource(signal, (one) => one.sync(signal));
      const view = current.view();
      const before = withBefore ? await current.before(signal) : undefined;
      return { view: { ...view, passed: merged(held, view.passed) }, before, gap };
    },
    async changed(signal) {
      await withSource(signal, (one) => one.changed(signal));
    },
    async close(hurry) {
      isClosed = true;
      await source?.close(hurry);
    },
  };
}

/** The same request may come from both, where it is the same capture after all. */
function merged(one: readonly Passed[], other: readonly Passed[]): readonly Passed[] {
  return latestOf(one, other).slice(-mostHeld);
}

/** Nobody will tell how it ended. */
function asLeftOff(passed: Passed): Passed {
  return passed.ms === undefined ? { ...passed, leftOff: true } : passed;
}

function reasonOf(error: unknown): string {
  const { code, message } = innermost(error);
  return code ?? message;
}
