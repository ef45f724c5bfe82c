// smoketrail sweep --forget MARKER: gives up an entry that no sweep can clean, once a person has seen to its record.

import path from 'node:path';
import type { Flags } from '../config/settings.ts';
import { visible } from '../core/escape.ts';
import { takeOver } from '../store/ledger-file.ts';
import { recall } from '../store/ledger-history.ts';
import { openEntries } from '../store/ledger-read.ts';
import { realClock } from './clock.ts';
import { newRunId } from './run-id.ts';
import { readSettings } from './settings.ts';
import { UsageError, type World } from './world.ts';

/** Exit code 0 where the ledger forgets it. Throws UsageError where it has no such entry, or its run is at work. */
export async function forgetMarker(marker: string, flags: Flags, world: World): Promise<number> {
  const { settings } = await readSettings(flags, world, ['reporters']);
  const dir = path.resolve(world.cwd, settings.ledger);
  const { entries } = await openEntries(dir, realClock.wall(), world.host);
  const entry = entries.find((one) => one.marker === marker);
  if (entry === undefined) throw await unknown(marker, dir);
  const by = newRunId(realClock.wall());
  const ledger = await takeOver({ dir, run: entry.run, by, host: world.host, clock: realClock });
  if (ledger === undefined) throw atWork(marker);
  try {
    await ledger.givenUp(marker);
  } finally {
    await ledger.close();
  }
  world.stdout.write(
    `· ${visible(`${marker}  ${entry.scenario}  given up: no sweep looks for its record any more`)}\n`,
  );
  return 0;
}

async function unknown(marker: string, dir: string): Promise<UsageError> {
  const known = await recall(dir, marker).catch(() => undefined);
  if (known?.closed === false) return atWork(marker);
  const why = known === undefined ? 'the ledger does not know it' : 'it is done with already';
  return new UsageError(
    `--forget ${JSON.stringify(marker)}: ${why}; nothing was forgotten`,
    'smoketrail sweep names the markers whose records are still to be cleaned; --ledger names another folder.',
  );
}

function atWork(marker: string): UsageError {
  return new UsageError(
    `--forget ${JSON.stringify(marker)}: somebody is at work on its run; nothing was forgotten`,
    'Wait until that run or sweep is over.',
  );
}
