// Aliases: the other values a record is known by, learned from answers and looks.

import type { Candidate, Look } from '../core/look.ts';
import { maskedStart } from '../probes/masked-start.ts';
import type { Keep } from '../scenario/model.ts';
import { withBoundedRegex } from '../select/bounded-regex.ts';
import type { Journey } from './journey.ts';
import type { Ports } from './ports.ts';

/** Characters. */
const longestShown = 4_096;
const startShown = 200;

/** The record holds the whole marker, however changed: a part of one may stand in somebody else's. */
export function holdsMarker(look: Look): boolean {
  return look.kind === 'intact' || (look.kind === 'altered' && look.how !== 'truncated');
}

/** Takes what `keep:` names out of an answer. An alias keeps its first value: a later answer about another record must not move it. */
export async function learn(
  journey: Journey,
  keeps: Readonly<Record<string, Keep>>,
  candidate: Candidate,
  by: string,
  ports: Ports,
): Promise<string[]> {
  const missing: string[] = [];
  for (const [name, keep] of Object.entries(keeps)) {
    if (journey.aliases.has(name)) continue;
    const value = textFor(keep, candidate);
    if (value === undefined) missing.push(`${name} (${keep.from})`);
    else await remember(journey, name, value, keep.secret, by, ports);
  }
  return missing;
}

/** Undefined where the answer has nothing there. */
export function textFor(keep: Keep, candidate: Candidate): string | undefined {
  const picked = candidate.select(keep.from);
  const text = picked.fits ? picked.values.find((value) => value !== '') : undefined;
  if (text === undefined || keep.match === undefined) return text;
  const { match: pattern } = keep;
  const match = withBoundedRegex(() => new RegExp(pattern).exec(text));
  return match === null ? undefined : (match[1] ?? match[0]);
}

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
