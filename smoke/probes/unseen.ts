// What a look could not have seen, however it looked: said with what would show it.

import type { Reading } from '../core/look.ts';
import { dateTime } from '../core/wording.ts';
import { isPast } from './past-send.ts';

export type Unseen = NonNullable<Reading['unseen']>;

/** The system leaves nothing of it. `hint`: what would make it observable. */
export function leavesNothing(message: string, hint: string): Unseen {
  return { kind: 'not-observable', message, hint };
}

/** The system leaves nothing of what is done. Where nothing was sent, none of it was due. */
export function leavesNothingDone(message: string, hint: string): Unseen {
  return { ...leavesNothing(message, hint), quiet: message };
}

/** The window that is read was too small. `hint`: what makes it larger. */
export function tooSmall(message: string, hint: string): Unseen {
  return { kind: 'gave-up', message, hint };
}

export type Silence = {
  /** `nothing was put into queue push since the send`. */
  nothing: string;
  /** What it may have gone to in place of it: `another queue, prefix or server`. */
  other: string;
  /** How a person tells which of the two it is. */
  which: string;
  /** See `Reading.unseen`. */
  quiet: string;
};

/** Nothing at all came where a tap listens. Nobody can tell from there that nothing went anywhere else. */
export function silence({ nothing, other, which, quiet }: Silence): Unseen {
  const message = `${nothing}: either the app put nothing there, or it uses ${other}`;
  return { ...leavesNothing(message, `To tell which: ${which}`), quiet };
}

/** What a tap could not see, with its silence among it. */
export function heard(count: number, unseen: readonly Unseen[], silent: Silence): readonly Unseen[] {
  return count > 0 || unseen.length > 0 ? unseen : [silence(silent)];
}

/** From when on a tap knows what came: `opened` is when it was laid, which in a run is before the send. */
export function sinceWhen(since: Date, opened: Date): string {
  return isPast(since, opened) ? `since ${dateTime(since.toISOString())}` : 'since the send';
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
  // One more reason beside the silence is no silence.
  const quiet = unseen.length === 1 ? first.quiet : undefined;
  return {
    ...says,
    unseen: { kind, message: messages.join('; '), hint: hints.join(' '), ...(quiet !== undefined && { quiet }) },
  };
}

/** Of whatever takes in more bytes than one look may. */
export const bytesCapped: Unseen = tooSmall(
  'only 8 MB are read at once',
  'Lower `limit`: then at least the newest are read whole.',
);
