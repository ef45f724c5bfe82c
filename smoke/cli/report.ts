// smoketrail report: feeds a recorded stream of events to a reporter, as if it happened now.

import path from 'node:path';
import type { Flags } from '../config/settings.ts';
import { visible } from '../core/escape.ts';
import { openReporters, replay } from './assemble.ts';
import { readEvents } from './read-events.ts';
import { readSettings } from './settings.ts';
import type { World } from './world.ts';

export async function reportCommand(file: string, flags: Flags, world: World): Promise<number> {
  const { settings } = await readSettings({ ...flags, config: false }, world);
  const { events, torn } = await readEvents(path.resolve(world.cwd, file), file);
  const reporters = await openReporters(settings, world);
  await replay(events, reporters);
  if (torn !== undefined)
    world.stderr.write(
      `smoketrail: ${visible(file)}:${torn}: the last line is torn and was left out; the run was killed while it wrote it\n`,
    );
  return 0;
}
