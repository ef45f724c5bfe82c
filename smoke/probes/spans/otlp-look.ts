// Looks with the `otlp` plug-in: every span that came since arming, as far as the options pick it.

import type { Fault, Reading } from '../../core/look.ts';
import { maskedLine } from '../masked-start.ts';
import { Blind, type Host, type Probe } from '../plugin.ts';
import { type KeptSpans, keptSpans } from './otlp-kept.ts';
import { type OtlpOptions, usualAddress } from './otlp-options.ts';
import { isMeant, type Span, serviceOf } from './span.ts';
import { noneOf, notSampled } from './span-options.ts';

export async function openOtlp({ listen }: Partial<OtlpOptions>, host: Host): Promise<Probe<OtlpOptions>> {
  const address = listen ?? usualAddress;
  const { kept, leave } = await keptSpans(address, host);
  const since = host.clock.wall().toISOString().slice(11, 19);
  let closed: Promise<void> | undefined;
  return {
    async read(options, { signal }): Promise<Reading> {
      signal.throwIfAborted();
      if (closed !== undefined) throw new Blind('error', `no spans are taken in at ${address} any more`);
      const began = host.clock.now();
      const all = kept.all();
      const records = kept.records().filter((_, index) => {
        const span = all[index];
        return span !== undefined && isMeant(span, options);
      });
      const count = records.length === 0 ? 'no span' : `${records.length} span${records.length === 1 ? '' : 's'}`;
      const searched = `${count}${whichOf(options)} that came to ${address} since ${since} UTC`;
      return {
        candidates: records,
        whole: false,
        searched,
        unseen: unseenOf({ address, searched, all, isAmong: records.length > 0, kept, host }),
        ...(records.length > 0 && !kept.isCut() && { unpicked: noneOf(searched, ofOthers) }),
        cost: { requests: 0, bytes: 0, ms: host.clock.now() - began },
      };
    },
    changed: (signal) => kept.more(signal),
    async close() {
      closed ??= leave();
      await closed;
    },
  };
}

function whichOf({ service, name, kind }: OtlpOptions): string {
  const kinds = kind === undefined ? '' : ` of kind ${kind}`;
  const names = name === undefined ? '' : ` called ${name}`;
  return `${kinds}${names}${service === undefined ? '' : ` of ${service}`}`;
}

const ofOthers = `If all of them are of other traces: ${notSampled}`;

type Found = {
  address: string;
  searched: string;
  all: readonly Span[];
  /** Some of them are those that are meant. */
  isAmong: boolean;
  kept: KeptSpans;
  host: Host;
};

/** Why a look that finds none says nothing: a span is a witness, and its absence is none. */
function unseenOf({ address, searched, all, isAmong, kept, host }: Found): NonNullable<Reading['unseen']> {
  const refused = kept.refused();
  const turned =
    refused === undefined
      ? ''
      : `; ${refused.count} export${refused.count === 1 ? '' : 's'} turned down: ${refused.latest}`;
  if (kept.isCut()) {
    const hint = 'Let fewer services export here, or sample what is not of the scenario away.';
    return { kind: 'gave-up', message: `only the newest 32 MB of spans are kept (${searched}${turned})`, hint };
  }
  const message = `${isAmong ? `not among ${searched}` : searched}${turned}`;
  const blind = (hint: string): Fault & { kind: 'not-observable' } => ({ kind: 'not-observable', message, hint });
  if (all.length === 0)
    return {
      ...blind(
        `Let the services export their spans here: OTEL_EXPORTER_OTLP_ENDPOINT=http://${address} and OTEL_EXPORTER_OTLP_PROTOCOL=http/protobuf.`,
      ),
      // An export that was turned down is a fault of its own.
      ...(refused === undefined && { quiet: 'whether the services export here is told by their first span' }),
    };
  if (isAmong) return blind(notSampled);
  const services = [...new Set(all.map((span) => serviceOf(span) ?? 'a service without a name'))].slice(0, 10);
  return blind(`Spans came of ${maskedLine(services.join(', '), 300, host.mask)}. ${notSampled}`);
}
