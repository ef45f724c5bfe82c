// The spans that came to one address in a run. All hops and markers share them, and the receiver goes with the last of its users.

import type { Candidate } from '../../core/look.ts';
import { maskedLine } from '../masked-start.ts';
import type { Host } from '../plugin.ts';
import { receiveOtlp } from './otlp-receiver.ts';
import { spansIn } from './otlp-spans.ts';
import { type Span, spanKey, spanReader } from './span.ts';

/** Characters of spans kept at most, and spans; the oldest go first. */
const sizeCap = 32 * 1024 * 1024;
const countCap = 100_000;
/** Beside its texts. */
const sizeOfOne = 500;
/** Looks of several hops share what wakes them: who read just before the latest spans came must look again. In ms. */
const lately = 1_000;

export type KeptSpans = {
  all(): readonly Span[];
  /** Their records, in the same order. */
  records(): readonly Candidate[];
  /** The oldest were dropped. */
  isCut(): boolean;
  /** Exports that were turned down, and why the latest was. */
  refused(): { count: number; latest: string } | undefined;
  /** Resolves when more come; at once if some came lately. Never rejects. */
  more(signal: AbortSignal): Promise<void>;
};

type Shared = { users: number; started?: Promise<{ kept: KeptSpans; close(): Promise<void> }> };

/** Throws a Blind where the address cannot be listened on. */
export async function keptSpans(address: string, host: Host): Promise<{ kept: KeptSpans; leave(): Promise<void> }> {
  const shared = host.once<Shared>(`otlp ${address}`, () => ({ users: 0 }));
  shared.users += 1;
  shared.started ??= start(address, host);
  const { started } = shared;
  const leave = async (): Promise<void> => {
    shared.users -= 1;
    if (shared.users > 0) return;
    delete shared.started;
    await (await started).close();
  };
  try {
    return { kept: (await started).kept, leave };
  } catch (error) {
    shared.users -= 1;
    if (shared.started === started) delete shared.started;
    throw error;
  }
}

async function start(address: string, host: Host): Promise<{ kept: KeptSpans; close(): Promise<void> }> {
  const read = await spanReader(host.mask);
  let spans: Span[] = [];
  let sizes: number[] = [];
  const known = new Set<string>();
  let size = 0;
  let cut = false;
  let refused: { count: number; latest: string } | undefined;
  let latest = -Infinity;
  const waiting = new Set<() => void>();

  function take(request: unknown): void {
    for (const span of spansIn(request)) {
      const key = spanKey(span);
      if (key !== undefined && known.has(key)) continue;
      if (key !== undefined) known.add(key);
      const own = sizeOfOne + charactersIn(span);
      spans.push(span);
      sizes.push(own);
      size += own;
    }
    let gone = 0;
    for (; size > sizeCap || spans.length - gone > countCap; gone += 1) size -= sizes[gone] ?? 0;
    if (gone > 0) {
      for (const span of spans.slice(0, gone)) known.delete(spanKey(span) ?? '');
      spans = spans.slice(gone);
      sizes = sizes.slice(gone);
      cut = true;
    }
    latest = host.clock.now();
    for (const wake of [...waiting]) wake();
  }

  const receiver = await receiveOtlp(address, {
    traces: take,
    refused: (why) => {
      refused = { count: (refused?.count ?? 0) + 1, latest: maskedLine(why, 300, host.mask) };
    },
  });
  const kept: KeptSpans = {
    all: () => spans,
    records: () => read(spans),
    isCut: () => cut,
    refused: () => refused,
    more(signal) {
      if (signal.aborted || host.clock.now() - latest < lately) return Promise.resolve();
      return new Promise((resolve) => {
        const wake = (): void => {
          waiting.delete(wake);
          signal.removeEventListener('abort', wake);
          resolve();
        };
        waiting.add(wake);
        signal.addEventListener('abort', wake, { once: true });
      });
    },
  };
  return { kept, close: () => receiver.close() };
}

function charactersIn(value: unknown): number {
  if (typeof value === 'string') return value.length;
  if (typeof value !== 'object' || value === null) return 8;
  return Object.entries(value).reduce((sum, [key, inner]) => sum + key.length + charactersIn(inner), 0);
}
