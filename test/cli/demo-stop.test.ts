// How a signal reaches the demo and the run that it plays: none is lost, and each is told.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { stopOnSignal } from '../../smoke/cli/demo-stop.ts';
import type { World } from '../../smoke/cli/world.ts';

type Heard = Parameters<World['onSignal']>[0];

function worldWithSignals(): { world: World; signal: Heard; told: string[] } {
  const [callbacks, told] = [new Set<Heard>(), [] as string[]];
  const sink = { write: (text: string) => void told.push(text), tty: false, columns: () => 80, rows: () => 24 };
  const world: World = {
    argv: [],
    env: {},
    cwd: '/',
    host: 'here',
    stdout: sink,
    stderr: sink,
    onSignal(callback) {
      callbacks.add(callback);
      return () => void callbacks.delete(callback);
    },
  };
  return { world, told, signal: (which) => callbacks.forEach((callback) => void callback(which)) };
}

test('a signal is told at once, and once', () => {
  const { world, signal, told } = worldWithSignals();
  const stop = stopOnSignal(world);
  signal('SIGTERM');
  signal('SIGINT');
  stop.say();
  assert.deepEqual(told, ['\nStopping the stack.\n']);
  assert.equal(stop.signal.aborted, true);
  assert.equal(stop.code(), 143);
});

test('a run hears the signal that came before it listened', () => {
  const { world, signal } = worldWithSignals();
  const stop = stopOnSignal(world);
  signal('SIGINT');
  const heard: string[] = [];
  stop.worldOf(world).onSignal((which) => heard.push(which));
  assert.deepEqual(heard, ['SIGINT']);
  assert.equal(stop.code(), 130);
});

test('while a run listens, its display is not written into', () => {
  const { world, signal, told } = worldWithSignals();
  const stop = stopOnSignal(world);
  const heard: string[] = [];
  const ended = stop.worldOf(world).onSignal((which) => heard.push(which));
  signal('SIGINT');
  assert.deepEqual([heard, told], [['SIGINT'], []]);
  ended();
  stop.say();
  assert.deepEqual(told, ['\nStopping the stack.\n']);
});
