// What the `elasticsearch` plug-in asks, and what it makes of the documents that come back.

import { type Json, jsonText } from '../../select/json-text.ts';
import type { ElasticsearchOptions } from './elasticsearch-options.ts';
import type { StoredLine } from './store-lines.ts';

/** `id`: of the document, with its index. `time`: what it was sorted by, in ms. */
export type Hit = { id: string; time: number | undefined; line: StoredLine };

/** Names within names, and names in all, that become columns of a document. */
const DEEP = 6;
const MANY = 300;
const usualInstances = ['kubernetes.pod.name', 'host.name', 'host.hostname', 'hostname', 'host'];

/**
 * Documents from `from` to `to` (ms), the newest first. What is older than the send is left out by the time-field, which
 * the query itself need not name. `total`: how many the answer counts at most.
 */
export function searchBody(
  options: ElasticsearchOptions,
  range: { from: number; to?: number | undefined; size: number; total: number },
): unknown {
  const { query, text, term = {} } = options;
  const { from, to, size, total } = range;
  const time = timeField(options);
  const bounds = { gte: iso(from), ...(to !== undefined && { lte: iso(to) }), format: 'strict_date_optional_time' };
  const filter = [
    { range: { [time]: bounds } },
    ...(query === undefined ? [] : [query]),
    ...(text === undefined ? [] : [{ match_phrase: { [textField(options)]: text } }]),
    ...Object.entries(term).map(([field, value]) => ({ term: { [field]: value } })),
  ];
  return { size, track_total_hits: total, sort: [{ [time]: 'desc' }], query: { bool: { filter } } };
}

/** The fields that the plug-in itself searches: one that no index has finds nothing, and no error. */
export function fieldsOf(options: ElasticsearchOptions): readonly string[] {
  const { text, term = {} } = options;
  return [timeField(options), ...(text === undefined ? [] : [textField(options)]), ...Object.keys(term)];
}

/** Undefined where it is none: a hit has an id, and what was indexed where that is kept. */
export function hitOf(hit: Json, options: ElasticsearchOptions): Hit | undefined {
  const { _id, _index, _source, sort } = membersOf(hit);
  if (typeof _id !== 'string' || typeof _index !== 'string' || _source === undefined || _source === null)
    return undefined;
  const columns: Record<string, string> = { _id, _index };
  flatten(_source, '', columns, DEEP);
  const { 'instance-field': field } = options;
  const names = field === undefined ? usualInstances : [field];
  const name = names.find((one) => (columns[one] ?? '') !== '');
  const [time] = Array.isArray(sort) ? sort : [];
  const line = {
    text: jsonText({}, '', _source),
    source: `document ${_id} of ${_index}`,
    at: columns[timeField(options)],
    instance: name === undefined ? undefined : columns[name],
    columns,
  };
  return { id: `${_index}/${_id}`, time: millisecondsOf(time), line };
}

/** The value of a sort is in ms, of `date_nanos` in ns, whose digits may be more than a number holds: rounded up. */
function millisecondsOf(value: Json | undefined): number | undefined {
  if (typeof value === 'string') return Number.isNaN(Date.parse(value)) ? undefined : Math.ceil(Date.parse(value)) + 1;
  if (typeof value !== 'number') return undefined;
  return value > 1e15 ? Math.ceil(value / 1e6) + 1 : Math.ceil(value);
}

/** `{ host: { name: "a" } }` has the column `host.name`; one that is written with its dots has it as well. */
function flatten(value: Json, path: string, columns: Record<string, string>, levels: number): void {
  if (Object.keys(columns).length >= MANY) return;
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) {
    if (levels === 0) return;
    for (const [name, one] of Object.entries(value)) {
      const inner = path === '' ? name : `${path}.${name}`;
      if (typeof one === 'number') columns[inner] ??= jsonText(value, name, one);
      else flatten(one, inner, columns, levels - 1);
    }
  } else if (path !== '' && value !== null)
    columns[path] ??= typeof value === 'string' ? value : jsonText({}, '', value);
}

export function membersOf(value: Json | undefined): { readonly [name: string]: Json | undefined } {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? value : {};
}

export function timeField({ 'time-field': field = '@timestamp' }: ElasticsearchOptions): string {
  return field;
}

function textField({ 'text-field': field = 'message' }: ElasticsearchOptions): string {
  return field;
}

function iso(milliseconds: number): string {
  return new Date(milliseconds).toISOString();
}
