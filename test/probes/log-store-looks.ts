// A look at a store of logs in a test: opened, read, closed with the test; and the blind one.

import assert from 'node:assert/strict';
import type { TestContext } from 'node:test';
import type { Reading } from '../../smoke/core/look.ts';
import { Blind, type Host, type Plugin, type Probe, type ReadContext } from '../../smoke/probes/plugin.ts';
import { lookContext, testHost } from '../host.ts';

export type Looks<O> = {
  read(options: O, context?: Partial<ReadContext>): Promise<Reading>;
  blind(options: O, context?: Partial<ReadContext>): Promise<Blind>;
};

/** Opened with those of the options that connect. */
export async function looksOf<O>(
  t: TestContext,
  plugin: Plugin<O>,
  given: O,
  host: Partial<Host> = {},
): Promise<Looks<O>> {
  const connects: readonly string[] = plugin.connects;
  const chosen = Object.entries(given as object).filter(([name]) => connects.includes(name));
  const probe = await plugin.open?.(Object.fromEntries(chosen) as Partial<O>, testHost(host));
  assert.ok(probe);
  t.after(() => probe.close?.());
  return {
    read: (options, context) => read(probe, options, context),
    blind: (options, context) => blind(probe, options, context),
  };
}

/** Since a minute ago, where the test says nothing else. */
function read<O>(probe: Probe<O>, options: O, context: Partial<ReadContext> = {}): Promise<Reading> {
  return probe.read(options, lookContext({ since: new Date(Date.now() - 60_000), ...context }));
}

async function blind<O>(probe: Probe<O>, options: O, context?: Partial<ReadContext>): Promise<Blind> {
  const error = await read(probe, options, context).then(
    ({ searched }) => assert.fail(`it read ${searched}`),
    (thrown: unknown) => thrown,
  );
  assert.ok(error instanceof Blind, String(error));
  return error;
}

export function textsOf({ candidates }: Reading): string[] {
  return candidates.map((candidate) => candidate.text());
}
