// One marker's way through one scenario: its names, its aliases, and the texts it was sent in.

import type { Marker, SentText, Sought } from '../core/look.ts';
import { composeMarker } from '../core/marker.ts';
import type { Cookies, Owner } from '../probes/plugin.ts';
import { traceAlias } from '../scenario/expression.ts';
import type { Scenario } from '../scenario/model.ts';
import { type Scope, varsScope } from '../scenario/template.ts';
import type { Pauses } from './look-timer.ts';
import type { Ports } from './ports.ts';
import { mintTraceId } from './trace-context.ts';

export type Journey = {
  /** Unique in a run. */
  id: string;
  scenario: Scenario;
  marker: Marker;
  aliases: Map<string, string>;
  sent: SentText[];
  /** What steps were to keep and found nothing for, with the selector: `booking ($.idd) of POST /book`. */
  unkept: string[];
  /** Texts with the marker that an earlier run sent, as far as the ledger keeps them; absent where anybody may have typed it. */
  sentBefore?: readonly string[];
  scope: Scope;
  cookies: Cookies;
  /** Wall clock a little before the send: what is older cannot be ours. */
  since: Date;
  /** Called for each alias as it is learned. */
  onAlias: Set<(name: string) => void>;
  /** Aborted when the marker is done with, cleaned up included: what plug-ins keep for it can go. */
  over: AbortController;
  /** Once only cleaning is left to do. */
  pauses?: Pauses;
};

export type RunFacts = { id: string; startedAt: string };

export type Given = {
  /** A marker that exists already (trace, sweep); a new one is minted otherwise. */
  marker?: Marker;
  aliases?: Iterable<readonly [string, string]>;
  computed?: Iterable<readonly [string, string | number]>;
  since?: Date;
  /** What counts as now for dates; for a sweep, when the record was sent. */
  now?: Date;
  /** Values of variables and of the environment as an earlier run had them. `--var` stands before them. */
  vars?: Readonly<Record<string, unknown>>;
  env?: Readonly<Record<string, string>>;
  sentBefore?: readonly string[];
};

/** A clock of ours and one of theirs may differ by this much before a fresh log line reads as old, in ms. */
const clockSlack = 5_000;

export function beginJourney(id: string, scenario: Scenario, run: RunFacts, ports: Ports, given: Given = {}): Journey {
  const now = given.now ?? ports.clock.wall();
  const marker = given.marker ?? composeMarker(scenario.marker, now.getTime(), ports.random.draw);
  const aliases = new Map(given.aliases ?? []);
  // One that was sent before had its trace then.
  if (scenario.traceContext === true && given.marker === undefined) aliases.set(traceAlias, mintTraceId(ports.random));
  const names: Omit<Scope, 'vars'> = {
    marker: marker.text,
    aliases,
    env: given.env === undefined ? ports.env : { ...ports.env, ...given.env },
    secret: ports.secrets.get,
    run,
    computed: new Map(given.computed ?? []),
    now,
    random: ports.random.fraction,
    uuid: ports.random.uuid,
    get timezone() {
      return ports.timezone;
    },
  };
  const scope: Scope = Object.assign(names, {
    vars: varsScope(scenario.vars, { ...given.vars, ...ports.vars }, names),
  });
  const since = given.since ?? new Date(now.getTime() - clockSlack);
  const over = new AbortController();
  // A marker that was given is one that anybody may have typed, unless somebody knows what was sent with it.
  const sentBefore = given.sentBefore ?? (given.marker === undefined ? [] : undefined);
  return {
    id,
    scenario,
    marker,
    aliases,
    sent: [],
    unkept: [],
    ...(sentBefore && { sentBefore }),
    scope,
    cookies: ports.cookies(),
    since,
    onAlias: new Set(),
    over,
  };
}

export function ownerOf({ id, over }: Journey): Owner {
  return { id, over: over.signal };
}

export function soughtOf(journey: Journey): Sought {
  return { marker: journey.marker, aliases: journey.aliases, sent: journey.sent };
}

/**
 * Collects the texts of a resolved send in which the marker stands, so that "as sent" can be judged later.
 * `documents` are the options of the plug-in that hold one whole text (a body, a URL), as paths of keys.
 */
export function noteSentTexts(journey: Journey, options: unknown, documents: readonly string[]): void {
  for (const [key, value] of entriesOf(options)) {
    const place = { document: documents.includes(key), key, ...(key === 'headers' && { header: true as const }) };
    collect(journey, value, place, key, documents);
  }
}

/** The object or list that a text with the marker is the JSON of. */
function jsonIn(text: string, marker: string): unknown {
  if (!/^\s*[[{]/.test(text) || !text.includes(marker)) return undefined;
  try {
    return JSON.parse(text);
  } catch {
    // A text that only begins so.
    return undefined;
  }
}

function collect(
  journey: Journey,
  text: unknown,
  place: Omit<SentText, 'text'>,
  path: string,
  documents: readonly string[],
): void {
  const written = typeof text === 'string' && !place.document ? jsonIn(text, journey.marker.text) : undefined;
  if (written !== undefined) {
    // A program is given JSON as one argument: what is in it was sent as well, and each has its own field.
    collect(journey, text, { ...place, document: true }, path, documents);
    collect(journey, written, place, path, documents);
    return;
  }
  if (typeof text === 'string') {
    const { document, key } = place;
    const known = journey.sent.some((sent) => sent.text === text && sent.document === document && sent.key === key);
    if (text.includes(journey.marker.text) && !known) journey.sent.push({ text, ...place });
    return;
  }
  // The items of a list stand under the name of the list.
  for (const [key, inner] of entriesOf(text)) {
    if (Array.isArray(text)) collect(journey, inner, place, path, documents);
    else {
      const at = `${path}.${key}`;
      const document = place.document || documents.includes(at);
      collect(journey, inner, { ...place, document, key }, at, documents);
    }
  }
}

function entriesOf(value: unknown): [string, unknown][] {
  return typeof value === 'object' && value !== null ? Object.entries(value) : [];
}
