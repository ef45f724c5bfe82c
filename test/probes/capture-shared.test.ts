// Several runs with one capture: who listens, who follows, and what is claimed when one of them ends.

import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { Blind } from '../../smoke/probes/plugin.ts';
import { testContext } from '../../smoke/testing/host.ts';
import { ask } from './capture-bench.ts';
import { only, openAt, opened } from './capture-looks.ts';

describe('two runs with one port', () => {
  test('see the same, whoever listens', async (t) => {
    const { url, port, partner, look } = await opened(t);
    const listen = `127.0.0.1:${port}`;
    const other = await openAt(t, { listen, forward: partner.url });
    const woken = other.changed?.(new AbortController().signal);
    await ask(`${url}/r/1`, {
      method: 'PUT',
      headers: { authorization: 'Bearer of-worker' },
      body: 'x'.repeat(300_000),
    });
    await woken;
    const learned: string[] = [];
    const third = await openAt(t, { listen }, { learn: (secret) => void learned.push(secret) });
    const seen = await only(await other.read({}, testContext()));
    assert.equal(seen.text(), (await only(await look())).text());
    assert.deepEqual((await third.read({}, testContext())).candidates, [], 'it was opened afterwards');
    const past = await third.read({}, testContext({ since: new Date(Date.now() - 60_000) }));
    assert.equal(
      (await only(past)).source,
      'PUT /r/1 → 201',
      'what is kept from before is read for a send that is past',
    );
    assert.ok(learned.includes('of-worker'));
    assert.match(past.unseen?.message ?? '', /since \S+ UTC only: what passed before was not seen$/);
    assert.doesNotMatch(past.unseen?.hint ?? '', /smoketrail capture/, 'one is followed already');
  });

  test('go on when the one that listens ends: the other takes its place, and claims nothing of the time between', async (t) => {
    const { url, port, partner, probe } = await opened(t);
    const listen = `127.0.0.1:${port}`;
    const other = await openAt(t, { listen, forward: partner.url });
    const follower = await openAt(t, { listen });
    await ask(`${url}/before`);
    const since = new Date();
    await other.read({}, testContext({ since }));
    const woken = other.changed?.(new AbortController().signal);
    await probe.close?.();
    await woken;
    const read = () => other.read({ path: '/nothing' }, testContext({ since }));
    await ask(`${url}/after`);
    assert.match((await read()).unseen?.message ?? '', /was away until/);
    const sources = (await other.read({}, testContext({ since }))).candidates.map(({ source }) => source);
    assert.deepEqual(sources, ['GET /before → 201', 'GET /after → 201']);
    const later = await other.read({ path: '/nothing' }, testContext({ since: new Date(Date.now() + 1_000) }));
    assert.deepEqual([later.whole, later.unseen], [true, undefined], 'a send since then is seen whole');
    const third = await follower.read({}, testContext({ since }));
    assert.ok(third.candidates.length > 0, 'who cannot listen follows who does');
  });

  test('are blind where nobody listens any more', async (t) => {
    const { port, probe } = await opened(t);
    const follower = await openAt(t, { listen: `127.0.0.1:${port}` });
    const deaf = assert.rejects(async () => follower.changed?.(new AbortController().signal), /has ended/);
    await probe.close?.();
    await deaf;
    await assert.rejects(
      follower.read({}, testContext()),
      (error) => error instanceof Blind && error.fault.kind === 'refused',
    );
  });
});

test('the control path is for this user of this machine alone, and never goes to the partner', async (t) => {
  const { url, partner } = await opened(t);
  const path = `${url}/.smoketrail/capture?after=0`;
  assert.equal((await ask(path)).status, 404);
  assert.equal((await ask(path, { headers: { 'x-smoketrail-proof': 'a.b' } })).status, 404);
  assert.equal(partner.seen.length, 0);
});
