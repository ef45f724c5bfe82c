import assert from 'node:assert/strict';
import { it } from 'node:test';
import { rateLimit } from '../../smoke/demo/rate-limit.ts';

it('lets so many requests pass in a window, then says how many whole seconds to wait', () => {
  const ask = rateLimit(2, 2500);
  assert.deepEqual([ask(0), ask(10), ask(20), ask(2000), ask(2500)], [undefined, undefined, 3, 1, undefined]);
});
