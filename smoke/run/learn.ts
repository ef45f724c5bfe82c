// Aliases: the other values a record is known by, learned from answers and looks.

import type { Candidate, Look } from '../core/look.ts';
import { maskedStart } from '../probes/masked-start.ts';
import type { Keep } from '../scenario/model.ts';
import { withBoundedRegex } from '../select/bounded-regex.ts';
import { namesForDeleting } from './clean-needs.ts';
import type { Journey } from './journey.ts';
import type { Ports } from './ports.ts';

/** Characters. */
const longestShown = 4_096;
const startShown = 200;

/** The record holds the whole marker, however changed: a part of one may stand in somebody else's. */
export function holdsMarker(look: Look): boolean {
  return look.kind === 'intact' || (look.kind === 'altered' && look.how !== 'truncated');
}

/** Names, with their selectors: of what the answer has nothing for, and of what it has several values for. */
export type Unlearned = { missing: string[]; several: string[] };

/**
 * Takes what `keep:` names out of an answer. An alias keeps its first value: a later answer about another record must not move it.
 * By what is `sure` something is deleted, so one of several different values is none; as is what a clean step goes by.
 */
export async function learn(
  journey: Journey,
  keeps: Readonly<Record<string, Keep>>,
  candidate: Candidate,
  by: string,
  ports: Ports,
  sure = false,
): Promise<Unlearned> {
  const unlearned: Unlearned = { missing: [], several: [] };
  for (const [name, keep] of Object.entries(keeps)) {
    if (journey.aliases.has(name)) continue;
    const value = textFor(keep, candidate);
    if (value === undefined) unlearned.missing.push(`${name} (${keep.from})`);
    else if (isSeveral(keep, candidate) && (sure || deletesBy(name, journey))) {
      unlearned.several.push(`${name} (${keep.from})`);
      warnSeveralValues(journey, name, keep, by, ports);
    } else await remember(journey, name, value, keep.secret, by, ports);
  }
  return unlearned;
}

/** Undefined where the answer has nothing there. */
export function textFor(keep: Keep, candidate: Candidate): string | undefined {
  const [text] = picked(keep, candidate);
  return text === undefined ? undefined : matched(keep, text);
}

/** Which of them is the record's, nobody can tell. */
export function isSeveral(keep: Keep, candidate: Candidate): boolean {
  const values = picked(keep, candidate).map((text) => matched(keep, text));
  return new Set(values.filter((value) => value !== undefined)).size > 1;
}

function picked({ from }: Keep, candidate: Candidate): string[] {
  const found = candidate.select(from);
  return found.fits ? found.values.filter((value) => value !== '') : [];
}

function matched({ match: pattern }: Keep, text: string): string | undefined {
  if (pattern === undefined) return text;
  const match = withBoundedRegex(() => new RegExp(pattern).exec(text));
  return match === null ? undefined : (match[1] ?? match[0]);
}

/** The record that is deleted is found by it, by a clean step or by find. */
function deletesBy(name: string, { scenario }: Journey): boolean {
  return scenario.clean.length > 0 && namesForDeleting(scenario).has(name);
}

/** Once for each journey: a look sees the same again and again. */
function warnSeveralValues(journey: Journey, name: string, { from }: Keep, by: string, ports: Ports): void {
  const told = warned.get(journey) ?? new Set();
  if (told.has(name)) return;
  warned.set(journey, told.add(name));
  const message = `${by}: ${from} selects several different values, so ${name} is not learned: what it names is deleted later`;
  const hint = 'Let keep select the one value that is the record’s.';
  ports.emit({ type: 'warning', scenario: journey.id, message, hint });
}

const warned = new WeakMap<Journey, Set<string>>();

/** A value nobody would read to its end is told by its beginning, masked before it is cut, and its length. */
function shownValue(value: string, ports: Ports): string {
  if (value.length <= longestShown) return value;
  return `${maskedStart(value, startShown, ports.mask)} (${value.length} characters)`;
}

async function remember(
  journey: Journey,
  name: string,
  value: string,
  secret: boolean,
  by: string,
  ports: Ports,
): Promise<void> {
  const refusal = secret ? ports.secrets.add(value, name) : undefined;
  if (refusal !== undefined) {
    ports.emit({ type: 'warning', scenario: journey.id, message: `${name}: ${refusal}` });
  }
  journey.aliases.set(name, value);
  // One that is too short to be masked everywhere is not told at least here.
  const shown = refusal === undefined ? shownValue(value, ports) : '***';
  ports.emit({ type: 'alias.learned', scenario: journey.id, name, value: shown, by });
  await ports.keeping.alias(journey.marker.text, name, secret ? undefined : value);
  for (const listener of [...journey.onAlias]) listener(name);
}
