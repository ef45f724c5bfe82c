// The lines of a ledger file: what each says, how it is written and how it is read back.

import type { VerdictName } from './verdict.ts';

/** How the run's markers are built, so that a marker can be searched for without the scenario. */
export type LedgerShape = { prefix: string; separator: string; case: 'lower' | 'upper'; length: number };

/** What is on disk before a send leaves. Never resolved steps: they hold secrets. */
export type Created = {
  /** The scenario's name. */
  scenario: string;
  /** The scenario file, as an absolute path. */
  file: string;
  /** Folder that relative paths of the scenario start from, where it is not the file's own. */
  baseDir?: string;
  marker: string;
  shape: LedgerShape;
  /** Name of the destination hop; of the last one where there are several. */
  destination: string;
  /** Where there are several: all of them. */
  destinations?: readonly string[];
  /** How long a record that did not arrive stays open, in milliseconds. */
  linger: number;
  /** Wall clock shortly before the send, ISO 8601. */
  sentAt: string;
  /** `vars.web`, `env.PARTNER`: what `find`, `clean` and the look at the destination stood on, so that a sweep finds the same system. */
  values?: Pairs<string | number | boolean>;
  /** The environment of the config file that the run had chosen. */
  environment?: string;
};

/**
 * How the send ended as a whole. `refused` only where nothing at all was accepted, by no step: such an entry has
 * nothing to clean. A step refused after an accepted one makes the send `unknown`.
 */
export type LedgerSent = 'done' | 'refused' | 'unknown';

/** A cleaning and the look at the destination after it. */
export type Cleaned = {
  /** Every clean step succeeded. */
  ok: boolean;
  /** Whether every destination, looked at afterwards, lacks the marker. */
  destinationLacks: boolean | 'blind';
  /** The record was seen at the destination, at or before this cleaning: nothing is left that could still push it. */
  arrived?: boolean;
  /** No look had shown the marker, and no answer called the record new: the id alone told what to delete. */
  byIdAlone?: boolean;
};

/** `at` is a wall clock in ISO 8601. */
export type LedgerLine =
  | { type: 'run'; run: string; host: string; at: string }
  | { type: 'taken'; by: string; host: string; at: string }
  | ({ type: 'created' } & Created)
  /** Without `value`: the value is a secret, or too long to keep. */
  | { type: 'alias'; marker: string; name: string; value?: string }
  | { type: 'computed'; marker: string; values: Pairs<string | number> }
  /** What the send says with the marker in it, secrets masked: by it a record of ours is told from one that quotes the marker. */
  | { type: 'texts'; marker: string; texts: readonly string[] }
  | { type: 'sent'; marker: string; outcome: LedgerSent }
  /** `arrived`: it was seen at every destination; without it, the verdict tells. `reached`: at these, where not at all of them. */
  | { type: 'verdict'; marker: string; verdict: VerdictName; arrived?: boolean; reached?: readonly string[] }
  | ({ type: 'cleaned'; marker: string; at: string } & Cleaned)
  /** Closed by decision. With `by`: a person gave it up, at that host, and nobody knows whether the record is gone. */
  | { type: 'closed'; marker: string; at?: string; by?: string }
  | ({ type: 'remembered' } & Remembered)
  /** Stands beside the ledgers: places of a day's limit that a run took, or (below zero) gave back. */
  | { type: 'places'; run: string; scenario: string; count: number; at: string };

/** What the history keeps of a marker once its run is finished. */
export type Remembered = {
  run: string;
  scenario: string;
  /** The scenario file. */
  file: string;
  marker: string;
  sentAt: string;
  /** How the send ended, where the run came to know. */
  sent?: LedgerSent;
  aliases: Pairs<string>;
  computed: Pairs<string | number>;
  /** The cleaning after which it was done with. */
  cleanedAt?: string;
  givenUpAt?: string;
};

/** Pairs and not properties, so that no name can be taken for a property of the object. */
type Pairs<Value> = readonly (readonly [string, Value])[];

/** One line of the file, its line feed included. */
export function writeLine(line: LedgerLine): string {
  return `${JSON.stringify(line)}\n`;
}

/**
 * The line a text holds; undefined where it is torn or damaged. A line of a type this version does not know is
 * `unknown`: the format grows by addition.
 */
export function readLine(text: string): LedgerLine | { type: 'unknown' } | undefined {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    // A line torn by a crash: the write it belongs to was never reported as done.
    return undefined;
  }
  if (!isObject(value) || typeof value['type'] !== 'string') return undefined;
  const type = value['type'];
  if (!Object.hasOwn(shapes, type)) return { type: 'unknown' };
  const fields = shapes[type as keyof typeof shapes];
  for (const [name, fits] of Object.entries(fields)) if (!fits(value[name])) return undefined;
  return value as LedgerLine;
}

type Fits = (value: unknown) => boolean;
const text: Fits = (value) => typeof value === 'string';
const flag: Fits = (value) => typeof value === 'boolean';
const time: Fits = (value) => typeof value === 'string' && !Number.isNaN(Date.parse(value));
const amount: Fits = (value) => typeof value === 'number' && Number.isFinite(value);
const oneOf =
  (...names: readonly unknown[]): Fits =>
  (value) =>
    names.includes(value);
const orNothing =
  (fits: Fits): Fits =>
  (value) =>
    value === undefined || fits(value);
const shape: Fits = (value) =>
  isObject(value) &&
  text(value['prefix']) &&
  text(value['separator']) &&
  oneOf('lower', 'upper')(value['case']) &&
  amount(value['length']);
const pairs =
  (fits: Fits): Fits =>
  (value) =>
    Array.isArray(value) &&
    value.every((pair: unknown) => Array.isArray(pair) && pair.length === 2 && text(pair[0]) && fits(pair[1]));
const texts: Fits = (value) => Array.isArray(value) && value.every(text);
const textOrAmount: Fits = (value) => text(value) || amount(value);
const plain: Fits = (value) => textOrAmount(value) || flag(value);

const verdicts: Record<VerdictName, true> = {
  arrived: true,
  skewed: true,
  late: true,
  altered: true,
  duplicated: true,
  lost: true,
  refused: true,
  unproven: true,
  interrupted: true,
};

const shapes: { [T in LedgerLine['type']]: Readonly<Record<string, Fits>> } = {
  run: { run: text, host: text, at: time },
  taken: { by: text, host: text, at: time },
  created: {
    scenario: text,
    file: text,
    baseDir: orNothing(text),
    marker: text,
    shape,
    destination: text,
    destinations: orNothing(texts),
    linger: amount,
    sentAt: time,
    values: orNothing(pairs(plain)),
    environment: orNothing(text),
  },
  alias: { marker: text, name: text, value: orNothing(text) },
  computed: { marker: text, values: pairs(textOrAmount) },
  texts: { marker: text, texts },
  sent: { marker: text, outcome: oneOf('done', 'refused', 'unknown') },
  verdict: {
    marker: text,
    verdict: oneOf(...Object.keys(verdicts)),
    arrived: orNothing(flag),
    reached: orNothing(texts),
  },
  cleaned: {
    marker: text,
    at: time,
    ok: flag,
    destinationLacks: oneOf(true, false, 'blind'),
    arrived: orNothing(flag),
    byIdAlone: orNothing(flag),
  },
  closed: { marker: text, at: orNothing(time), by: orNothing(text) },
  places: { run: text, scenario: text, count: amount, at: time },
  remembered: {
    run: text,
    scenario: text,
    file: text,
    marker: text,
    sentAt: time,
    sent: orNothing(oneOf('done', 'refused', 'unknown')),
    aliases: pairs(text),
    computed: pairs(textOrAmount),
    cleanedAt: orNothing(time),
    givenUpAt: orNothing(time),
  },
};

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
