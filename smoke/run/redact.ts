// Masks secrets in everything that leaves a run. One secret is found in all its spellings: as it is, base64,
// URL-encoded, JSON- and HTML-escaped; credentials in URLs and headers are masked without being known.

import { credentialRanges, isCredentialKey } from '../core/credentials.ts';
import { plainCopy } from './plain-copy.ts';
import { formsOf, type SecretForm } from './secret-forms.ts';
import { unescapedViews, type View } from './unescape.ts';

export type Mask = {
  /** Masks this text from now on, as `***NAME***`. Says why where it cannot be masked. */
  add(secret: string, name: string): string | undefined;
  mask(text: string): string;
  /** A frozen plain-JSON copy with every text in it masked, keys included. */
  maskDeep(value: unknown): unknown;
};

/** Masking anything shorter would mask half of every text. */
export const shortestSecret = 6;

type Known = { form: SecretForm; secret: Secret };
type Secret = { name: string; label: string };
type Span = { start: number; end: number; label: string; weight: number };

/** Anything shorter of a secret's lines (`}`, `type: x`) would mask too much. */
const shortestLine = 8;
const mostLines = 200;

const anonymous = '***';
const mostPasses = 4;

export function createMask(): Mask {
  const secrets = new Map<string, Secret>();
  let forms: Known[] = [];

  const addOne = (text: string, name: string): void => {
    if (secrets.has(text)) return;
    const secret = { name, label: `***${name.replace(/[^\w.-]/g, '_').slice(0, 40)}***` };
    const added = formsOf(text).map((form) => ({ form, secret }));
    forms = [...forms, ...added].sort((a, b) => b.form.text.length - a.form.text.length);
    // A name may hold a secret itself (`DB_PASSWORD`, whose value is `PASSWORD`): the new one any, an older one the new.
    if (secretSpans(secret.label, forms).length > 0) secret.label = anonymous;
    for (const each of secrets.values()) if (secretSpans(each.label, added).length > 0) each.label = anonymous;
    secrets.set(text, secret);
  };

  const add = (secret: string, name: string): string | undefined => {
    const problem = whyNot(secret, name);
    if (problem !== undefined) return problem;
    addOne(secret, name);
    // A file's last line end is part of the secret as read, but not of what is sent.
    if (secret.trim() !== secret && secret.trim().length >= shortestSecret) addOne(secret.trim(), name);
    for (const part of partsOf(secret.trim())) addOne(part, name);
    return undefined;
  };

  const mask = (text: string): string => {
    if (text.length < shortestSecret) return text;
    let masked = replace(text, allSpans(text, forms, true));
    if (masked === text) return text;
    // A label beside what was left may spell another secret, so look again until nothing is found.
    for (let pass = 1; pass < mostPasses; pass++) {
      const spans = allSpans(masked, forms, false);
      if (spans.length === 0) return masked;
      masked = replace(masked, spans);
    }
    return allSpans(masked, forms, false).length === 0 ? masked : anonymous;
  };

  const maskDeep = (value: unknown): unknown =>
    plainCopy(value, { text: (text, key) => (isCredentialKey(key) ? anonymous : mask(text)), key: mask });

  return { add, mask, maskDeep };
}

function whyNot(secret: string, name: string): string | undefined {
  if (secret.trim().length < shortestSecret)
    return `The secret ${name} is shorter than ${shortestSecret} characters, so masking it would mask everything. Use a longer one.`;
  if (/^[*\s]+$/.test(secret))
    return `The secret ${name} is nothing but asterisks: a masked value was stored in its place. Store the real one.`;
  return undefined;
}

/** A secret of several lines comes back line by line in a log, and as one line where somebody squeezed its white space. */
function partsOf(secret: string): string[] {
  const lines = secret
    .split(/[\r\n]+/, mostLines)
    .map((line) => line.trim())
    .filter((line) => line.length >= shortestLine);
  return [secret.replace(/\s+/g, ' '), ...lines];
}

function allSpans(text: string, forms: readonly Known[], credentials: boolean): Span[] {
  const spans: Span[] = [];
  const collect = (from: string, place: (at: number) => number): void => {
    for (const span of secretSpans(from, forms))
      spans.push({ ...span, start: place(span.start), end: place(span.end) });
    if (!credentials) return;
    for (const { start, end } of credentialRanges(from))
      spans.push({ start: place(start), end: place(end), label: anonymous, weight: 0 });
  };
  collect(text, (at) => at);
  for (const outer of unescapedViews(text)) {
    collect(outer.text, placeIn(outer));
    // Escapes come in twos: JSON within JSON, a URL within a URL.
    for (const inner of unescapedViews(outer.text)) {
      const [toOuter, toText] = [placeIn(inner), placeIn(outer)];
      collect(inner.text, (at) => toText(toOuter(at)));
    }
  }
  return spans;
}

function placeIn(view: View): (at: number) => number {
  return (at) => view.from[at] ?? 0;
}

function secretSpans(text: string, forms: readonly Known[]): Span[] {
  const spans: Span[] = [];
  const signs = { '': true, '%': text.includes('%'), '\\': text.includes('\\'), '&': text.includes('&') };
  for (const { form, secret } of forms) {
    const size = form.text.length;
    if (size > text.length || !signs[form.sign]) continue;
    for (let at = text.indexOf(form.text); at !== -1; at = text.indexOf(form.text, at + 1)) {
      const last = spans.at(-1);
      const [start, end] = [beforeIn(text, at, form), afterIn(text, at + size, form)];
      if (last !== undefined && last.label === secret.label && start < last.end && start >= last.start)
        last.end = Math.max(last.end, end);
      else spans.push({ start, end, label: secret.label, weight: size });
    }
  }
  return spans;
}

function beforeIn(text: string, start: number, form: SecretForm): number {
  return form.before === 1 && start > 0 && isBase64(text.charCodeAt(start - 1)) ? start - 1 : start;
}

function afterIn(text: string, end: number, form: SecretForm): number {
  let at = end;
  if (form.after === 0) return at;
  if (at < text.length && isBase64(text.charCodeAt(at))) at++;
  while (at < end + 3 && text[at] === '=') at++;
  return at;
}

function isBase64(code: number): boolean {
  return (
    (code >= 97 && code <= 122) ||
    (code >= 65 && code <= 90) ||
    (code >= 47 && code <= 57) ||
    code === 43 || // +
    code === 45 || // -
    code === 95 // _
  );
}

/** Overlapping spans become one, under the label of the longest secret in it. */
function replace(text: string, spans: readonly Span[]): string {
  const unions: Span[] = [];
  for (const span of spans.toSorted((a, b) => a.start - b.start)) {
    const last = unions.at(-1);
    if (last === undefined || span.start >= last.end) {
      unions.push({ ...span });
      continue;
    }
    last.end = Math.max(last.end, span.end);
    if (span.weight > last.weight) [last.label, last.weight] = [span.label, span.weight];
  }
  let masked = '';
  let done = 0;
  for (const { start, end, label } of unions) {
    masked += text.slice(done, start) + label;
    done = end;
  }
  return masked + text.slice(done);
}
