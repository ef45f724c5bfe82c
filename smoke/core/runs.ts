// Finds the stretches of a text that may be base64 or hex, and decodes all of them at one alignment into bytes.

import { hexDigit } from './unescape.ts';

export type Alphabet = 'base64' | 'hex';

/** Start and end of each stretch in turn, so a text of a million of them needs no million objects. */
export type Runs = readonly number[];

/** Decoded stretches, each followed by a zero byte. `starts[i]` is where the i-th begins in `bytes`. */
export type Decoded = { bytes: Uint8Array; starts: readonly number[] };

const skipped = 254;
const foreign = 255;

/** Character code → value; both base64 alphabets in one, and the white space that lines are wrapped with. */
const tables: Readonly<Record<Alphabet, Uint8Array>> = { base64: base64Table(), hex: hexTable() };

/** How many alignments a stretch can have, where other letters may stand right before it. */
export const alignments: Readonly<Record<Alphabet, number>> = { base64: 4, hex: 2 };

/** Stretches of at least `least` characters of the alphabet; line breaks, and the indents after them, do not end one. */
export function runsIn(text: string, alphabet: Alphabet, least: number): Runs {
  const table = tables[alphabet];
  const runs: number[] = [];
  let start = -1;
  let end = 0;
  let count = 0;
  let broken = false;
  for (let at = 0; at <= text.length; at += 1) {
    const code = at < text.length ? text.charCodeAt(at) : 0;
    const value = code < 128 ? (table[code] ?? foreign) : foreign;
    if (value < skipped) {
      if (count === 0) start = at;
      count += 1;
      end = at + 1;
      broken = false;
      continue;
    }
    if (count === 0) continue;
    if (code === 0x0a || code === 0x0d) broken = true;
    else if (value === foreign || !broken) {
      if (count >= least) runs.push(start, end);
      count = 0;
      broken = false;
    }
  }
  return runs;
}

/** Decodes every stretch, leaving out its first `alignment` characters. */
export function decodeRuns(text: string, alphabet: Alphabet, runs: Runs, alignment: number): Decoded {
  const table = tables[alphabet];
  const bits = alphabet === 'base64' ? 6 : 4;
  let room = 0;
  for (let index = 0; index < runs.length; index += 2) room += (runs[index + 1] ?? 0) - (runs[index] ?? 0) + 1;
  const bytes = new Uint8Array(room);
  const starts: number[] = [];
  let length = 0;
  for (let index = 0; index < runs.length; index += 2) {
    starts.push(length);
    const end = runs[index + 1] ?? 0;
    let skip = alignment;
    let held = 0;
    let have = 0;
    for (let at = runs[index] ?? 0; at < end; at += 1) {
      const value = table[text.charCodeAt(at)] ?? foreign;
      if (value >= skipped) continue;
      if (skip > 0) {
        skip -= 1;
        continue;
      }
      held = ((held << bits) | value) & 0xffff;
      have += bits;
      if (have >= 8) {
        have -= 8;
        bytes[length++] = (held >> have) & 0xff;
      }
    }
    bytes[length++] = 0;
  }
  return { bytes: bytes.subarray(0, length), starts };
}

function base64Table(): Uint8Array {
  const table = new Uint8Array(128).fill(foreign);
  const letters = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789';
  for (const [value, letter] of [...letters].entries()) table[letter.charCodeAt(0)] = value;
  for (const [letter, value] of [
    ['+', 62],
    ['-', 62],
    ['/', 63],
    ['_', 63],
  ] as const)
    table[letter.charCodeAt(0)] = value;
  return withSpace(table);
}

function hexTable(): Uint8Array {
  const table = new Uint8Array(128).fill(foreign);
  for (let code = 0; code < 128; code += 1) if (hexDigit(code) !== -1) table[code] = hexDigit(code);
  return withSpace(table);
}

function withSpace(table: Uint8Array): Uint8Array {
  for (const space of '\r\n\t ') table[space.charCodeAt(0)] = skipped;
  return table;
}
