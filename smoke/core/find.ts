// Finds a text in another: literally, or through any chain of the encodings that queues use.

import type { Inflate } from './compressed.ts';
import { type Encoding, type Layer, layersOf, planFor, type Unfolded, unfold } from './unfold.ts';

export type Finding =
  /** `via` names the encodings, the outermost first; `index` counts in the decoded text, of which `context` is a piece. */
  | { kind: 'found'; via: readonly Encoding[]; index: number; context: string }
  | { kind: 'missing' }
  /** A cap was reached before everything was searched: never to be read as missing. */
  | { kind: 'gave-up'; why: string };

const contextLength = 60;

/**
 * Searches 8 MB in about a second, whatever they hold. A text that was bytes may be given with each byte as one
 * character (latin1) or as UTF-8 text. Case, and white space, must be the same; see `assess` for what was damaged.
 */
export function find(text: string, needle: string, inflate: Inflate): Finding {
  return findIn(unfold(text, planFor(needle), inflate), needle);
}

/** The same in a text that is unfolded already, by the needle's plan. */
export function findIn(unfolded: Unfolded, needle: string): Finding {
  const forms = formsOf(needle);
  for (const layer of layersOf(unfolded)) {
    for (const form of forms) {
      const index = layer.text.indexOf(form);
      if (index === -1) continue;
      const context = layer.text.slice(Math.max(0, index - contextLength), index + form.length + contextLength);
      return { kind: 'found', via: encodingsOf(layer, index, index + form.length), index, context };
    }
  }
  return unfolded.gaveUp === undefined ? { kind: 'missing' } : { kind: 'gave-up', why: unfolded.gaveUp };
}

/** Letters beyond ASCII may stand as the bytes of their UTF-8. */
export function formsOf(needle: string): readonly string[] {
  const bytes = Buffer.from(needle, 'utf8').toString('latin1');
  return bytes === needle ? [needle] : [needle, bytes];
}

/** The encodings around a stretch of a layer, the outermost first. */
export function encodingsOf(layer: Layer, from: number, to: number): readonly Encoding[] {
  const names: Encoding[] = [];
  let start = from;
  let end = to;
  for (let at: Layer | undefined = layer; at?.trace !== undefined; at = at.parent) {
    const step = at.trace(start, end);
    names.unshift(...step.names);
    ({ start, end } = step);
  }
  return names;
}
