// smoketrail init: writes a first scenario, from a recorded request, a document, or the demo system.

import path from 'node:path';
import { demoPartner, demoPartnerLook } from '../init/demo-recorded.ts';
import { slug } from '../init/names.ts';
import { type PartnerLook, partnerLook } from '../init/partner.ts';
import { Refusal } from '../init/refusal.ts';
import { renderDraft } from '../init/render.ts';
import { initReport } from '../init/report.ts';
import type { Imported } from '../init/source.ts';
import { refuseExisting, refuseUnloadable, schemaBeside, writeScenario } from './init-files.ts';
import { freeName, type Taken, takenBy, takenNames } from './init-names.ts';
import { askPartner, webAddress } from './init-partner.ts';
import { askAll, Declined } from './init-questions.ts';
import { type InitFlags, importedFor, nameFault, sourceOf } from './init-source.ts';
import { readSettings } from './settings.ts';
import { UsageError, type World } from './world.ts';

export async function initCommand(given: Record<string, unknown>, world: World): Promise<number> {
  const flags = given as InitFlags;
  const force = flags.force === true;
  sourceOf(flags);
  const { settings } = await readSettings({}, world, ['ledger', 'reporters', 'timezone']);
  if (flags.output !== undefined) refuseExisting(flags.output, force, world);
  try {
    const asks = flags.yes !== true && flags.fromCurl !== '-' && world.stdin?.tty === true && world.stderr.tty;
    const taken = await takenNames(flags.output, settings.scenarios, world.cwd);
    const chosen = asks ? await askAll(flags, taken, world) : { flags, imported: await importedFor(flags, world) };
    const name = nameOf(chosen.flags, chosen.imported, taken, world);
    const output = chosen.flags.output ?? standardFile(name);
    refuseExisting(output, force, world);
    if (output !== '-') refuseTaken(name, taken, path.resolve(world.cwd, output));
    const partner = await partnerOf(chosen.flags, chosen.imported);
    const draft = chosen.imported.draft({ name, ...(partner && { partner }) });
    const text = renderDraft(draft, output === '-' ? undefined : schemaBeside(output, world.cwd));
    await refuseUnloadable(text, output, settings, world);
    await writeScenario(text, output, force, world);
    (output === '-' ? world.stderr : world.stdout).write(initReport(draft, output));
    return 0;
  } catch (error) {
    if (error instanceof Refusal) throw new UsageError(error.message, error.hint);
    if (!(error instanceof Declined)) throw error;
    world.stderr.write('\nNothing was written.\n');
    return 130;
  }
}

function refuseTaken(name: string, taken: Taken, own: string): void {
  const file = takenBy(name, taken, own);
  if (file !== undefined) throw new UsageError(`the name ${name} is taken by ${file}`, '--name gives another.');
}

function standardFile(name: string): string {
  return path.join('scenarios', `${slug(name)}.yaml`);
}

function nameOf({ name, output, force }: InitFlags, { name: standard }: Imported, taken: Taken, world: World): string {
  if (name === undefined) {
    if (output === '-') return standard;
    const own = output ?? (force === true ? standardFile(standard) : undefined);
    return freeName(standard, taken, own === undefined ? undefined : path.resolve(world.cwd, own));
  }
  const wrong = nameFault(name);
  if (wrong !== undefined) throw new UsageError(`--name: ${wrong}`);
  return name;
}

async function partnerOf(flags: InitFlags, { alias }: Imported): Promise<PartnerLook | undefined> {
  const isDemo = sourceOf(flags) === undefined;
  const given = flags.partner ?? (isDemo ? demoPartner : undefined);
  if (given === undefined || given === '') return undefined;
  const url = webAddress('--partner', given);
  if (isDemo && new URL(url).pathname === '/') return demoPartnerLook(url);
  return partnerLook(url, await askPartner(url), alias);
}
