// Compares a field's text with the text that was sent, and names what happened in between.

import { bare, essence, misread, plain, readUtf8, squash } from './folding.ts';
import type { Alteration } from './look.ts';
import { escapes, unescapeText } from './unescape.ts';

export type Difference = { how: Alteration; detail: string };

/** `whole`: the text must be exactly this one; else it must contain it. */
export type Measure = { whole: boolean };

/** A shorter beginning of the sent text is as likely a text of its own. */
const leastPrefix = 6;
const leastOverlap = 12;
const longestOverlap = 4000;
const deepest = 3;
/** Characters; beyond, the marker alone tells what escapes it is in. */
const mostUndone = 8 * 1024 * 1024;

const undoing = [
  { how: 'html-escaped', kinds: escapes.html, word: 'HTML' },
  { how: 'url-escaped', kinds: escapes.url, word: 'URL' },
  { how: 'url-escaped', kinds: escapes.url | escapes.plus, word: 'URL' },
  { how: 'json-escaped', kinds: escapes.json, word: 'JSON' },
] as const;

/**
 * `same`, the alteration that explains the text best, or undefined where nothing ties it to what was sent.
 * Texts that Unicode counts as equal but that are composed of other code points (NFC, NFD) are re-encoded, not the
 * same: lengths and searches change with them, and a scenario that does not care can allow it.
 */
export function difference(value: string, sent: string, measure: Measure): 'same' | Difference | undefined {
  const v = squash(value);
  const s = squash(sent);
  if (v === '' || s === '') return v === s ? 'same' : undefined;
  const has = (a: string, b: string) => b !== '' && (measure.whole ? a === b : a.includes(b));
  if (has(v, s)) return measure.whole && value !== sent ? { how: 'whitespace', detail: 'white space differs' } : 'same';
  return (
    escaped(value, s, has) ??
    folded(v, s, has) ??
    truncated(v, s) ??
    truncatedAndMore(value, v, s) ??
    cutAtTheEnd(v, s) ??
    (has(essence(v), essence(s)) && essence(s).length >= leastPrefix
      ? { how: 'other', detail: 'case, punctuation, accents or white space changed together' }
      : undefined)
  );
}

type Has = (a: string, b: string) => boolean;

/** Undoes escapes up to three deep. The name is that of the outermost. */
function escaped(value: string, s: string, has: Has): Difference | undefined {
  for (const { text, steps } of unescaped(value)) {
    const first = steps[0];
    if (first !== undefined && has(squash(text), s)) return { how: first.how, detail: escapedHow(steps) };
  }
  const broken = value.replace(/<br\s{0,3}\/?>/giu, '\n');
  return broken !== value && has(squash(broken), s)
    ? { how: 'html-escaped', detail: 'line breaks became <br>' }
    : undefined;
}

type Step = (typeof undoing)[number];

function unescaped(value: string): readonly { text: string; steps: readonly Step[] }[] {
  const all: { text: string; steps: readonly Step[] }[] = [{ text: value, steps: [] }];
  const seen = new Set([value]);
  let spent = 0;
  for (const { text, steps } of all) {
    spent += text.length;
    if (steps.length === deepest || spent > mostUndone) continue;
    for (const step of undoing) {
      const undone = unescapeText(text, step.kinds);
      const next = undone === undefined || (step.kinds & escapes.url) === 0 ? undone : readUtf8(undone);
      if (next === undefined || seen.has(next)) continue;
      seen.add(next);
      all.push({ text: next, steps: [...steps, step] });
    }
  }
  return all.slice(1);
}

function escapedHow(steps: readonly Step[]): string {
  const words = [...steps].reverse().map((step) => step.word);
  if (words.length === 1) return `${words[0]}-escaped`;
  if (new Set(words).size === 1) return `${words[0]}-escaped ${words.length === 2 ? 'twice' : 'three times'}`;
  return `escaped for ${words.join(', then for ')}`;
}

function folded(v: string, s: string, has: Has): Difference | undefined {
  if (has(v.toLowerCase(), s.toLowerCase())) return { how: 'case-changed', detail: caseOf(v, s) };
  if (has(v.normalize('NFC'), s.normalize('NFC'))) {
    return { how: 're-encoded', detail: 'the same letters composed of other code points (Unicode normal form)' };
  }
  for (const { text, detail } of misread(s)) if (has(v, squash(text))) return { how: 're-encoded', detail };
  if (has(bare(v), bare(s))) return { how: 'whitespace', detail: 'white space was lost or added' };
  if (has(plain(v), plain(s))) return { how: 're-encoded', detail: 'accents or typographic signs were replaced' };
  return undefined;
}

function caseOf(v: string, s: string): string {
  if (v.includes(s.toUpperCase())) return 'in upper case';
  return v.includes(s.toLowerCase()) ? 'in lower case' : 'upper and lower case differ';
}

/** A beginning of the sent text, with or without an ellipsis. */
export function truncated(v: string, s: string): Difference | undefined {
  const text = withoutEllipsis(v);
  const enough = text.length >= leastPrefix || text.length * 4 >= s.length;
  if (!enough || text.length >= s.length || !s.startsWith(text)) return undefined;
  return { how: 'truncated', detail: `the first ${count(text)} of ${count(s)} characters` };
}

/** Cut, and changed before: the two most common together are escaping and case. */
function truncatedAndMore(value: string, v: string, s: string): Difference | undefined {
  const lower = truncated(v.toLowerCase(), s.toLowerCase());
  if (lower !== undefined) return { how: 'truncated', detail: `${lower.detail}, with upper and lower case changed` };
  for (const { text, steps } of unescaped(value)) {
    const cut = truncated(squash(text), s);
    if (cut !== undefined) return { how: 'truncated', detail: `${cut.detail}, ${escapedHow(steps)}` };
  }
  return cutInsideEscape(value, s);
}

/** A cut in the middle of an escape leaves a stump such as `&am` or `%C3`. */
function cutInsideEscape(value: string, s: string): Difference | undefined {
  const text = value.trimEnd();
  const sign = Math.max(text.lastIndexOf('&'), text.lastIndexOf('%'), text.lastIndexOf('\\'));
  if (sign <= 0 || text.length - sign > 10) return undefined;
  const stump = text.slice(0, sign);
  for (const { text: undone, steps } of [{ text: stump, steps: [] }, ...unescaped(stump)]) {
    const cut = truncated(squash(undone), s);
    const how = steps.length === 0 ? 'cut in the middle of an escape' : escapedHow(steps);
    if (cut !== undefined) return { how: 'truncated', detail: `${cut.detail}, ${how}` };
  }
  return undefined;
}

/** Other text, and then the beginning of the sent one: `Note: Arriving la`. */
function cutAtTheEnd(v: string, s: string): Difference | undefined {
  const text = withoutEllipsis(v);
  for (let length = Math.min(text.length, s.length - 1, longestOverlap); length >= leastOverlap; length -= 1) {
    if (text.endsWith(s.slice(0, length))) {
      return { how: 'truncated', detail: `ends with the first ${length} of ${s.length} characters` };
    }
  }
  return undefined;
}

function withoutEllipsis(text: string): string {
  for (const end of ['…', '...']) if (text.endsWith(end)) return text.slice(0, -end.length).trimEnd();
  return text;
}

function count(text: string): number {
  return [...text].length;
}
