// Tells a record of ours from one in which somebody wrote the marker down: `probe smk-… failed at 3 am` in a guest's booking.

import { isFreeText } from './by-alias.ts';
import { contentsOf } from './contents.ts';
import { essence, misread, plain } from './folding.ts';
import type { Candidate, Marker } from './look.ts';
import { escapes, unescapeText } from './unescape.ts';

/** What a run sent. `texts`: those that hold the marker; `others`: all others, which a system may put beside them. */
export type Sendings = { texts: readonly SentWith[]; others: readonly string[] };

/** `document`: one whole text with much around the marker (a body, a URL). */
export type SentWith = { text: string; document: boolean };

/** Stands in a text for what is not known of it: one word at most, or anything could be ours. */
export const unknownPart = '***';

/**
 * The marker stands in it, and only in texts that nobody of this run sent. A record of ours holds at least one as it was
 * sent, be it shortened, escaped, in another case or joined with other texts of the send. An encoding counts as ours:
 * people do not quote in base64.
 */
export function onlyQuotes(candidate: Candidate, marker: Marker, sendings: Sendings): boolean {
  const loose = looselyOf(marker);
  const holding = contentsOf(candidate)
    .leaves.flatMap(({ text }) => textsIn(text))
    .filter((text) => formsOf(text).some((form) => loose.test(plain(form))));
  if (holding.length === 0) return false;
  if (isFreeText(candidate)) return !holding.some((text) => standsIn(text, marker, sendings));
  const known = knownOf(sendings);
  return !holding.some((text) => formsOf(text).some((form) => wasSent(form, loose, known)));
}

/** The first text that holds the marker. */
export function holderOf(candidate: Candidate, marker: Marker): string {
  const { text, leaves } = contentsOf(candidate);
  return leaves.find((leaf) => leaf.text.includes(marker.text))?.text ?? text;
}

type Known = { texts: readonly string[]; words: ReadonlySet<string>; unknown: readonly Unknown[] };

/** Words of a text that is known in part, and how many of its words are not. */
type Unknown = { words: readonly string[]; parts: number };

function knownOf({ texts, others }: Sendings): Known {
  const all = texts.flatMap(({ text }) => [text, ...misread(text).map((one) => one.text)].flatMap(formsOf));
  const unknown = texts.flatMap(({ text }) => {
    const parts = text.split(unknownPart).length - 1;
    return parts === 0 ? [] : [{ words: wordsOf(text), parts }];
  });
  return { texts: all.map(essence), words: new Set([...all, ...others].flatMap(wordsOf)), unknown };
}

function wasSent(value: string, loose: RegExp, { texts, words, unknown }: Known): boolean {
  const held = essence(value);
  if (texts.some((text) => text.includes(held))) return true;
  const around = plain(value).replace(new RegExp(loose, 'giu'), ' ');
  const last = wordsOf(around).at(-1);
  const cut = /[\p{L}\p{N}][^\p{L}\p{N}]*$/u.test(around) ? last : undefined;
  const isKnown = (word: string): boolean =>
    words.has(word) || (word === cut && [...words].some((one) => one.startsWith(word)));
  const tokens = around.split(/\s+/u).map(wordsOf);
  const strange = tokens.filter((token) => !token.every(isKnown)).length;
  if (strange === 0) return true;
  const said = new Set(tokens.flat());
  return unknown.some((one) => strange <= one.parts && one.words.some((word) => said.has(word)));
}

/** In a line or a page, columns and words look alike: the sent text has to stand there, up to the marker. */
function standsIn(value: string, marker: Marker, { texts }: Sendings): boolean {
  const held = formsOf(value).map(essence);
  return texts.some(({ text, document }) => {
    const start = text.slice(0, text.indexOf(marker.text) + marker.text.length);
    const parts = start.split(unknownPart).map(essence);
    return document || held.some((one) => parts.every((part) => one.includes(part)));
  });
}

/** The text, and those inside it where it is a JSON document. */
function textsIn(text: string): readonly string[] {
  if (!/^\s*[[{]/u.test(text)) return [text];
  const inner: string[] = [];
  try {
    JSON.parse(text, (_key, part: unknown) => {
      if (typeof part === 'string') inner.push(part);
      return null;
    });
  } catch {
    return [text];
  }
  return inner;
}

const allEscapes = escapes.html | escapes.json | escapes.url;

/** As it is and with its escapes undone; each without markup, too. */
function formsOf(text: string): readonly string[] {
  const once = unescapeText(text, allEscapes);
  const twice = once === undefined ? undefined : unescapeText(once, allEscapes);
  const forms = [text, once, twice].filter((one) => one !== undefined);
  return [...new Set(forms.flatMap((one) => [one, one.replace(/<[^<>]*>/gu, ' ')]))];
}

function wordsOf(text: string): string[] {
  return (
    plain(text)
      .toLowerCase()
      .match(/[\p{L}\p{N}]+/gu) ?? []
  );
}

/** Whatever case it is in, and whatever became of its separator. */
function looselyOf(marker: Marker): RegExp {
  return new RegExp([...essence(marker.text)].join('[^\\p{L}\\p{N}]*'), 'iu');
}
