import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { controlHeader } from '../../smoke/demo/control.ts';
import { get, json, type OwnStack, ownStack, postBooking } from './on-stack.ts';

let own: OwnStack;
before(async () => {
  own = await ownStack({ workers: 2, faults: [{ name: 'web-422', match: { room: 401 } }] });
});
after(() => own.end());

function send(method: string, path: string, body?: unknown, token = own.stack.controlToken): Promise<Response> {
  return fetch(`${own.stack.urls.control}${path}`, {
    method,
    headers: { [controlHeader]: token },
    ...(body !== undefined && { body: JSON.stringify(body) }),
  });
}

describe('the control server', () => {
  it('has the faults that the stack was started with', async () => {
    assert.equal((await postBooking(own.stack, 401)).status, 422);
    assert.equal((await postBooking(own.stack, 402)).status, 201);
    const { faults } = await get<{ faults: unknown[] }>(`${own.stack.urls.control}/faults`);
    assert.deepEqual(faults, [{ name: 'web-422', match: { room: 401 }, id: 'f1', at: 'web' }]);
  });

  it('switches a fault on and off', async () => {
    const on = await send('POST', '/faults', { name: 'web-500', match: { room: 403 } });
    assert.equal(on.status, 201);
    const { id } = await json<{ id: string }>(on);
    assert.equal((await postBooking(own.stack, 403)).status, 500);
    assert.equal((await send('DELETE', `/faults/${id}`)).status, 204);
    assert.equal((await send('DELETE', `/faults/${id}`)).status, 404);
    assert.equal((await postBooking(own.stack, 403)).status, 201);
  });

  it('changes nothing without its token', async () => {
    const refused = await send('POST', '/faults', { name: 'web-500', match: { room: 404 } }, 'guess');
    assert.equal(refused.status, 401);
    assert.equal((await send('DELETE', '/faults/f1', undefined, '')).status, 401);
    assert.equal((await postBooking(own.stack, 404)).status, 201);
    assert.equal((await postBooking(own.stack, 401)).status, 422);
  });

  it('says what is wrong with a fault', async () => {
    const refused = await send('POST', '/faults', { name: 'stripe' });
    assert.equal(refused.status, 422);
    assert.match(
      (await json<{ error: string }>(refused)).error,
      /no fault is called "stripe"; there are: stale-workers, /,
    );
  });

  it('deploys', async () => {
    assert.equal((await send('POST', '/deploy', { stale: 1 })).status, 204);
    const { instances } = await get<{ instances: { image: string }[] }>(`${own.stack.urls.control}/workers`);
    assert.deepEqual(
      instances.map(({ image }) => image),
      ['booking-worker:feature-note@41ab00c', 'booking-worker:main@9f2c1e7'],
    );
    assert.equal((await send('POST', '/deploy', { stale: 'all' })).status, 422);
  });
});
