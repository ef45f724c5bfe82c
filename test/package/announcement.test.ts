import assert from 'node:assert/strict';
import { test } from 'node:test';
import { keepBack } from '../../smoke/package/announcement.ts';

test('the one announcement is kept back, in either way of emitting it, and every other warning passes', async () => {
  const emitWarning = process.emitWarning;
  const seen: string[] = [];
  const listen = ({ message }: Error): void => void seen.push(message);
  process.on('warning', listen);
  try {
    keepBack('vm.ODD');
    process.emitWarning('vm.ODD is an experimental feature', 'ExperimentalWarning');
    process.emitWarning('vm.ODD is an experimental feature', { type: 'ExperimentalWarning' });
    process.emitWarning('vm.ODD is deprecated', 'DeprecationWarning');
    process.emitWarning('another is an experimental feature', 'ExperimentalWarning');
    await new Promise((resolve) => setImmediate(resolve));
    assert.deepEqual(seen, ['vm.ODD is deprecated', 'another is an experimental feature']);
  } finally {
    process.off('warning', listen);
    process.emitWarning = emitWarning;
  }
});
