// smoketrail report: feeds a recorded stream of events to a reporter, as if it happened now.

import { createReadStream } from 'node:fs';
import path from 'node:path';
import { createInterface } from 'node:readline';
import type { Flags } from '../config/settings.ts';
import type { RunEvent } from '../core/events.ts';
import { openReporters, replay } from './assemble.ts';
import { readSettings } from './settings.ts';
import { UsageError, type World } from './world.ts';

export async function reportCommand(file: string, flags: Flags, world: World): Promise<number> {
  const { settings } = readSettings(flags, world);
  const events = await readEvents(path.resolve(world.cwd, file), file);
  const reporters = await openReporters(settings, world);
  await replay(events, reporters);
  return 0;
}

async function readEvents(absolute: string, shown: string): Promise<RunEvent[]> {
  const events: RunEvent[] = [];
  let number = 0;
  try {
    for await (const line of createInterface({
      input: createReadStream(absolute, 'utf8'),
      crlfDelay: Number.POSITIVE_INFINITY,
    })) {
      number += 1;
      if (line.trim() !== '') events.push(eventIn(line, `${shown}:${number}`));
    }
  } catch (error) {
    if (error instanceof UsageError) throw error;
    throw new UsageError(`${shown}: ${error instanceof Error ? error.message : String(error)}`);
  }
  if (events.length === 0)
    throw new UsageError(`${shown} holds no events`, 'Record a run with --reporter ndjson=run.ndjson.');
  return events;
}

function eventIn(line: string, place: string): RunEvent {
  let value: unknown;
  try {
    value = JSON.parse(line);
  } catch (cause) {
    throw new UsageError(
      `${place}: this line is not JSON (${cause instanceof Error ? cause.message : String(cause)})`,
      'A run that was killed may have left its last line torn; remove that line.',
    );
  }
  const { type, seq, ms, at } = (value ?? {}) as Record<string, unknown>;
  if (typeof type === 'string' && typeof seq === 'number' && typeof ms === 'number' && typeof at === 'string')
    return value as RunEvent;
  throw new UsageError(`${place}: this is not an event of a run`, 'Expected a file written by --reporter ndjson=FILE.');
}
