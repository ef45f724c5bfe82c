// The trace of a marker: minted once, told to the ledger and the reporters, and carried by a send that may.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Body } from '../../smoke/core/events.ts';
import { keepsNothing } from '../../smoke/run/keeping.ts';
import { mintTraceId, tellTrace, traceHeaders } from '../../smoke/run/trace-context.ts';
import { createVirtualClock } from '../virtual-clock.ts';
import { hop, journeyOf, ports, scenario } from './fixtures.ts';

const traced = { ...scenario([hop('partner')]), traceContext: true as const };

test('an id is of the length and the letters that the standard wants, and never all zeros', () => {
  const least = {
    fraction: () => 0,
    uuid: () => '',
    draw: (letters: string, length: number) => (letters[0] ?? '').repeat(length),
  };
  assert.equal(mintTraceId(least), `${'0'.repeat(31)}1`);
});

test('a marker has one trace, and each step a span of its own', () => {
  let next = 0;
  const own = ports(createVirtualClock());
  own.random.draw = (letters, length) => {
    next += 1;
    return (letters[next % letters.length] ?? '').repeat(length);
  };
  const journey = journeyOf(traced, own);
  const traceId = journey.aliases.get('trace-id') ?? '';
  assert.match(traceId, /^[0-9a-f]{32}$/);
  const [first, second] = [traceHeaders(journey, own.random), traceHeaders(journey, own.random)];
  assert.match(first?.['traceparent'] ?? '', new RegExp(`^00-${traceId}-[0-9a-f]{16}-01$`));
  assert.equal(first?.['baggage'], `smoketrail.marker=${journey.marker.text}`);
  assert.notEqual(first?.['traceparent'], second?.['traceparent']);
});

test('a scenario that does not allow it sends nothing of the kind', () => {
  const own = ports(createVirtualClock());
  const journey = journeyOf(scenario([hop('partner')]), own);
  assert.equal(journey.aliases.has('trace-id'), false);
  assert.equal(traceHeaders(journey, own.random), undefined);
});

test('the ledger and the reporters are told the trace', async () => {
  const events: Body[] = [];
  const kept: unknown[] = [];
  const own = ports(createVirtualClock(), events);
  const keeping = { ...keepsNothing, alias: async (...told: unknown[]) => void kept.push(told) };
  const journey = journeyOf(traced, own);
  await tellTrace(journey, { ...own, keeping });
  const traceId = journey.aliases.get('trace-id');
  assert.deepEqual(events, [
    { type: 'alias.learned', scenario: journey.id, name: 'trace-id', value: traceId, by: 'trace-context' },
  ]);
  assert.deepEqual(kept, [[journey.marker.text, 'trace-id', traceId]]);
});
