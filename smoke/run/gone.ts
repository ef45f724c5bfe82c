// Looks whether a record is at its destinations: the proof that a cleaning worked.

import { type Foreign, notOursIn } from '../core/foreign.ts';
import type { Look } from '../core/look.ts';
import type { Hop } from '../scenario/model.ts';
import { arm } from './arm.ts';
import { aliasesFor } from './clean-needs.ts';
import { withinLag } from './glances.ts';
import { sighted, tells } from './hop-log.ts';
import type { Journey } from './journey.ts';
import { holdsMarker } from './learn.ts';
import { createLooker, type Looker } from './looker.ts';
import type { Shared } from './shared.ts';
import type { WatchedHop } from './watch.ts';

/** `there`: at one destination at least. `unseen`: one could not be looked at, or its absence proves nothing; `why` in words. */
export type Presence =
  /** `ours`: with the marker, however changed. */
  | { is: 'there'; hop: string; ours: boolean; foreign?: Foreign | undefined }
  | { is: 'gone'; hop: string }
  | { is: 'unseen'; hop: string; why: string; elsewhere?: boolean; quoted?: true };

/** A host that allows a few requests a minute lets the look through in its turn: without it, nothing proves the cleaning. In ms. */
const turn = 300_000;

/** One look at each destination. */
export async function presenceOf(
  journey: Journey,
  destinations: readonly WatchedHop[],
  shared: Shared,
  signal: AbortSignal,
): Promise<Presence[]> {
  return Promise.all(
    destinations.map(async (watched) => {
      const looker = await lookerFor(watched, journey, shared);
      return lookedAt({ ...watched, looker }, journey, shared, signal);
    }),
  );
}

/** One look at each hop before the destinations: what a record that may be deleted is there. */
export async function presenceOnTheWay(journey: Journey, shared: Shared, signal: AbortSignal): Promise<Presence[]> {
  const { hops } = await arm(journey, shared, ({ destination }) => !destination);
  return Promise.all(
    hops.filter(({ destination }) => !destination).map((watched) => lookedAt(watched, journey, shared, signal)),
  );
}

async function lookedAt(
  { hop, looker }: WatchedHop,
  { since }: Journey,
  { ports: { clock } }: Shared,
  signal: AbortSignal,
): Promise<Presence> {
  const sent = clock.now() - (clock.wall().getTime() - since.getTime());
  const glance = await looker.look(signal, turn);
  if (glance.quotes) return { is: 'unseen', hop: hop.name, why: quotedThere, quoted: true };
  return presenceIn(withinLag(glance, 0, sent).look, hop.name);
}

const quotedThere = 'a record there quotes the marker in a text that was not sent';

function presenceIn(look: Look, hop: string): Presence {
  if (sighted(look)) return { is: 'there', hop, ours: holdsMarker(look), foreign: notOursIn(hop, look) };
  if (tells(look)) return { is: 'gone', hop };
  if (look.kind === 'blind') return { is: 'unseen', hop, why: look.fault.message };
  if (look.kind === 'not-made') return { is: 'unseen', hop, why: look.why };
  const { detail, elsewhere = false } = look.kind === 'absent' ? look : {};
  return { is: 'unseen', hop, why: detail ?? 'what was searched there does not prove that it is gone', elsewhere };
}

/**
 * Where the record is picked by an alias that nobody knows, whatever holds the marker counts. A hop whose very request
 * needs the alias cannot be looked at.
 */
async function lookerFor({ hop, looker }: WatchedHop, journey: Journey, shared: Shared): Promise<Looker> {
  const { look } = hop;
  if (look === undefined || [...aliasesFor(look, journey.scenario)].every((name) => journey.aliases.has(name)))
    return looker;
  const { where: _where, equals: _equals, ...alone } = look;
  const anywhere: Hop = { ...hop, look: alone };
  return createLooker(journey, anywhere, await shared.armoury.arm(alone, journey), shared);
}
