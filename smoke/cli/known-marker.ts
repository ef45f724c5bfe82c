// A marker, or a text somebody typed, that is already in the system: what the ledger knows of it, and how far back to look.

import { stat } from 'node:fs/promises';
import path from 'node:path';
import type { Settings } from '../config/settings.ts';
import { parseDuration } from '../core/duration.ts';
import type { Marker } from '../core/look.ts';
import { markerTime, typedMarker } from '../core/marker.ts';
import type { KnownSend } from '../core/outcome.ts';
import { dateTime } from '../core/wording.ts';
import { nearest } from '../scenario/did-you-mean.ts';
import type { Scenario } from '../scenario/model.ts';
import { type Recalled, recall, recallable } from '../store/ledger-history.ts';
import { realClock } from './clock.ts';
import { UsageError, type World } from './world.ts';

const shortestText = 8;
/** Clocks of ours and of the systems may differ by this much, in ms. */
const slack = 60_000;
/** Markers of one day are alike in a third of their characters. */
const mostTypos = 3;
const day = 86_400_000;

export function typedText(text: string): string {
  if (text.trim().length >= shortestText) return text.trim();
  throw new UsageError(
    `${JSON.stringify(text)} is too short to be followed`,
    `A marker or a text of ${shortestText} characters or more: shorter ones are found everywhere.`,
  );
}

/** What an earlier run knew of it; undefined where none did, or there is no ledger. */
export async function recalled(typed: string, { ledger }: Settings, world: World): Promise<Recalled | undefined> {
  const dir = path.resolve(world.cwd, ledger);
  return (await exists(dir)) ? recall(dir, typed) : undefined;
}

/** What to say of a marker that no run here has sent; undefined for a text that somebody typed. */
export async function strange(
  typed: string,
  scenarios: readonly Pick<Scenario, 'marker'>[],
  { ledger }: Settings,
  world: World,
): Promise<{ message: string; hint: string } | undefined> {
  const known = await recallable(path.resolve(world.cwd, ledger));
  const begins = [...known].filter((marker) => marker.startsWith(typed));
  const meant = begins.length === 1 ? begins[0] : nearest(typed, known, mostTypos);
  const isMarker = scenarios.some(({ marker }) => (typedMarker(typed, marker)?.prefix ?? '') !== '');
  if (meant === undefined && !isMarker) return undefined;
  const elsewhere = 'it may be mistyped, older than what the ledger remembers, or of another ledger (--ledger)';
  return {
    message: 'the ledger knows no run with this marker',
    hint: meant === undefined ? elsewhere : `did you mean ${meant}?`,
  };
}

/** Why nothing of it need be there any more; undefined where that is not so, or where a cleaning tells its own time. */
export function whyClosed({ closed, marker, cleanedAt, givenUpAt }: Recalled): string | undefined {
  if (givenUpAt !== undefined) return `${marker} was given up by a person at ${dateTime(givenUpAt)}`;
  return closed && cleanedAt === undefined
    ? `the run of ${marker} is done with it, and left nothing to clean`
    : undefined;
}

/** The ledger is written before anything leaves, so where it has no outcome there may have been a send. */
export function knownSend({ sentAt, sent = 'unknown' }: Recalled): KnownSend {
  return { at: sentAt, outcome: sent };
}

/** Milliseconds of `--since`. */
export function backBy(since: string | undefined): number | undefined {
  const asked = since === undefined ? undefined : parseDuration(since);
  if (since === undefined || asked !== undefined) return asked;
  throw new UsageError(`--since: ${JSON.stringify(since)} is not a duration; write 30m, 2h, 1d`);
}

/** A marker tells its own time; for a typed text, a day back unless --since says otherwise. */
export function sinceOf(marker: Marker, asked: number | undefined): Date {
  const now = realClock.wall().getTime();
  // What listens begins only now: a moment that is nearer than the clocks agree would pass for one before the send.
  if (asked !== undefined) return new Date(now - Math.max(asked, slack));
  const minted = markerTime(marker);
  return new Date(minted === undefined || minted > now ? now - day : minted - slack);
}

async function exists(folder: string): Promise<boolean> {
  return stat(folder).then(
    () => true,
    () => false,
  );
}
