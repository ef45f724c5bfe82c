// Unfolds a text: gives it, and then every text written inside it through the encodings that queues use, level by level.

import { type Inflate, inflateAll, mayBeCompressed, type Stream } from './compressed.ts';
import { type Alphabet, alignments, type Decoded, decodeRuns, type Runs, runsIn } from './runs.ts';
import { escapes, traceEscapes, unescapeText } from './unescape.ts';

export type Encoding = 'json' | 'url' | 'html' | 'base64' | 'hex' | 'gzip' | 'zlib';

/** One text on the way down. `trace` says where a stretch of it stood in the text it came from, and through what. */
export type Layer = {
  text: string;
  depth: number;
  parent?: Layer;
  trace?(from: number, to: number): { start: number; end: number; names: readonly Encoding[] };
};

/** What the search for a needle asks of the unfolding; searches that ask the same can share one. */
export type Plan = {
  /** Sets of escapes undone together. One set of all is enough where the needle has no escape's sign in it. */
  escapes: readonly number[];
  /** The needle has spaces, which forms write as plus signs. */
  spaces: boolean;
  /** The fewest characters of base64 in which the needle fits. */
  leastBase64: number;
  leastHex: number;
  /** Shortest stretch of legible characters in decoded bytes worth keeping. */
  leastText: number;
  /** The needle has letters beyond ASCII, so bytes above 127 are text too. */
  wide: boolean;
};

export type Unfolded = {
  layers: Layer[];
  expanded: number;
  spent: number;
  seen: Set<string>;
  gaveUp?: string;
  plan: Plan;
  inflate: Inflate;
};

/** Characters: of one text, and of all texts found inside it. */
export const textCap: number = 8 * 1024 * 1024;
const totalCap = 4 * textCap;
const depthCap = 6;
const layerCap = 2000;

export function planFor(needle: string): Plan {
  const bytes = Buffer.byteLength(needle);
  const signs = ['\\', '%', '&', '+'].some((sign) => needle.includes(sign));
  const all = escapes.json | escapes.url | escapes.html;
  return {
    escapes: signs ? [escapes.json, escapes.url, escapes.url | escapes.plus, escapes.html] : [all, all | escapes.plus],
    spaces: needle.includes(' '),
    // A long needle may be compressed inside, so beyond a point its own length says nothing.
    leastBase64: Math.min(Math.ceil((bytes * 4) / 3), 16),
    leastHex: 2 * Math.min(bytes, 12),
    leastText: Math.min(bytes, 12),
    wide: bytes !== needle.length,
  };
}

export function unfold(text: string, plan: Plan, inflate: Inflate): Unfolded {
  return { layers: [{ text, depth: 0 }], expanded: 0, spent: 0, seen: new Set(), plan, inflate };
}

/** The layers one after the other, the outermost first; those already unfolded cost nothing. `gaveUp` is set by the end. */
export function* layersOf(unfolded: Unfolded): Generator<Layer> {
  for (let index = 0; ; index += 1) {
    while (index >= unfolded.layers.length && unfolded.expanded < unfolded.layers.length) {
      const next = unfolded.layers[unfolded.expanded];
      unfolded.expanded += 1;
      if (next !== undefined) expand(unfolded, next);
    }
    const layer = unfolded.layers[index];
    if (layer === undefined) return;
    yield layer;
  }
}

function expand(unfolded: Unfolded, layer: Layer): void {
  if (layer.text.length > textCap) {
    unfolded.gaveUp ??= 'the text is longer than 8 MB';
    return;
  }
  for (const child of inside(unfolded, layer)) {
    if (child.text.length < unfolded.plan.leastText || child.text === layer.text || unfolded.seen.has(child.text))
      continue;
    if (child.depth > depthCap) unfolded.gaveUp ??= `texts are written inside one another more than ${depthCap} deep`;
    else if (unfolded.layers.length >= layerCap)
      unfolded.gaveUp ??= `more than ${layerCap} texts are written inside one another`;
    else if (unfolded.spent + child.text.length > totalCap) unfolded.gaveUp ??= 'more than 32 MB had to be decoded';
    else {
      unfolded.spent += child.text.length;
      unfolded.seen.add(child.text);
      unfolded.layers.push(child);
      continue;
    }
    return;
  }
}

function* inside(unfolded: Unfolded, parent: Layer): Generator<Layer> {
  const depth = parent.depth + 1;
  const plus = unfolded.plan.spaces || isWrappedForm(parent.text);
  for (const kinds of unfolded.plan.escapes) {
    if ((kinds & escapes.plus) !== 0 && !plus) continue;
    const text = unescapeText(parent.text, kinds);
    if (text !== undefined) {
      yield { text, depth, parent, trace: (from, to) => traceEscapes(parent.text, kinds, from, to) };
    }
  }
  if (mayBeCompressed(parent.text)) {
    const bytes = Buffer.from(parent.text, 'latin1');
    for (const stream of streamsIn(unfolded, bytes)) {
      const whole = { start: stream.at, end: parent.text.length, names: [stream.name] };
      yield { ...legible(stream.bytes, unfolded.plan), depth, parent, trace: () => whole };
    }
  }
  yield* decodedInside(unfolded, parent, 'base64', unfolded.plan.leastBase64);
  yield* decodedInside(unfolded, parent, 'hex', unfolded.plan.leastHex);
}

/** Base64 in indented lines, sent as a form: there too a plus sign is a space, and else a letter of base64. */
function isWrappedForm(text: string): boolean {
  return text.includes('%0A+') || text.includes('%0a+');
}

function* decodedInside(unfolded: Unfolded, parent: Layer, alphabet: Alphabet, least: number): Generator<Layer> {
  const depth = parent.depth + 1;
  const runs = runsIn(parent.text, alphabet, least);
  if (runs.length === 0) return;
  for (let alignment = 0; alignment < alignments[alphabet]; alignment += 1) {
    const decoded = decodeRuns(parent.text, alphabet, runs, alignment);
    const { text, offsets } = legible(decoded.bytes, unfolded.plan);
    yield {
      text,
      depth,
      parent,
      trace: (from) => ({ ...sourceOf(decoded.starts, runs, offsetAt(offsets, from)), names: [alphabet] }),
    };
    for (const stream of streamsIn(unfolded, decoded.bytes)) {
      const place = sourceOf(decoded.starts, runs, stream.at);
      yield {
        ...legible(stream.bytes, unfolded.plan),
        depth,
        parent,
        trace: () => ({ ...place, names: [alphabet, stream.name] }),
      };
    }
  }
}

function streamsIn(unfolded: Unfolded, bytes: Uint8Array): readonly Stream[] {
  const { streams, gaveUp } = inflateAll(bytes, unfolded.inflate, textCap);
  if (gaveUp) unfolded.gaveUp ??= 'something compressed holds more than 8 MB, or too much looks compressed';
  return streams;
}

/**
 * The stretches of bytes that can be text, each byte as one character, with a zero between stretches. What is left of
 * decoded noise is nothing, so that an image in base64 costs no further search. `offsets`: start in the text, start in the bytes, in turn.
 */
function legible(bytes: Uint8Array, plan: Plan): { text: string; offsets: readonly number[] } {
  const kept = new Uint8Array(bytes.length + 1);
  const offsets: number[] = [];
  let length = 0;
  let start = 0;
  for (let at = 0; at <= bytes.length; at += 1) {
    const byte = bytes[at] ?? 0;
    if ((byte >= 0x20 && byte < 0x7f) || byte === 0x0a || byte === 0x0d || byte === 0x09) continue;
    if (plan.wide && byte >= 0x80) continue;
    if (at - start >= plan.leastText) {
      offsets.push(length, start);
      kept.set(bytes.subarray(start, at), length);
      length += at - start + 1;
    }
    start = at + 1;
  }
  return { text: Buffer.from(kept.buffer, 0, Math.max(length - 1, 0)).toString('latin1'), offsets };
}

/** Position in the bytes of a position in their legible text. */
function offsetAt(offsets: readonly number[], position: number): number {
  const index = lastAtMost(offsets.length / 2, position, (at) => offsets[2 * at] ?? 0);
  return (offsets[2 * index + 1] ?? 0) + position - (offsets[2 * index] ?? 0);
}

function sourceOf(starts: Decoded['starts'], runs: Runs, byte: number): { start: number; end: number } {
  const index = lastAtMost(starts.length, byte, (at) => starts[at] ?? 0);
  return { start: runs[2 * index] ?? 0, end: runs[2 * index + 1] ?? 0 };
}

/** The last index whose value is not above the wanted one, in a list that ascends; 0 where there is none. */
function lastAtMost(count: number, wanted: number, value: (index: number) => number): number {
  let low = 0;
  let high = count - 1;
  while (low < high) {
    const middle = Math.ceil((low + high) / 2);
    if (value(middle) <= wanted) low = middle;
    else high = middle - 1;
  }
  return low;
}
