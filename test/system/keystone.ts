// Runs one cell of the keystone matrix on the real demo stack, in a room of its own.

import assert from 'node:assert/strict';
import { setTimeout as delay } from 'node:timers/promises';
import { assemble, createMask, createSecrets } from '../../smoke/cli/assemble.ts';
import { type Settings, settingsOf } from '../../smoke/config/settings.ts';
import type { Look } from '../../smoke/core/look.ts';
import type { Judgement } from '../../smoke/core/verdict.ts';
import type { DemoHop } from '../../smoke/demo/fault.ts';
import type { Stack } from '../../smoke/demo/stack.ts';
import { readTruth } from '../../smoke/demo/truth.ts';
import { loadPlugin, pluginNames } from '../../smoke/probes/registry.ts';
import { keepsNothing } from '../../smoke/run/keeping.ts';
import { runMarker } from '../../smoke/run/scenario.ts';
import { share } from '../../smoke/run/shared.ts';
import { loadScenario } from '../../smoke/scenario/load.ts';
import type { Scenario } from '../../smoke/scenario/model.ts';
import { around, partnerLook } from './cell-scenario.ts';
import type { Expected, FaultAt } from './cells.ts';
import { lineScenario } from './line-scenario.ts';
import type { Cell } from './matrix.ts';
import { slowness } from './slowness.ts';

export type Outcome = {
  judgement: Judgement;
  /** `fault at hop`, as the processes of the stack wrote it down. */
  truth: readonly string[];
};

/** Runs one scenario to its judgement. */
export type Play = (scenario: Scenario) => Promise<Judgement>;

/** Long enough for the queue to be looked at while the job is in it, in ms. */
const inQueue = 400;

export function runCell(cell: Cell, room: number, stack: Stack): Promise<Outcome> {
  const { deadline = 1_500, grace = 300, settle = 1_000 } = cell.times;
  const partner = partnerLook(around(cell, room, stack));
  const text = lineScenario(cell, room, stack, { times: { deadline, grace, settle }, partner });
  return runWithFaults(cell, text, room, stack);
}

/** Runs a scenario in that room while the faults are on there. */
export async function runWithFaults(
  cell: Pick<Cell, 'fault' | 'with'>,
  text: string,
  room: number,
  stack: Stack,
  { play = playAlone, ms = inQueue }: { play?: Play; ms?: number } = {},
): Promise<Outcome> {
  const match = { room };
  const specs = [...(cell.fault === undefined ? [] : [cell.fault]), ...cell.with];
  const held = specs.some(({ name, at }) => at === 'queue' && ['delayed', 'stuck', 'dropped'].includes(name));
  if (!held) specs.push({ name: 'delayed', at: 'queue', ms });
  const faults = [];
  for (const spec of specs) {
    const slower = spec.ms === undefined ? {} : { ms: spec.ms * slowness };
    faults.push(await stack.fault({ ...spec, ...slower, match }));
  }
  try {
    const judgement = await play(await load(text));
    return { judgement, truth: await truthIn(room, stack, cell.fault) };
  } finally {
    for (const fault of faults) await fault.clear();
  }
}

/** A fault may strike after the record has arrived (a worker that crashes once it has pushed), so its line is waited for. */
async function truthIn(room: number, stack: Stack, awaited: FaultAt | undefined): Promise<readonly string[]> {
  const until = Date.now() + 5_000;
  for (;;) {
    const lines = readTruth(stack.paths.truth).filter((line) => line.room === room && line.fault !== 'none');
    const truth = [...new Set(lines.map(({ fault, hop }) => `${fault} at ${hop}`))];
    const isThere = awaited === undefined || truth.includes(`${awaited.name} at ${awaited.at}`);
    if (isThere || Date.now() > until) return truth;
    await delay(20);
  }
}

/** Fails where the outcome is not what the matrix demands, or where the fault did not strike. */
export function assertAsDemanded({ fault, expected }: Cell, { judgement, truth }: Outcome): void {
  assert.deepEqual(gotOf(judgement), expected, toldBy(judgement));
  assertStruck(fault, truth);
  assertSuspected(fault, judgement);
}

export function gotOf({ verdict, trail }: Pick<Judgement, 'verdict' | 'trail'>): Expected {
  return { verdict, lastSeen: trail.lastSeen?.hop as DemoHop | undefined, suspects: suspectsOf({ trail }) };
}

/** The headline and every hop's answer, for a cell that fails. */
export function toldBy({ headline, trail }: Pick<Judgement, 'headline' | 'trail'>): string {
  const answers = trail.answers.map(({ hop, kind, look }) => `${hop} ${kind}${whyBlind(look)}`);
  return `${headline} (${answers.join(', ')})`;
}

function whyBlind(look: Look | undefined): string {
  if (look?.kind === 'blind') return `: ${look.fault.message}`;
  return look?.kind === 'absent' && !look.proves ? `: ${look.detail ?? look.searched} proves nothing` : '';
}

export function assertStruck(fault: FaultAt | undefined, truth: readonly string[]): void {
  const struck = fault === undefined || truth.includes(`${fault.name} at ${fault.at}`);
  assert.ok(struck, `the fault did not strike: ${truth.join(', ')}`);
}

/** Where anything is suspected, the hop that did it is. */
export function assertSuspected(fault: FaultAt | undefined, { trail }: Pick<Judgement, 'trail'>): void {
  if (fault === undefined || trail.suspects.length === 0) return;
  const found = trail.suspects.some(({ hop }) => hop === fault.at);
  assert.ok(found, `${fault.at} is not suspected at ${trail.destination}`);
}

export function suspectsOf({ trail }: Pick<Judgement, 'trail'>): string {
  return trail.suspects.map(({ hop, part }) => (part === 'handing-on' ? `${hop}>` : hop)).join(' ');
}

async function load(text: string): Promise<Scenario> {
  const tools = { plugin: loadPlugin, pluginNames, readFile: () => Promise.reject(new Error('no file')), baseDir: '/' };
  const loaded = await loadScenario(text, 'keystone.yaml', tools);
  if (!loaded.ok) throw new Error(loaded.problems.map(({ message, place }) => `${place.line}: ${message}`).join('\n'));
  return loaded.scenario;
}

/** In a run of its own. */
async function playAlone(scenario: Scenario): Promise<Judgement> {
  const run = startRun();
  return run.play(scenario).finally(run.close);
}

/** A run of as many scenarios as are played in it: they share what the markers of a run share. */
export function startRun(hosts: Settings['hosts'] = {}): { play: Play; close(): Promise<void> } {
  const merged = settingsOf({}, {});
  if (!merged.ok) throw new Error('the default settings are wrong');
  const sink = { write: () => undefined, tty: false, columns: () => 80, rows: () => 24 };
  const world = {
    argv: [],
    env: {},
    cwd: '/',
    stdout: sink,
    stderr: sink,
    host: 'test',
    onSignal: () => () => undefined,
  };
  const mask = createMask();
  const reporters = { all: [], outputs: [] };
  const secrets = createSecrets({}, mask);
  const { ports } = assemble({
    settings: { ...merged.settings, hosts },
    world,
    env: {},
    reporters,
    keeping: keepsNothing,
    mask,
    secrets,
    plugins: { plugin: loadPlugin, names: pluginNames },
  });
  const shared = share({ id: 'keystone', startedAt: new Date().toISOString() }, ports);
  const { signal } = new AbortController();
  return {
    async play(scenario) {
      const order = { id: scenario.name, scenario, file: 'keystone.yaml', cleanup: false };
      const { judgement, crash } = await runMarker(order, shared, { stop: signal, kill: signal });
      if (crash !== undefined) throw crash;
      return judgement;
    },
    close: () => shared.close(),
  };
}
