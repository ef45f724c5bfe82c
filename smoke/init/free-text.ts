// Finds the free text in a body, where a marker can travel, and puts the marker there.

import { looksLikeCredential, namesCredential, namesCsrf } from './credential.ts';
import type { Body, FreeText } from './recorded.ts';
import { Refusal } from './refusal.ts';
import { expression, isItems, isMapping, type Mapping, type Text, text, type Value } from './value.ts';

type Leaf = { path: readonly (string | number)[]; name: string; value: string };

export type Wanted = {
  /** The name of the field, or its end: `hostMessage`, `booking.note`. */
  field?: string;
  /** A part of the text that was typed. */
  match?: string;
};

const best = /(?:message|note|comment|remark|instruction|memo|special[-_]?request|wishes)s?$/i;
const good = /(?:description|text|content|body|request|reason|details|feedback|notice|info)s?$/i;
const fair = /(?:subject|title|summary|label|reference|name)$/i;
/** Texts that only look free. */
const never =
  /(?:^|[-_.])(?:id|uuid|guid|email|phone|tel|date|time|url|uri|href|locale|lang|currency|country|zip|type|status|operation[-_]?name)$/i;
const shaped = [
  /^\d[\d\s.,:/+-]*$/, // numbers, dates, times, telephone numbers
  /^\d{4}-\d{2}-\d{2}T/,
  /^[\da-f]{8}-[\da-f]{4}-[\da-f]{4}-[\da-f]{4}-[\da-f]{12}$/i,
  /^\S+@\S+\.\w+$/,
  /^[a-z][a-z0-9+.-]*:\/\/\S*$/i,
  /^[A-Z\d_]{2,}$/, // an enum
  /^(?:query|mutation|subscription)?\s*\w*\s*(?:\([^)]*\))?\s*\{/, // GraphQL, JSON
];

/** The best place of a body, or the one that was asked for. Throws a Refusal where there is none. */
export function freeTextIn(body: Body | undefined, wanted: Wanted): FreeText {
  const leaves = body === undefined ? [] : leavesOf(body);
  if (body?.kind === 'text' && typeof body.value === 'string' && body.value !== '')
    return { path: [], value: body.value };
  const known = [...new Set(leaves.map(nameOf))];
  const there =
    known.length === 0 ? 'The request has no text in its body.' : `Its texts are ${known.slice(0, 20).join(', ')}.`;
  if (wanted.field !== undefined) {
    const { field } = wanted;
    const named = leaves.filter((leaf) => nameOf(leaf) === field || nameOf(leaf).endsWith(`.${field}`));
    const [leaf] = named.length > 0 ? named : leaves.filter(({ name }) => name.toLowerCase() === field.toLowerCase());
    if (leaf === undefined) throw new Refusal(`--field: the request has no text ${JSON.stringify(field)}`, there);
    return { path: leaf.path, value: leaf.value };
  }
  if (wanted.match !== undefined) {
    const { match } = wanted;
    const leaf = leaves.find(({ value }) => value.includes(match));
    if (leaf !== undefined) return { path: leaf.path, value: leaf.value };
    throw new Refusal(`--match: no text of the request holds ${JSON.stringify(match)}`, there);
  }
  const ranked = leaves.map((leaf) => ({ leaf, score: scoreOf(leaf) })).toSorted((a, b) => b.score - a.score);
  const [first] = ranked;
  if (first === undefined || first.score <= 0)
    throw new Refusal(
      'the request has no free text in which a marker could travel',
      `${there} --field NAME names one.`,
    );
  return { path: first.leaf.path, value: first.leaf.value };
}

/** How much a text looks like one that a person typed; 0 and less for what is none. */
export function scoreOf({ name, value }: { name: string; value: string }): number {
  const words = name.replaceAll(/([a-z\d])([A-Z])/g, '$1_$2');
  if (namesCredential(name) || namesCsrf(name) || looksLikeCredential(value) || never.test(words)) return 0;
  if (shaped.some((shape) => shape.test(value))) return 0;
  const byName = best.test(words) ? 12 : good.test(words) ? 7 : fair.test(words) ? 3 : 0;
  if (value === '') return byName >= 7 ? byName - 4 : 0;
  return byName + (/\S\s+\S/.test(value) ? 4 : 0) + Math.min(3, value.length / 20) + (byName === 0 ? -2 : 0);
}

/** The body with the marker behind the text at that place. */
export function withMarker(body: Body, { path, value, room }: FreeText): Body {
  const marked = markedText(value, room);
  if (body.kind === 'json') return { kind: 'json', value: replaced(body.value, path, marked) };
  if (body.kind === 'form' || body.kind === 'multipart')
    return { kind: body.kind, value: replaced(body.value, path, marked) as Mapping };
  const whole = typeof body.value === 'string' ? body.value : '';
  const [start, end] = body.kind === 'xml' ? path.map(Number) : [0, whole.length];
  return { kind: body.kind, value: text(whole.slice(0, start), ...marked.parts, whole.slice(end)) };
}

/** `Arriving late. ${{ marker }}`; only the marker where nothing else fits. */
export function markedText(value: string, room?: number): Text {
  const typed = value.trimEnd() === '' ? 'Arriving late.' : value.trimEnd();
  const fits = room === undefined || typed.length + 1 + markerLength <= room;
  return fits ? text(`${typed} `, expression('marker')) : text(expression('marker'));
}

/** Of a marker with the default shape: `smk-` and 16 characters. */
export const markerLength = 20;

function leavesOf(body: Body): Leaf[] {
  if (body.kind === 'xml') return typeof body.value === 'string' ? xmlLeaves(body.value) : [];
  if (body.kind === 'text') return [];
  const leaves: Leaf[] = [];
  const walk = (value: Value, path: readonly (string | number)[], name: string): void => {
    if (typeof value === 'string') leaves.push({ path, name, value });
    else if (isItems(value)) for (const [index, item] of value.entries()) walk(item, [...path, index], name);
    else if (isMapping(value)) for (const [key, item] of value) walk(item, [...path, key], key);
  };
  walk(body.value, [], '');
  return leaves;
}

/** Elements with nothing but text in them; the path is where that text begins and ends. */
function xmlLeaves(xml: string): Leaf[] {
  return [...xml.matchAll(/<([\w:.-]+)(?:\s[^<>]*)?>([^<>]+)<\/\1>/g)].map((found) => {
    const start = found.index + found[0].indexOf('>') + 1;
    const value = found[2] ?? '';
    return { path: [start, start + value.length], name: (found[1] ?? '').replace(/^.*:/, ''), value };
  });
}

/** `booking.note`, `guests.0.name`; of XML the element's name. */
function nameOf({ path, name }: Leaf): string {
  return path.some((step) => typeof step === 'string') ? path.join('.') : name;
}

function replaced(value: Value, path: readonly (string | number)[], by: Value): Value {
  const [step, ...rest] = path;
  if (step === undefined) return by;
  if (isItems(value)) return value.map((item, index) => (index === step ? replaced(item, rest, by) : item));
  if (isMapping(value))
    return new Map([...value].map(([key, item]) => [key, key === step ? replaced(item, rest, by) : item]));
  return value;
}
