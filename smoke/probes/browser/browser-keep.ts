// What a failing use of the browser leaves behind for people: a picture of the page and a Playwright trace.

import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Owner } from '../plugin.ts';
import type { Visit } from './browser-visit.ts';

/** Milliseconds that a picture may take. */
const patience = 2_000;

/** The page as it is shown now. Undefined where no picture could be made or kept. */
export async function takePicture(visit: Visit): Promise<Buffer | undefined> {
  const { page, secretFields } = visit;
  return page
    .screenshot({
      type: 'png',
      timeout: patience,
      mask: [page.locator('input[type=password]'), ...secretFields],
      animations: 'disabled',
    })
    .catch(() => undefined);
}

export async function keepPicture(visit: Visit, owner: Owner, name: string): Promise<string | undefined> {
  return keptPicture(await takePicture(visit), visit, owner, name);
}

export async function keptPicture(
  picture: Buffer | undefined,
  { host }: Pick<Visit, 'host'>,
  owner: Owner,
  name: string,
): Promise<string | undefined> {
  if (picture === undefined) return undefined;
  return host.attach(owner, `${name}.png`, (path) => writeFile(path, picture, { mode: 0o600 }));
}

/** Once for each fault of a marker: a look that fails alike at every poll shows nothing new. Never rejects. */
export async function keepFailure(visit: Visit, owner: Owner, name: string, fault: string): Promise<readonly string[]> {
  const { session, signal } = visit;
  const what = `${name}\0${fault}`;
  if (signal.aborted || session.shown.has(what)) return [];
  session.shown.add(what);
  const picture = await keepPicture(visit, owner, name);
  const trace = await keepTrace(visit, owner, name).catch(() => undefined);
  return [picture, trace].filter((path) => path !== undefined);
}

/** Ends the recording of this use, and keeps it without the secrets. */
async function keepTrace(visit: Visit, owner: Owner, name: string): Promise<string | undefined> {
  const { recording, host } = visit;
  if (recording === undefined) return undefined;
  visit.recording = undefined;
  const folder = await mkdtemp(join(tmpdir(), 'smoketrail-trace-'));
  try {
    const raw = join(folder, 'raw.zip');
    await recording.end(raw);
    const { maskTrace } = await import('./browser-trace-mask.ts');
    return await host.attach(owner, `${name}-trace.zip`, async (path) => {
      if (!(await maskTrace(raw, path, host.mask))) throw new Error('the trace is too large');
    });
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
