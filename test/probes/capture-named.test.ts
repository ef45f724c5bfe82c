// A request whose own path names the record is the record's: what it lacks was stripped. A pattern alone names none.

import assert from 'node:assert/strict';
import { describe, type TestContext, test } from 'node:test';
import type { Look } from '../../smoke/core/look.ts';
import { ask } from './capture-bench.ts';
import { lookIn, marker } from './capture-judged.ts';
import { opened } from './capture-looks.ts';

const field = '$.request.body.note';

/** `path`: as it is once the alias stands in it. */
type Case = { method?: string; to: string; path: string; named?: boolean; body?: string; field?: string };

async function looked(t: TestContext, given: Case, booking = '9100'): Promise<Look> {
  const { method = 'PUT', to, path, named = true, body = '{}' } = given;
  const { url, look } = await opened(t);
  await ask(`${url}/health`);
  await ask(`${url}${to}`, { method, ...(method !== 'GET' && { body }) });
  return lookIn(await look({ path }, { named }), { field: given.field ?? field }, { booking });
}

describe('a request whose path names the record', () => {
  for (const [to, path] of [
    ['/res/9100', '/res/9100'],
    ['/res/9100/lines', '/res/9100/*'],
    ['/v2/res/9100', '*/res/9100'],
    ['/res/R9100', '/res/R9100'],
    ['/res?id=9100', '/res?id=9100*'],
    ['/res/%39100', '/res/9100'],
  ] as const)
    test(`went out stripped: ${to} by ${path}`, async (t) => {
      const found = await looked(t, { to, path });
      assert.equal(found.kind, 'stripped', JSON.stringify(found));
      assert.equal('evidence' in found && found.evidence.source, `PUT ${to} → 201`);
    });

  test('and holds the text is intact, and by reference where no more is carried', async (t) => {
    const body = JSON.stringify({ note: `Late. ${marker}` });
    assert.equal((await looked(t, { to: '/res/9100', path: '/res/9100', body })).kind, 'intact');
    const { url, look } = await opened(t);
    await ask(`${url}/res/9100`, { method: 'PUT', body: '{}' });
    const reading = await look({ path: '/res/9100' }, { named: true });
    assert.equal(lookIn(reading, { reference: true }, { booking: '9100' }).kind, 'reference');
  });

  test('only read it: nothing is expected in that, unless the scenario names the method', async (t) => {
    assert.equal((await looked(t, { method: 'GET', to: '/res/9100', path: '/res/9100' })).kind, 'blind');
    const { url, look } = await opened(t);
    await ask(`${url}/res/9100`, { method: 'DELETE' });
    const reading = await look({ path: '/res/9100', method: 'DELETE' }, { named: true });
    assert.equal(lookIn(reading, { field }, { booking: '9100' }).kind, 'stripped');
  });

  test('only read it, beside the one that wrote it: that makes no second copy, and no worse one', async (t) => {
    const { url, look } = await opened(t);
    await ask(`${url}/res/9100`, { method: 'PUT', body: JSON.stringify({ note: `Late. ${marker}` }) });
    await ask(`${url}/res/9100`);
    const found = lookIn(await look({ path: '/res/9100' }, { named: true }), { field }, { booking: '9100' });
    assert.ok(found.kind === 'intact' && found.worse === undefined, JSON.stringify(found));
    assert.equal(found.evidence.copies, undefined);
  });

  test('says nothing of what the partner answered', async (t) => {
    const found = await looked(t, { to: '/res/9100', path: '/res/9100', field: '$.response.body.note' });
    assert.equal(found.kind, 'blind', JSON.stringify(found));
  });
});

describe('a pattern', () => {
  test('chooses no record by itself', async (t) => {
    const found = await looked(t, { to: '/res/9100', path: '/res/*', named: false });
    assert.equal(found.kind, 'absent', JSON.stringify(found));
  });

  test('that takes another record as well does not name it', async (t) => {
    for (const [to, path] of [
      ['/res/9100', '/res/91*'],
      ['/res/9100?v=91', '/res/91*'],
      ['/res/91-2', '/res/91*'],
    ] as const) {
      const found = await looked(t, { to, path }, '91');
      assert.equal(found.kind, 'blind', to + JSON.stringify(found));
    }
  });
});
