// Whether a value is the sent text changed in no other way than the scenario allows, several ways together included.

import { type Measure, truncated } from './difference.ts';
import { bare, misread, plain, squash } from './folding.ts';
import type { Allowed, Alteration } from './look.ts';
import { escapes, unescapeText } from './unescape.ts';

/** True where nothing is left of the difference once every allowed alteration is made on both sides. */
export function allowed(value: string, sent: string, measure: Measure, allow: readonly Allowed[]): boolean {
  if (allow.length === 0) return false;
  const fold = folding(allow);
  const values = unescapedAs(value, allow)
    .map(fold)
    .filter((text) => text !== '');
  return sentForms(sent, allow).some((form) => values.some((text) => fits(text, form, fold, measure, allow)));
}

type Fold = (text: string) => string;

function fits(v: string, sent: string, fold: Fold, measure: Measure, allow: readonly Allowed[]): boolean {
  const s = fold(sent);
  if (measure.whole ? v === s : v.includes(s)) return true;
  return allow.some((one) => {
    if (one === 'truncated') return truncated(v, s) !== undefined;
    if (typeof one === 'string') return false;
    // A limit counts code points, UTF-16 units or bytes, as the system that cuts happens to.
    const byPoint = [...sent].slice(0, one.truncated).join('');
    const byByte = Buffer.from(sent)
      .subarray(0, one.truncated)
      .toString('utf8')
      .replace(/\ufffd+$/u, '');
    return [byPoint, sent.slice(0, one.truncated), byByte].some((cut) => cut.trim() !== '' && v === fold(cut));
  });
}

function folding(allow: readonly Allowed[]): Fold {
  const may = (how: Alteration) => allow.some((one) => one === how);
  return (text) => {
    const spaced = may('whitespace') ? bare(text) : squash(text);
    const accented = may('re-encoded') ? plain(spaced) : spaced;
    return may('case-changed') ? accented.toLowerCase() : accented;
  };
}

function sentForms(sent: string, allow: readonly Allowed[]): readonly string[] {
  return allow.includes('re-encoded') ? [sent, ...misread(sent).map((one) => one.text)] : [sent];
}

function unescapedAs(value: string, allow: readonly Allowed[]): readonly string[] {
  const kinds =
    (allow.includes('html-escaped') ? escapes.html : 0) |
    (allow.includes('json-escaped') ? escapes.json : 0) |
    (allow.includes('url-escaped') ? escapes.url : 0);
  const once = unescapeText(value, kinds);
  const twice = once === undefined ? undefined : unescapeText(once, kinds);
  return [value, once, twice].filter((text) => text !== undefined);
}
