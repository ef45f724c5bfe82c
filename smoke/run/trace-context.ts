// The trace of a marker: its id, which is one of the names of the record, and the headers by which a send carries it on.
// https://www.w3.org/TR/trace-context/ and https://www.w3.org/TR/baggage/

import type { Marker } from '../core/look.ts';
import { traceAlias } from '../scenario/expression.ts';
import type { Ports, Random } from './ports.ts';

/** Of a journey. */
type Traced = {
  id: string;
  marker: Marker;
  aliases: ReadonlyMap<string, string>;
  scenario: { traceContext?: true };
};

const hex = '0123456789abcdef';

/** All zeros would be no trace; one digit of seven random bytes at the end must differ, as samplers go by those. */
export function mintTraceId(random: Random): string {
  return `${random.draw(hex, 31)}${random.draw(hex.slice(1), 1)}`;
}

/** Enters the trace of the marker among its aliases: in the ledger, and in what reporters are told. */
export async function tellTrace({ id, marker, aliases, scenario }: Traced, ports: Ports): Promise<void> {
  const traceId = aliases.get(traceAlias);
  if (scenario.traceContext !== true || traceId === undefined) return;
  ports.emit({ type: 'alias.learned', scenario: id, name: traceAlias, value: traceId, by: 'trace-context' });
  await ports.keeping.alias(marker.text, traceAlias, traceId);
}

/** For one step: a span of its own, sampled, and the marker as baggage. Undefined where the scenario does not allow it. */
export function traceHeaders(
  { marker, aliases, scenario }: Traced,
  random: Random,
): Record<string, string> | undefined {
  const traceId = aliases.get(traceAlias);
  if (scenario.traceContext !== true || traceId === undefined) return undefined;
  const spanId = `${random.draw(hex, 15)}${random.draw(hex.slice(1), 1)}`;
  return {
    traceparent: `00-${traceId}-${spanId}-01`,
    baggage: `smoketrail.marker=${encodeURIComponent(marker.text)}`,
  };
}
