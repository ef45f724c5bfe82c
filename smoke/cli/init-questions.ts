// What init asks on a terminal: only what the flags leave open, each with an answer that fits.

import path from 'node:path';
import { demoPartner } from '../init/demo-recorded.ts';
import { slug } from '../init/names.ts';
import { Refusal } from '../init/refusal.ts';
import type { Imported } from '../init/source.ts';
import { freeName, type Taken, takenBy } from './init-names.ts';
import { addressFault } from './init-partner.ts';
import { type InitFlags, importedFor, nameFault, sourceOf } from './init-source.ts';
import { Declined, openQuestions, type Questions } from './questions.ts';
import { UsageError, type World } from './world.ts';

export { Declined };

const sources = ['demo', 'curl', 'har', 'playwright', 'openapi'] as const;

/** Throws Declined at Ctrl-C and Ctrl-D. */
export async function askAll(
  flags: InitFlags,
  taken: Taken,
  world: World,
): Promise<{ flags: InitFlags; imported: Imported }> {
  const questions = openQuestions(world);
  try {
    const chosen = { ...flags };
    const imported =
      sourceOf(flags) === undefined
        ? await askSource(chosen, questions, world)
        : await importAsking(chosen, questions, world);
    const isDemo = sourceOf(chosen) === undefined;
    if (chosen.partner === undefined) {
      questions.say(
        isDemo
          ? 'Where does the record arrive?'
          : 'Where does the record arrive? An address that lists the records there; it is asked once. Enter leaves it open.',
      );
      chosen.partner = await questions.ask('Partner', isDemo ? demoPartner : '', (answer) =>
        answer === '' ? undefined : addressFault(answer),
      );
    }
    // With --output --force the file that has the name may be the one that is written over.
    const own = chosen.output === undefined ? undefined : path.resolve(world.cwd, chosen.output);
    chosen.name ??= await questions.ask('Name of the scenario', freeName(imported.name, taken, own), (name) => {
      const file = takenBy(name, taken, own);
      return nameFault(name) ?? (file === undefined ? undefined : `The name is taken by ${file}.`);
    });
    chosen.output ??= await questions.ask('File', path.join('scenarios', `${slug(chosen.name)}.yaml`));
    return { flags: chosen, imported };
  } finally {
    questions.end();
  }
}

/** Asks until something comes of it: a wrong file is told and asked for again. */
async function askSource(chosen: InitFlags, questions: Questions, world: World): Promise<Imported> {
  questions.say(
    'Where does the first request come from?\n  demo        a booking in the demo system\n  curl        a request copied from a browser\n  har         a recording exported from a browser\n  playwright  the output of playwright codegen\n  openapi     a document that describes the API',
  );
  for (;;) {
    const kind = await questions.ask('Source', 'demo', (answer) =>
      sources.some((one) => one === answer) ? undefined : `One of ${sources.join(', ')}.`,
    );
    if (kind === 'demo') return await importedFor(chosen, world);
    const value = kind === 'curl' ? await askCurl(questions) : await questions.ask('File', '', nothing);
    const key = `from${kind.charAt(0).toUpperCase()}${kind.slice(1)}` as 'fromCurl';
    try {
      const flags = { ...chosen, [key]: value };
      const imported = await importAsking(flags, questions, world);
      Object.assign(chosen, flags);
      return imported;
    } catch (error) {
      if (!(error instanceof Refusal || error instanceof UsageError)) throw error;
      questions.say(`  ${error.message}${error.hint === undefined ? '' : `\n  ${error.hint}`}`);
    }
  }
}

/** Where the source leaves a choice, it is asked for and put into `chosen`. */
async function importAsking(chosen: InitFlags, questions: Questions, world: World): Promise<Imported> {
  try {
    return await importedFor(chosen, world);
  } catch (error) {
    const choices = error instanceof Refusal ? error.choices : [];
    if (choices.length === 0) throw error;
    const known = `One of ${choices.slice(0, 20).join(', ')}.`;
    questions.say(`Several operations create something.\n  ${choices.slice(0, 20).join('\n  ')}`);
    chosen.operation = await questions.ask('Operation', '', (answer) => (choices.includes(answer) ? undefined : known));
    return await importedFor(chosen, world);
  }
}

/** A pasted command goes on over lines that end in `\` or `^`. */
async function askCurl(questions: Questions): Promise<string> {
  let text = await questions.ask('The command, pasted, or a file with it', '', nothing);
  while (/[\\^]$/.test(text.trimEnd())) text += `\n${await questions.more()}`;
  return text;
}

function nothing(answer: string): string | undefined {
  return answer === '' ? 'Something must stand here; Ctrl-C ends this.' : undefined;
}
