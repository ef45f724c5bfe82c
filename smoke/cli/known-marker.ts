// A marker, or a text somebody typed, that is already in the system: what the ledger knows of it, and how far back to look.

import { stat } from 'node:fs/promises';
import path from 'node:path';
import type { Settings } from '../config/settings.ts';
import { parseDuration } from '../core/duration.ts';
import type { Marker } from '../core/look.ts';
import { markerTime } from '../core/marker.ts';
import { dateTime } from '../core/wording.ts';
import { type Recalled, recall } from '../store/ledger-history.ts';
import { realClock } from './clock.ts';
import { UsageError, type World } from './world.ts';

const shortestText = 8;
/** Clocks of ours and of the systems may differ by this much, in ms. */
const slack = 60_000;
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

/** Why nothing of it need be there any more; undefined where that is not so, or where a cleaning tells its own time. */
export function whyClosed({ closed, marker, cleanedAt, givenUpAt }: Recalled): string | undefined {
  if (givenUpAt !== undefined) return `${marker} was given up by a person at ${dateTime(givenUpAt)}`;
  return closed && cleanedAt === undefined
    ? `the run of ${marker} is done with it, and left nothing to clean`
    : undefined;
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
  if (asked !== undefined) return new Date(now - asked);
  const minted = markerTime(marker);
  return new Date(minted === undefined || minted > now ? now - day : minted - slack);
}

async function exists(folder: string): Promise<boolean> {
  return stat(folder).then(
    () => true,
    () => false,
  );
}
