// One run as a whole, added up from its events: what every reporter that speaks at the end reads.

import type { RunEvent } from './events.ts';
import type { Cost, Look } from './look.ts';
import type { HopReleases } from './release.ts';
import type { HopFact } from './route.ts';

type Of<T extends RunEvent['type']> = Extract<RunEvent, { type: T }>;
type Facts<T extends RunEvent['type']> = Omit<Of<T>, 'type' | 'seq' | 'scenario'>;

/** Plain data. `at` is wall clock (ISO 8601), `ms` is since the run started. */
export type RunRecord = {
  /** Absent where the stream lost its beginning. */
  started?: Facts<'run.started'>;
  scenarios: ScenarioRecord[];
  warnings: Note[];
  reporterFailures: { reporter: string; message: string; ms: number }[];
  /** Absent where the stream was cut: the runner was killed, or still runs. */
  finished?: Facts<'run.finished'>;
};

export type ScenarioRecord = {
  /** Unique in a run. */
  id: string;
  name: string;
  file: string;
  line: number;
  tags: readonly string[];
  description?: string;
  marker: string;
  host: string;
  route: readonly HopFact[];
  times?: Of<'scenario.started'>['times'];
  at: string;
  ms: number;
  /** When the clock of its deadline started: the start of the last send step. */
  clockMs?: number;
  steps: StepRecord[];
  aliases: { name: string; value: string; by: string; ms: number }[];
  /** The timeline: every look that changed a hop's outcome, in the order they were told. */
  looks: LookRecord[];
  /** What it waits for now, where it said so. */
  releases: HopReleases[];
  warnings: Note[];
  /** Absent where the stream ended before it was judged. */
  verdict?: Facts<'verdict'>;
  cleaned?: Facts<'cleaned'>;
};

export type StepRecord = {
  phase: Of<'step.started'>['phase'];
  title: string;
  ms: number;
  /** Absent while it is under way. */
  outcome?: Of<'step.finished'>['outcome'];
  summary?: string;
  cost?: Cost;
  hint?: string;
  attachments?: readonly string[];
  endedMs?: number;
};

export type LookRecord = {
  hop: string;
  look: Look;
  since: number;
  looks: number;
  cost: Cost;
  why?: Of<'look'>['why'];
  ms: number;
};

export type Note = { message: string; hop?: string; hint?: string; ms: number };

export function createRecord(): RunRecord {
  return { scenarios: [], warnings: [], reporterFailures: [] };
}

// Finding a scenario must not cost more with every marker of a burst.
const byId = new WeakMap<RunRecord, Map<string, ScenarioRecord>>();

/** Adds an event to the record it is given, and returns that record. Types it does not know change nothing. */
export function fold(record: RunRecord, event: RunEvent): RunRecord {
  switch (event.type) {
    case 'run.started':
      record.started = without(event);
      break;
    case 'run.finished':
      record.finished = without(event);
      break;
    case 'reporter.failed':
      record.reporterFailures.push({ reporter: event.reporter, message: event.message, ms: event.ms });
      break;
    case 'warning': {
      const { message, hop, hint, ms } = event;
      const notes = event.scenario === undefined ? record.warnings : scenarioIn(record, event.scenario, event).warnings;
      notes.push({ message, ...(hop !== undefined && { hop }), ...(hint !== undefined && { hint }), ms });
      break;
    }
    default:
      if (isOfScenario(event)) foldScenario(scenarioIn(record, event.scenario, event), event);
  }
  return record;
}

/** Scenarios that were started and never judged, as a killed run leaves them. */
export function unjudged(record: RunRecord): ScenarioRecord[] {
  return record.scenarios.filter(({ verdict }) => verdict === undefined);
}

/** Scenarios of the plan of which fewer markers were started than planned: the run was stopped, or bailed out. */
export function notStarted(record: RunRecord): { name: string; file: string; markers: number }[] {
  const started = Map.groupBy(record.scenarios, ({ name, file }) => JSON.stringify([name, file]));
  return (record.started?.scenarios ?? []).flatMap(({ name, file, markers }) => {
    const missing = markers - (started.get(JSON.stringify([name, file]))?.length ?? 0);
    return missing > 0 ? [{ name, file, markers: missing }] : [];
  });
}

/** The last look told of a hop. */
export function latestLook(scenario: ScenarioRecord, hop: string): LookRecord | undefined {
  return scenario.looks.findLast((look) => look.hop === hop);
}

type ScenarioEvent = Extract<RunEvent, { scenario: string }>;

function isOfScenario(event: RunEvent): event is ScenarioEvent {
  return 'scenario' in event && typeof event.scenario === 'string' && Object.hasOwn(scenarioTypes, event.type);
}

const scenarioTypes = {
  'scenario.started': true,
  'step.started': true,
  'step.finished': true,
  'clock.started': true,
  'alias.learned': true,
  look: true,
  releases: true,
  verdict: true,
  cleaned: true,
} satisfies Partial<Record<RunEvent['type'], true>>;

function foldScenario(scenario: ScenarioRecord, event: ScenarioEvent): void {
  switch (event.type) {
    case 'scenario.started':
      Object.assign(scenario, ofScenarioOnly(event));
      break;
    case 'step.started':
      scenario.steps.push({ phase: event.phase, title: event.title, ms: event.ms });
      break;
    case 'step.finished':
      finishStep(scenario.steps, event);
      break;
    case 'clock.started':
      scenario.clockMs = event.ms;
      break;
    case 'alias.learned':
      scenario.aliases.push({ name: event.name, value: event.value, by: event.by, ms: event.ms });
      break;
    case 'look': {
      const { hop, look, since, looks, cost, why, ms } = event;
      scenario.looks.push({ hop, look, since, looks, cost, ...(why !== undefined && { why }), ms });
      break;
    }
    case 'releases': {
      const { hop, instances, fault } = event;
      const found = { hop, instances, ...(fault !== undefined && { fault }) };
      const index = scenario.releases.findIndex((one) => one.hop === hop);
      if (index === -1) scenario.releases.push(found);
      else scenario.releases[index] = found;
      break;
    }
    case 'verdict':
      scenario.verdict = ofScenarioOnly(event);
      break;
    case 'cleaned':
      scenario.cleaned = ofScenarioOnly(event);
      break;
  }
}

function finishStep(steps: StepRecord[], event: Of<'step.finished'>): void {
  const { phase, title, outcome, summary, cost, hint, attachments, ms } = event;
  const more = { ...(hint !== undefined && { hint }), ...(attachments !== undefined && { attachments }) };
  const end = { outcome, summary, cost, ...more, endedMs: ms };
  const open = steps.find((step) => step.outcome === undefined && step.phase === phase && step.title === title);
  if (open === undefined) steps.push({ phase, title, ms, ...end });
  else Object.assign(open, end);
}

/** A scenario whose start the stream lost is kept under its id with nothing else known. */
function scenarioIn(record: RunRecord, id: string, { at, ms }: RunEvent): ScenarioRecord {
  let known = byId.get(record);
  if (known === undefined) {
    known = new Map(record.scenarios.map((scenario) => [scenario.id, scenario]));
    byId.set(record, known);
  }
  const found = known.get(id);
  if (found !== undefined) return found;
  const unknown = { id, name: id, file: '', line: 0, tags: [], marker: '', host: '', route: [], at, ms };
  const scenario: ScenarioRecord = { ...unknown, steps: [], aliases: [], looks: [], releases: [], warnings: [] };
  record.scenarios.push(scenario);
  known.set(id, scenario);
  return scenario;
}

function without<E extends RunEvent>(event: E): Omit<E, 'type' | 'seq'> {
  const { type: _type, seq: _seq, ...facts } = event;
  return facts;
}

function ofScenarioOnly<E extends ScenarioEvent>(event: E): Omit<E, 'type' | 'seq' | 'scenario'> {
  const { type: _type, seq: _seq, scenario: _scenario, ...facts } = event;
  return facts;
}
