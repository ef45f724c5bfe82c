// Lines that a store of logs keeps, as records: the same as those of a file, with what the store knows of them as columns.

import type { Candidate } from '../../core/look.ts';
import { lineReader, looksJson } from '../../select/line.ts';

export type StoredLine = {
  text: string;
  source: string;
  /** When it was written, as the store says. */
  at?: string | undefined;
  instance?: string | undefined;
  /** Found by name. */
  columns: Readonly<Record<string, string>>;
};

/**
 * The clocks of the machines that write may be behind ours: what is read begins this long before the send, in ms. More is
 * read than must be; a marker stands in no line that is older than it.
 */
export const clockMargin = 30_000;

/** Bytes after which a look asks for no more, whatever its limit says. */
export const byteCap: number = 32 * 1024 * 1024;

/** Lines that were read together: a selector of data finds nothing in a plain line among JSON, nor a label that others have. */
export async function storedLines(lines: readonly StoredLine[]): Promise<Candidate[]> {
  const read = await lineReader();
  const json = lines.some(({ text }) => looksJson(text));
  let names: ReadonlySet<string> | undefined;
  const all = (): ReadonlySet<string> => {
    names ??= new Set(lines.flatMap(({ columns }) => Object.keys(columns)));
    return names;
  };
  return lines.map(({ text, source, at, instance, columns }) =>
    read({
      line: text,
      source,
      mixed: () => json,
      columns: { own: columns, all },
      ...(at !== undefined && { at }),
      ...(instance !== undefined && { instance }),
    }),
  );
}

export function counted(count: number, what: string): string {
  return `${count} ${what}${count === 1 ? '' : 's'}`;
}
