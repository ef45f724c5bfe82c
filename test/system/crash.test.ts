import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { eventually } from '../demo/on-stack.ts';
import { type Ground, type Place, prepareGround, type Run } from './ground.ts';
import { waiting } from './script.ts';

/** Records beside ours, in the same room: without a marker, of a run a year ago, and of another run in the same second. */
async function neighbours(place: Place, marker: string): Promise<number[]> {
  const twin = marker.slice(0, -7) + (marker.endsWith('2') ? '3333333' : '2222222');
  const notes = ['Late & <tired>.', 'Late & <tired>. smk-t4n2xw7f3kq9tz2m', `Late & <tired>. ${twin} Grüße`];
  const ids: number[] = [];
  for (const note of notes) ids.push(await place.neighbour(note));
  return ids;
}

async function onlyThese(place: Place, ids: readonly number[], marker: string): Promise<void> {
  assert.deepEqual((await place.web()).map(({ id }) => id).sort(), [...ids].sort());
  const there = await place.partner();
  assert.deepEqual(
    there.filter(({ BookingNote }) => BookingNote.includes(marker)),
    [],
  );
  const refs = new Set(there.map(({ externalRef }) => Number(externalRef)));
  assert.deepEqual([...refs].sort(), [...ids].sort());
}

async function killed(run: Run): Promise<void> {
  run.kill('SIGKILL');
  assert.equal((await run.ended).signal, 'SIGKILL');
}

async function markerOf(run: Run): Promise<string> {
  return (await run.told('scenario.started')).marker;
}

describe('after kill -9 a sweep by another process leaves no record of the marker, and touches no other', {
  concurrency: 4,
}, () => {
  let ground: Ground;
  before(async () => {
    ground = await prepareGround();
  });
  after(() => ground.end());

  /** Kills the run at the moment, waits for the queue, sweeps, and looks. */
  async function sweepAfterKill(
    place: Place,
    moment: (run: Run, marker: string) => Promise<unknown>,
    release: () => void = () => undefined,
  ): Promise<{ code: number | null; stdout: string; marker: string; ids: readonly number[] }> {
    const run = place.run();
    const marker = await markerOf(run);
    await moment(run, marker);
    await killed(run);
    assert.ok(place.ledgerLines().some((line) => line.type === 'created' && line.marker === marker));
    release();
    const ids = await neighbours(place, marker);
    await place.queueIsEmpty();
    const { code, stdout } = await place.sweep();
    await onlyThese(place, ids, marker);
    return { code, stdout, marker, ids };
  }

  test('before the send: nothing is found, and the entry is watched until it can no longer arrive', async (t) => {
    const place = ground.place(t);
    const release = place.hold('send');
    const moment = (run: Run): Promise<unknown> => run.told('step.started', ({ phase }) => phase === 'send');
    const { code, stdout } = await sweepAfterKill(place, moment, release);
    assert.equal(code, 0);
    assert.match(stdout, /clean for now: find knows of no such record/);
    assert.ok(place.ledgerLines().length > 0, 'it may still arrive, so the entry stays');
  });

  test('during the send: the booking is found by its marker', async (t) => {
    const place = ground.place(t);
    const clear = await place.fault({ name: 'web-late', at: 'web', ms: 3_000 });
    const moment = async (_run: Run, marker: string): Promise<void> => {
      await eventually('the booking is saved', async () =>
        (await place.web()).some(({ hostMessage }) => hostMessage.includes(marker)) ? true : undefined,
      );
      await clear();
    };
    const { code, stdout } = await sweepAfterKill(place, moment);
    assert.equal(code, 0);
    assert.match(stdout, /✓ smk-.* clean: 3 clean steps done, and partner lacks the marker/);
    assert.deepEqual(place.ledgerLines(), []);
  });

  test('during the send, made several times: each record of the marker is found and removed', async (t) => {
    const { web } = ground.stack.urls;
    const place: Place = ground.place(t, {
      before: `- http: { method: POST, url: '${web}/api/bookings', json: { room: ${ground.nextRoom()}, nights: 1, guest: Zoë, hostMessage: '\${{ marker }}' } }`,
      after: waiting('after'),
    });
    const release = place.hold('after');
    const moment = (run: Run): Promise<unknown> => run.told('alias.learned');
    const { code, stdout } = await sweepAfterKill(place, moment, release);
    assert.equal(code, 0, stdout);
    assert.deepEqual(place.ledgerLines(), []);
  });

  test('while watching, the job stuck: what came later is removed at the partner too', async (t) => {
    const place = ground.place(t);
    const clear = await place.fault({ name: 'stuck', at: 'queue' });
    const moment = async (run: Run): Promise<void> => {
      await run.told('look', ({ hop, look }) => hop === 'queue' && look.kind === 'intact');
    };
    const release = (): void => void clear();
    const { code } = await sweepAfterKill(place, moment, release);
    assert.equal(code, 0);
    assert.deepEqual(place.ledgerLines(), []);
  });

  test('while cleaning: the steps that were not done are done', async (t) => {
    const place = ground.place(t);
    const release = place.hold('clean');
    const moment = (run: Run): Promise<unknown> => run.told('step.started', ({ phase }) => phase === 'clean');
    const { code } = await sweepAfterKill(place, moment, release);
    assert.equal(code, 0);
    assert.deepEqual(place.ledgerLines(), []);
  });
});
