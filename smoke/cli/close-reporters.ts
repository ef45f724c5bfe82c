// The end of a report: what a reporter fails at only now still counts, though the others have told the exit code by then.

import { codeAfterFailure } from '../core/exit-code.ts';
import type { Dispatch } from '../run/dispatch.ts';
import type { World } from './world.ts';

/** `told`: the code in the last event. Gives the one that the process ends with. */
export async function closeReporters(dispatch: Dispatch, told: number, world: World): Promise<number> {
  const { failed } = await dispatch.close();
  const code = failed.length > 0 ? codeAfterFailure(told) : told;
  if (code !== told) world.stderr.write(`smoketrail: exit ${code}, not ${told}: a reporter failed at the end\n`);
  return code;
}
