// smoketrail demo: the reference booking stack. Two acts on their own, or --up to play with it.

import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { textOf } from '../core/text-of.ts';
import { faultKinds } from '../demo/fault.ts';
import { plainFaults } from '../demo/fault-spec.ts';
import { MissingPart } from '../demo/needed.ts';
import type { QueueChoice } from '../demo/queue-place.ts';
import { ServerUnusable } from '../demo/server-unusable.ts';
import { knownPorts, type Stack, startStack } from '../demo/stack.ts';
import type { StackOptions } from '../demo/stack-options.ts';
import { playActs } from './demo-acts.ts';
import { type DemoOptions, demoWish } from './demo-options.ts';
import { stopOnSignal } from './demo-stop.ts';
import { keepUp } from './demo-up.ts';
import { RunnerError, UsageError, type World } from './world.ts';

export async function demoCommand(given: Record<string, unknown>, world: World): Promise<number> {
  const options = given as DemoOptions;
  if (options.fault?.includes('list')) return listFaults(world);
  const wish = demoWish(options);
  const { queue, pushTo } = wish;
  const stop = stopOnSignal(world);
  const dir = await mkdtemp(path.join(tmpdir(), 'smoketrail-demo-'));
  let stack: Stack | undefined;
  try {
    world.stdout.write(`Starting the booking stack: web, queue${broker(queue)}, four workers, partner.\n`);
    const ports = options.up ? { ports: knownPorts } : {};
    // Slow enough for a person to find the job waiting in the queue, as on a busy day.
    stack = await startUnless(stop.signal, { dir, queue, jobPollMs: 400, ...ports, ...(pushTo && { pushTo }) });
    stop.signal.throwIfAborted();
    for (const note of stack.notes) world.stdout.write(`  ${note}\n`);
    return options.up ? await keepUp(stack, wish, world, stop) : await playActs(stack, dir, options, world, stop);
  } catch (error) {
    if (!stop.signal.aborted) throw explained(error);
    stop.say();
    return stop.code();
  } finally {
    await stack?.stop();
    await rm(dir, { recursive: true, force: true, maxRetries: 5 });
    // Until here another Ctrl-C must not leave processes and files behind.
    stop.forget();
  }
}

/** What the stack says of itself is all there is to say. */
function explained(error: unknown): unknown {
  if (error instanceof RunnerError || error instanceof UsageError) return error;
  const hint = error instanceof MissingPart || error instanceof ServerUnusable ? error.hint : undefined;
  return new RunnerError(textOf(error), hint, error);
}

/** What the queue runs on, for the first line: a server takes its time to start. */
function broker({ system, url }: QueueChoice): string {
  if (system === 'sqlite') return '';
  return ` (${system}, ${url === undefined ? 'with a server of its own' : 'on the server that was named'})`;
}

/** A signal stops the stack while it starts; later on what runs against it is cleaned up first. */
async function startUnless(stopped: AbortSignal, options: StackOptions): Promise<Stack> {
  const starting = new AbortController();
  const give = (): void => starting.abort(stopped.reason);
  stopped.addEventListener('abort', give);
  try {
    return await startStack(options, starting.signal);
  } finally {
    stopped.removeEventListener('abort', give);
  }
}

function listFaults(world: World): number {
  for (const name of plainFaults) world.stdout.write(`${name.padEnd(16)} at ${faultKinds[name].at.join(', ')}\n`);
  return 0;
}
