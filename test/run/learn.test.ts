import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Body } from '../../smoke/core/events.ts';
import type { Candidate } from '../../smoke/core/look.ts';
import { beginJourney, type Journey } from '../../smoke/run/journey.ts';
import { learn } from '../../smoke/run/learn.ts';
import type { Ports } from '../../smoke/run/ports.ts';
import { createMask } from '../../smoke/run/redact.ts';
import type { Tree } from '../../smoke/scenario/template.ts';
import { parsed } from '../scenario/scope.ts';
import { createVirtualClock } from '../virtual-clock.ts';
import { ports, scenario } from './fixtures.ts';

async function learned(value: string, secret = ''): Promise<{ told: string; alias: string | undefined }> {
  const mask = createMask();
  if (secret !== '') mask.add(secret, 'S');
  const told: Body[] = [];
  const ports = {
    mask: mask.mask,
    emit: (body: Body) => void told.push(body),
    keeping: { alias: async () => undefined },
  } as unknown as Ports;
  const aliases = new Map<string, string>();
  const journey = { id: 'a', marker: { text: 'smk-1' }, aliases, onAlias: new Set() } as unknown as Journey;
  const answer = { select: () => ({ fits: true, values: [value] }) } as unknown as Candidate;
  await learn(journey, { booking: { from: '$.id', secret: false } } as never, answer, 'POST /', ports);
  const [event] = told;
  return { told: event?.type === 'alias.learned' ? event.value : '', alias: aliases.get('booking') };
}

test('an alias of up to 4,096 characters is told whole', async () => {
  assert.equal((await learned('8841')).told, '8841');
  assert.equal((await learned('x'.repeat(4_096))).told.length, 4_096);
});

test('a longer alias is told by its beginning, masked first, and its length; it is kept whole', async () => {
  const secret = 'secret-0123456789';
  const value = `${'x'.repeat(190)}${secret}${'y'.repeat(5_000)}`;
  const { told, alias } = await learned(value, secret);
  assert.equal(alias, value);
  assert.equal(told, `${'x'.repeat(190)}***S***yy… (5207 characters)`);
});

async function learnedOf(
  values: string[],
  { clean = null as Tree, sure = false, match = '' } = {},
): Promise<string | undefined> {
  const told: Body[] = [];
  const journey = beginJourney(
    'a',
    { ...scenario([]), clean: clean === null ? [] : [{ options: clean } as never] },
    { id: 'r', startedAt: '' },
    ports(createVirtualClock(), told),
  );
  const keep = { from: '$.bookings[*].id', secret: false, ...(match !== '' && { match }) };
  const answer = { select: () => ({ fits: true, values }) } as unknown as Candidate;
  for (let n = 0; n < 2; n += 1)
    await learn(journey, { booking: keep }, answer, 'GET /', ports(createVirtualClock(), told), sure);
  const warnings = told.flatMap((event) => (event.type === 'warning' ? [event.message] : []));
  assert.equal(warnings.length, journey.aliases.has('booking') ? 0 : 1, 'told once where it is not learned');
  return journey.aliases.get('booking');
}

test('one of several different values is learned only where nothing is deleted by it', async () => {
  const clean = parsed('${{ booking }}');
  assert.equal(await learnedOf(['3', '4']), '3');
  assert.equal(await learnedOf(['3', '4'], { clean }), undefined);
  assert.equal(await learnedOf(['3', '4'], { sure: true }), undefined);
  assert.equal(await learnedOf(['4', '', '4'], { clean, sure: true }), '4');
  assert.equal(await learnedOf(['/b/4', '/b/4?full'], { clean, match: '/b/(\\d+)' }), '4');
  assert.equal(await learnedOf(['/b/3', '/b/4'], { clean, match: '/b/(\\d+)' }), undefined);
});
