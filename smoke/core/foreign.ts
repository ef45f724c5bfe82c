// Tells that the record which the aliases name is somebody else's: a partner that answers with an older one, ids used again.

import { type Answer, sighted } from './answer.ts';
import type { Look } from './look.ts';

/** Where it stands; `marker` is another run's, in the place of ours; `quoted`: ours, in a text that this run did not send. Without either, it is such a text. */
export type Foreign = { hop: string; marker?: string; quoted?: string };

/** Another run's marker stands there. */
export function foreignIn(hop: string, look: Look | undefined): Foreign | undefined {
  return look?.kind === 'stripped' && look.other !== undefined ? { hop, marker: look.other } : undefined;
}

/** The field holds a text that nobody of this run sent. By itself that may be what the hop made of ours. */
function strangerIn(hop: string, look: Look | undefined): Foreign | undefined {
  return look?.kind === 'stripped' && look.holds === 'other text' ? { hop } : undefined;
}

/** Either of them. */
export function notOursIn(hop: string, look: Look | undefined): Foreign | undefined {
  return foreignIn(hop, look) ?? strangerIn(hop, look);
}

/** Another run's record tells more than a strange text, wherever it stands. */
export function tellingOf(found: readonly (Foreign | undefined)[]): Foreign | undefined {
  const foreign = found.filter((one) => one !== undefined);
  return foreign.find(({ marker }) => marker !== undefined) ?? foreign[0];
}

/** The first whose answer was another run's record; else the first with a strange text, where nothing of ours was seen anywhere. */
export function foreignAmong(answers: readonly Answer[]): Foreign | undefined {
  const found = tellingOf(answers.map(({ hop, look }) => notOursIn(hop, look)));
  return found?.marker === undefined && !isUnseen(answers) ? undefined : found;
}

/** No hop showed the marker, or what became of it. */
export function isUnseen(answers: readonly Answer[]): boolean {
  return !answers.some(showsOurs);
}

/** The marker was seen, or what became of it. An id alone tells of no text. */
function showsOurs(answer: Answer): boolean {
  return sighted(answer) && answer.kind !== 'stripped' && answer.kind !== 'reference';
}

/** Why nothing is deleted. */
export function foreignWords({ hop, marker, quoted }: Foreign): string {
  if (quoted !== undefined)
    return `not deleted: what holds ${quoted} at ${hop} quotes it in a text that was not sent, so it may be somebody else's`;
  return marker === undefined
    ? `not deleted: no look showed the marker, and at ${hop} the ids name a record with another text, which may be somebody else's`
    : `not deleted: what the ids name at ${hop} is the record of ${marker}, another run's`;
}

/** The same, of ids that an older record of ours is known by already. */
export function twinWords(twin: { marker: string; run: string }): string {
  return `not deleted: no look showed the marker, and the ids are those of ${twin.marker}, which the run ${twin.run} had sent before: the system gave back that record`;
}
