// Runs one cell of the keystone matrix on the real demo stack, in a room of its own.

import { assemble, createMask, createSecrets } from '../../smoke/cli/assemble.ts';
import { settingsOf } from '../../smoke/config/settings.ts';
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
import type { Cell } from './matrix.ts';

export type Outcome = {
  judgement: Judgement;
  /** `fault at hop`, as the processes of the stack wrote it down. */
  truth: readonly string[];
};

/** Long enough for the queue to be looked at while the job is in it. */
const inQueue = 400;

export function runCell(cell: Cell, room: number, stack: Stack): Promise<Outcome> {
  return runWithFaults(cell, scenarioText(cell, room, stack), room, stack);
}

/** Runs a scenario in that room while the faults are on there. */
export async function runWithFaults(
  cell: Pick<Cell, 'fault' | 'with'>,
  text: string,
  room: number,
  stack: Stack,
): Promise<Outcome> {
  const match = { room };
  const specs = [...(cell.fault === undefined ? [] : [cell.fault]), ...cell.with];
  const held = specs.some(({ name, at }) => at === 'queue' && ['delayed', 'stuck', 'dropped'].includes(name));
  if (!held) specs.push({ name: 'delayed', at: 'queue', ms: inQueue });
  const faults = [];
  for (const spec of specs) faults.push(await stack.fault({ ...spec, match }));
  try {
    const judgement = await runOnce(await load(text));
    const lines = readTruth(stack.paths.truth).filter((line) => line.room === room && line.fault !== 'none');
    return { judgement, truth: [...new Set(lines.map(({ fault, hop }) => `${fault} at ${hop}`))] };
  } finally {
    for (const fault of faults) await fault.clear();
  }
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

async function runOnce(scenario: Scenario): Promise<Judgement> {
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
    settings: merged.settings,
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
  const order = { id: scenario.name, scenario, file: 'keystone.yaml', cleanup: false };
  try {
    const { judgement, crash } = await runMarker(order, shared, { stop: signal, kill: signal });
    if (crash !== undefined) throw crash;
    return judgement;
  } finally {
    await shared.close();
  }
}

export const closed = 'http://127.0.0.1:1';
export const nowhere = '/nonexistent';

function scenarioText(cell: Cell, room: number, stack: Stack): string {
  const { urls, paths } = stack;
  const seen = (hop: DemoHop, there: string, blind: string): string => (cell.blind === hop ? blind : there);
  const { deadline = 1_500, grace = 300, settle = 1_000 } = cell.times;
  return `
name: keystone
deadline: ${deadline}ms
grace: ${grace}ms
settle: ${settle}ms
confirm: 300ms
timeout: 800ms
poll: { first: 40ms, factor: 1.3, max: 150ms }
send:
  http:
    method: POST
    url: ${urls.web}/api/bookings
    json: { room: ${room}, nights: 1, guest: Zoë, hostMessage: 'Zoë arrives late & needs <parking>, à bientôt. \${{ marker }} Grüße' }
    expect: { status: 201 }
    keep: { booking: $.id }
route:
  - hop: web
    look:
      http: { url: '${seen('web', urls.web, closed)}/api/bookings/\${{ booking }}', field: $.hostMessage }
    release:
      http: { url: '${urls.web}/version', field: $.commit, instance: $.instance, started: $.startedAt }
  - hop: queue
    keeps: false
    look:
      sql:
        sqlite: ${seen('queue', paths.queueDb, nowhere)}
        query: SELECT id, payload FROM jobs WHERE CAST(payload ->> 'booking' AS TEXT) = :booking
        params: { booking: '\${{ booking }}' }
        field: $.payload.hostMessage
  - hop: worker
    sees: out
    look:
      log:
        path: ${seen('worker', paths.workerLog, nowhere)}
        where: { $.push.externalRef: '\${{ booking }}' }
        field: $.push.BookingNote
    release:
      http: { url: '${urls.control}/workers?room=${room}', records: '$.instances[*]', field: $.commit, instance: $.name, started: $.startedAt }
  - hop: partner
    look:
      http:
        url: ${seen('partner', urls.partner, closed)}/reservations?room=${room}
        records: $.reservations[*]
        where: { $.externalRef: '\${{ booking }}' }
        field: $.BookingNote
${cell.sameBuild ? 'releases: { same: [web, worker], by: commit }' : ''}
find:
  - http:
      url: ${urls.web}/api/bookings?search=\${{ marker }}
      records: $.bookings[*]
      keep: { booking: $.id }
`;
}
