// A source that outlives the capture it follows: when that ends, this run listens in its place, or follows who does.

import type { Address, CaptureOptions } from './capture-options.ts';
import type { Passed } from './capture-record.ts';
import { type Earlier, openSource, type Source, shown, type View } from './capture-source.ts';
import { Blind, type Host } from './plugin.ts';
import { innermost } from './server-fault.ts';
import { createFlight } from './single-flight.ts';

export type KeptSource = {
  /** `before`: what passed before this was opened, where that is asked for. `gap`: until when nobody may have listened. */
  read(
    signal: AbortSignal,
    withBefore: boolean,
  ): Promise<{ view: View; before: Earlier | undefined; gap: Date | undefined }>;
  changed(signal: AbortSignal): Promise<void>;
  close(): Promise<void>;
};

/** Of captures that are gone by now. */
const mostHeld = 20_000;

export async function keptSource(address: Address, options: Partial<CaptureOptions>, host: Host): Promise<KeptSource> {
  const flight = createFlight<Source>();
  let source: Source | undefined = await openSource(address, options, host);
  let held: readonly Passed[] = [];
  let gap: Date | undefined;
  let isClosed = false;

  function lose(gone: Source): void {
    if (source !== gone) return;
    held = [...held, ...gone.view().passed].slice(-mostHeld);
    source = undefined;
    void gone.close();
  }

  /** Rejects with a Blind where nobody listens any more, and this run cannot. */
  function regain(signal: AbortSignal): Promise<Source> {
    return flight.join(async () => {
      if (source !== undefined) return source;
      const found = await openSource(address, options, host);
      if (isClosed) {
        await found.close();
        throw new Error('it is closed');
      }
      gap = host.clock.wall();
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
      return { view: { ...view, passed: [...held, ...view.passed] }, before, gap };
    },
    async changed(signal) {
      await withSource(signal, (one) => one.changed(signal));
    },
    async close() {
      isClosed = true;
      await source?.close();
    },
  };
}

function reasonOf(error: unknown): string {
  const { code, message } = innermost(error);
  return code ?? message;
}
