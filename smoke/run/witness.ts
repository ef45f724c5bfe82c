// Somebody who looks on while a scenario is written (`look`, `doctor`, `run --step`): told more than the events hold.

import type { LookAt } from '../core/answer.ts';
import type { Candidate, Look, Marker, Reading, Selection } from '../core/look.ts';
import type { RawAnswer, ReadContext } from '../probes/plugin.ts';
import type { Hop, Step } from '../scenario/model.ts';

/** Texts come as they are: a witness that shows them masks them first. */
export type Witness = {
  /** After each look, also one that could not be made. */
  looked?(hop: Hop, seen: Seen): void;
  /** Before a step of the send goes, with its options as resolved; it goes when this resolves. */
  beforeSend?(step: Step, options: unknown, signal: AbortSignal): Promise<void>;
  /** When the send is done, every hop is looked at, and again as long as this says so; then the watch goes on by itself. */
  afterRound?(looks: readonly LookAt[], signal: AbortSignal): Promise<'again' | 'on'>;
  /** After the verdict, which `headline` tells. */
  beforeClean?(headline: string): Promise<'clean' | 'keep'>;
};

export type Seen = {
  look: Look;
  /** What was looked for. */
  of: { scenario: { name: string }; marker: Marker; aliases: ReadonlyMap<string, string> };
  /** The look's options as resolved; absent where one is not known yet. */
  asked?: unknown;
  answer?: RawAnswer;
  /** Absent where nothing could be read. */
  read?: { reading: Reading; selection: Selection; picked: readonly Candidate[] };
};

// Readings are shared between looks, and a read that failed leaves nothing but its error: both carry their answer along.
const answers: WeakMap<object, RawAnswer> = new WeakMap();

/** Reads, and keeps what came back for a witness. Without one, nothing is kept. */
export async function witnessed(
  witness: Witness | undefined,
  read: (more: Pick<ReadContext, 'answered'>) => Promise<Reading>,
): Promise<Reading> {
  if (witness?.looked === undefined) return read({});
  let answer: RawAnswer | undefined;
  const keep = (by: unknown): void => {
    if (answer !== undefined && typeof by === 'object' && by !== null) answers.set(by, answer);
  };
  try {
    const reading = await read({
      answered: (came) => {
        answer = came;
      },
    });
    keep(reading);
    return reading;
  } catch (error) {
    keep(error);
    throw error;
  }
}

/** `by`: the reading, or what was thrown in its place. */
export function answerOf(by: unknown): { answer?: RawAnswer } {
  const answer = typeof by === 'object' && by !== null ? answers.get(by) : undefined;
  return answer === undefined ? {} : { answer };
}
