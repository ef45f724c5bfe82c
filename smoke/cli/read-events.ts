// A recorded run → its events. What is not whole is told with its line; only a torn last line is let pass, since that is
// how a killed run ends.

import { createReadStream } from 'node:fs';
import type { RunEvent } from '../core/events.ts';
import { textOf } from '../core/text-of.ts';
import { UsageError } from './world.ts';

export type Recording = {
  events: readonly RunEvent[];
  /** Number of the last line, where it is torn and was left out. */
  torn?: number;
};

/** No event is longer, in characters; a longer line is not read to its end. */
const longestLine = 16 * 1024 * 1024;

/** `shown` names the file in messages. Throws a UsageError for anything but a recorded run. */
export async function readEvents(absolute: string, shown: string): Promise<Recording> {
  const events: RunEvent[] = [];
  let unread: { number: number; error: UsageError } | undefined;
  for await (const { text, number } of linesOf(absolute, shown)) {
    if (text.trim() === '') continue;
    // A line that is no JSON may be let pass only where nothing follows it.
    if (unread !== undefined) throw unread.error;
    const value = jsonIn(text);
    if (value instanceof SyntaxError)
      unread = {
        number,
        error: new UsageError(`${shown}:${number}: this line is not JSON (${value.message})`, wanted),
      };
    else if (isEvent(value)) events.push(value);
    else throw new UsageError(`${shown}:${number}: this is not an event of a run`, wanted);
  }
  if (events.length === 0) throw unread?.error ?? new UsageError(`${shown} holds no events`, wanted);
  return unread === undefined ? { events } : { events, torn: unread.number };
}

const wanted = 'Expected a file written by --reporter ndjson=FILE.';

async function* linesOf(absolute: string, shown: string): AsyncGenerator<{ text: string; number: number }> {
  let rest = '';
  let number = 0;
  try {
    for await (const chunk of createReadStream(absolute, {
      encoding: 'utf8',
      highWaterMark: 1024 * 1024,
    }) as AsyncIterable<string>) {
      const searched = rest.length;
      rest += number === 0 && searched === 0 ? chunk.replace(/^\ufeff/, '') : chunk;
      let start = 0;
      for (let end = rest.indexOf('\n', searched); end >= 0; end = rest.indexOf('\n', start)) {
        number += 1;
        yield { text: rest.slice(start, end), number };
        start = end + 1;
      }
      rest = rest.slice(start);
      if (rest.length > longestLine)
        throw new UsageError(`${shown}:${number + 1}: this line is longer than any event of a run`, wanted);
    }
  } catch (error) {
    if (error instanceof UsageError) throw error;
    throw new UsageError(`${shown}: ${textOf(error)}`);
  }
  if (rest !== '') yield { text: rest, number: number + 1 };
}

function jsonIn(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    return error;
  }
}

function isEvent(value: unknown): value is RunEvent {
  const { type, seq, ms, at } = (value ?? {}) as Record<string, unknown>;
  return typeof type === 'string' && typeof seq === 'number' && typeof ms === 'number' && typeof at === 'string';
}
