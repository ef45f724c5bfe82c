// What steps and looks are called.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Plugin } from '../../smoke/probes/plugin.ts';
import { titleOf } from '../../smoke/scenario/titles.ts';

function titled(title: string): string {
  return titleOf({ name: 'mine', title: () => title } as unknown as Plugin, {});
}

test('a title has names where values will be, and no template, whole or cut', () => {
  assert.equal(titled('GET /bookings/${{ booking }}/${{vars.part}}'), 'GET /bookings/‹booking›/‹vars.part›');
  assert.equal(titled('GET /${{ env.PLACE ?? run.id }}'), 'GET /‹env.PLACE ?? run.id›');
  assert.equal(titled('SELECT 1 WHERE x = ${{ boo'), 'SELECT 1 WHERE x = ‹boo›');
  assert.ok(!titled(`${'x'.repeat(190)}\${{ booking }}`).includes('${{'));
});
