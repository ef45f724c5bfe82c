// What a look could not have seen, however it looked: said with what would show it.

import type { Reading } from '../core/look.ts';

export type Unseen = NonNullable<Reading['unseen']>;

/** The system leaves nothing of it. `hint`: what would make it observable. */
export function leavesNothing(message: string, hint: string): Unseen {
  return { kind: 'not-observable', message, hint };
}

/** The window that is read was too small. `hint`: what makes it larger. */
export function tooSmall(message: string, hint: string): Unseen {
  return { kind: 'gave-up', message, hint };
}

/** What a tap could not see, with its silence among it: where nothing at all came, it may listen to the wrong thing. */
export function heard(count: number, unseen: readonly Unseen[], what: string): readonly Unseen[] {
  if (count > 0 || unseen.length > 0) return unseen;
  return [
    leavesNothing(
      `nothing at all came in ${what}: it is not the one that is used, or nothing was sent`,
      'Check its name. Where something else comes in it, the difference is told.',
    ),
  ];
}

/** Names that are told of a queue that is not there, at most. */
const NAMES = 20;

/** Nothing was ever put into such a queue. `others`: those that there are. `where`: which option says where they are. */
export function noQueue(system: string, queue: string, others: readonly string[], where: string): Unseen {
  const shown = others.toSorted().slice(0, NAMES).join(', ');
  return leavesNothing(
    `${system} has no queue ${queue}: nothing was ever put into it, or it has another name`,
    others.length === 0
      ? `It has none at all: check ${where} and the number of the database.`
      : `It has ${shown}${others.length > NAMES ? ', …' : ''}.`,
  );
}

type Said = Pick<Reading, 'whole' | 'searched' | 'unseen'>;

/** What a reading says of it. `doubts`: why an absence proves nothing, though the look could see. */
export function sayUnseen(searched: string, unseen: readonly Unseen[], doubts: readonly string[] = []): Said {
  const messages = [...new Set(unseen.map(({ message }) => message))];
  const says = {
    whole: unseen.length === 0 && doubts.length === 0,
    searched: [searched, ...messages, ...doubts].join('; '),
  };
  const [first] = unseen;
  if (first === undefined) return says;
  // What leaves nothing is not seen in a larger window either.
  const { kind } = unseen.find((one) => one.kind === 'not-observable') ?? first;
  const hints = [...new Set(unseen.flatMap(({ hint }) => hint ?? []))];
  return { ...says, unseen: { kind, message: messages.join('; '), hint: hints.join(' ') } };
}

/** Of whatever takes in more bytes than one look may. */
export const bytesCapped: Unseen = tooSmall(
  'only 8 MB are read at once',
  'Lower `limit`: then at least the newest are read whole.',
);
