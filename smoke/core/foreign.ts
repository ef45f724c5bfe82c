// Tells that the record which the aliases name is another run's: a partner that answers with an older one, ids used again.

import type { Answer } from './answer.ts';
import type { Look } from './look.ts';

/** Where another run's marker stood in the place of ours, and which. */
export type Foreign = { hop: string; marker: string };

export function foreignIn(hop: string, look: Look | undefined): Foreign | undefined {
  return look?.kind === 'stripped' && look.other !== undefined ? { hop, marker: look.other } : undefined;
}

/** The first whose answer was another run's record. */
export function foreignAmong(answers: readonly Answer[]): Foreign | undefined {
  return answers.map(({ hop, look }) => foreignIn(hop, look)).find((one) => one !== undefined);
}

/** Why nothing is deleted. */
export function foreignWords({ hop, marker }: Foreign): string {
  return `not deleted: what the ids name at ${hop} is the record of ${marker}, another run's`;
}
