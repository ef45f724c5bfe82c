// What the system tests of crashes, signals and sweeps stand on: one demo stack, and for each test a room of its own with
// a scenario, a ledger and the real program run as a child process.

import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { TestContext } from 'node:test';
import type { Body, RunEvent } from '../../smoke/core/events.ts';
import { type LedgerLine, readLine } from '../../smoke/core/ledger-line.ts';
import type { FaultSpec } from '../../smoke/demo/fault.ts';
import { type Stack, startStack } from '../../smoke/demo/stack.ts';
import { eventually } from '../demo/on-stack.ts';
import { type Ended, type Program, startProgram } from './program.ts';
import { type Script, scenarioText } from './script.ts';

export type Ground = {
  stack: Stack;
  place(t: TestContext, script?: Script): Place;
  /** The room of the next place. */
  nextRoom(): number;
  end(): Promise<void>;
};

const heldSteps = ['send', 'after', 'clean'] as const;
type Held = (typeof heldSteps)[number];

export type Stored = { id: number; room: number; hostMessage: string };
export type Arrived = { id: string; externalRef: string; BookingNote: string };

export type Place = {
  room: number;
  stack: Stack;
  /** The test's own folder; `file` and `ledger` lie in it. */
  dir: string;
  file: string;
  ledger: string;
  /** Starts `smoketrail run` on the scenario. */
  run(args?: readonly string[], more?: StartMore): Run;
  /** Runs `smoketrail sweep` to its end. */
  sweep(args?: readonly string[], more?: StartMore): Promise<Ended>;
  /** Starts the program with these arguments, on this place's ledger. */
  start(args: readonly string[], more?: StartMore): Program;
  /** Changes the scenario's text, and gives it. */
  rewrite(change: (text: string) => string): string;
  /** Switches a fault on for the room; gives what switches it off. */
  fault(spec: Omit<FaultSpec, 'match'>): Promise<() => Promise<void>>;
  /** Makes the step that is named so wait, until it is released. */
  hold(name: Held): () => void;
  /** Bookings of the room at the web app, and reservations of it at the partner. */
  web(): Promise<Stored[]>;
  partner(): Promise<Arrived[]>;
  /** A booking that the test made itself, with that note; gives its id. */
  neighbour(note: string): Promise<number>;
  /** Resolves when no job of the room is waiting or under way. */
  queueIsEmpty(): Promise<void>;
  /** Resolves when a reservation of the room is at the partner. */
  hasArrived(): Promise<void>;
  /** The lines in the ledger of the runs that are not finished. */
  ledgerLines(): LedgerLine[];
};

/** A run of the scenario, with the events it has told so far. */
export type Run = Program & {
  events(): RunEvent[];
  /** Resolves with the first event that fits. */
  told<T extends Body['type']>(
    type: T,
    fits?: (event: Extract<RunEvent, { type: T }>) => boolean,
  ): Promise<Extract<RunEvent, { type: T }>>;
  marker(): string;
};

export type StartMore = {
  env?: Readonly<Record<string, string>>;
  /** Runs the command line by way of another program (a terminal). */
  through?: (command: readonly string[]) => readonly string[];
  /** In place of the place's own. */
  ledger?: string;
};

export async function prepareGround(): Promise<Ground> {
  const dir = mkdtempSync(path.join(tmpdir(), 'smoketrail-system-'));
  const stack = await startStack({ dir, reservationMs: 800, retryMs: 100 });
  let places = 0;
  return {
    stack,
    place: (t, script = {}) => {
      places += 1;
      return placeIn(t, script, { stack, room: 1_000 + places, dir: path.join(dir, `place-${places}`) });
    },
    nextRoom: () => 1_001 + places,
    end: async () => {
      await stack.stop();
      rmSync(dir, { recursive: true, force: true, maxRetries: 5 });
    },
  };
}

function placeIn(
  t: TestContext,
  script: Script,
  { stack, room, dir }: { stack: Stack; room: number; dir: string },
): Place {
  const ledger = path.join(dir, 'ledger');
  const temp = path.join(dir, 'temp');
  const file = path.join(dir, 'booking.yaml');
  mkdirSync(temp, { recursive: true });
  writeFileSync(file, scenarioText(script, { room, urls: stack.urls, queueDb: stack.paths.queueDb }));
  const programs: Program[] = [];
  const faults: (() => Promise<void>)[] = [];
  let runs = 0;
  t.after(async () => {
    // A step that still waits for its hold ends when the file is gone.
    for (const name of heldSteps) rmSync(path.join(dir, `hold-${name}`), { force: true });
    for (const program of programs) await program.end();
    for (const clear of faults) await clear();
    if (Reflect.get(t, 'passed') === false)
      for (const program of programs) t.diagnostic(`${program.shown}\n${program.output()}`);
    const left = readdirSync(temp);
    if (left.length > 0) throw new Error(`temporary files were left behind: ${left.join(', ')}`);
  });

  const start: Place['start'] = (args, { env = {}, through, ledger: where = ledger } = {}) => {
    const program = startProgram([...args, '--ledger', where], { cwd: dir, env: { TMPDIR: temp, ...env }, through });
    programs.push(program);
    return program;
  };
  const sweep: Place['sweep'] = (args = [], more = {}) => start(['sweep', ...args], more).ended;
  const run: Place['run'] = (args = [], more = {}) => {
    runs += 1;
    const log = path.join(dir, `run-${runs}.ndjson`);
    return recorded(start(['run', file, '--reporter', `ndjson=${log}`, ...args], more), log);
  };

  const partner = async (): Promise<Arrived[]> => {
    const { reservations } = await get<{ reservations: Arrived[] }>(`${stack.urls.partner}/reservations?room=${room}`);
    return reservations;
  };

  return {
    room,
    stack,
    dir,
    file,
    ledger,
    start,
    sweep,
    run,
    rewrite: (change) => {
      const text = change(readFileSync(file, 'utf8'));
      writeFileSync(file, text);
      return text;
    },
    fault: async (spec) => {
      const { clear } = await stack.fault({ ...spec, match: { room } });
      let cleared: Promise<void> | undefined;
      const once = (): Promise<void> => {
        cleared ??= clear();
        return cleared;
      };
      faults.push(once);
      return once;
    },
    hold: (name) => {
      const held = path.join(dir, `hold-${name}`);
      writeFileSync(held, '');
      return () => rmSync(held, { force: true });
    },
    web: async () => {
      const { bookings } = await get<{ bookings: Stored[] }>(`${stack.urls.web}/api/bookings?search=`);
      return bookings.filter((booking) => booking.room === room);
    },
    partner,
    neighbour: async (note) => {
      const body = JSON.stringify({ room, nights: 1, guest: 'Neighbour', hostMessage: note });
      const response = await fetch(`${stack.urls.web}/api/bookings`, { method: 'POST', body });
      return ((await response.json()) as { id: number }).id;
    },
    queueIsEmpty: () =>
      eventually('the queue is empty', async () => {
        const { jobs } = await get<{ jobs: { payload: { room: number } }[] }>(`${stack.urls.queue}/jobs?limit=1000`);
        return jobs.some(({ payload }) => payload.room === room) ? undefined : true;
      }).then(() => undefined),
    hasArrived: () =>
      eventually('it arrives at the partner', async () => ((await partner()).length > 0 ? true : undefined)).then(
        () => undefined,
      ),
    ledgerLines: () => linesIn(ledger),
  };
}

function linesIn(ledger: string): LedgerLine[] {
  return readdirSync(ledger)
    .filter((name) => name.endsWith('.ndjson') && name !== 'history.ndjson')
    .flatMap((name) => readFileSync(path.join(ledger, name), 'utf8').split('\n'))
    .map(readLine)
    .filter((line) => line !== undefined && line.type !== 'unknown') as LedgerLine[];
}

function recorded(program: Program, log: string): Run {
  const events = (): RunEvent[] => {
    const text = textOf(log);
    const whole = text.slice(0, text.lastIndexOf('\n') + 1);
    return whole
      .split('\n')
      .filter((line) => line !== '')
      .map((line) => JSON.parse(line) as RunEvent);
  };
  const told: Run['told'] = (type, fits = () => true) => {
    type Told = Extract<RunEvent, { type: typeof type }>;
    const isIt = (event: RunEvent): event is Told => event.type === type && fits(event as Told);
    return eventually(`${type} of ${program.shown}`, () => {
      const event = events().find(isIt);
      if (event === undefined && program.isOver()) throw new Error(`it ended before: ${program.output()}`);
      return event;
    });
  };
  const marker = (): string => {
    const started = events().find((event) => event.type === 'scenario.started');
    if (started?.type !== 'scenario.started') throw new Error('no scenario has started');
    return started.marker;
  };
  return { ...program, events, told, marker };
}

function textOf(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return '';
    throw error;
  }
}

async function get<T>(url: string): Promise<T> {
  const response = await fetch(url);
  if (!response.ok) throw new Error(`${url} answered ${response.status}`);
  return (await response.json()) as T;
}
