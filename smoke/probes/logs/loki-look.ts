// Looks with the `loki` plug-in. https://grafana.com/docs/loki/latest/reference/loki-http-api/ (query_range)

import type { Reading } from '../../core/look.ts';
import type { Json } from '../../select/json-text.ts';
import { type Asking, type QueryAnswer, queryApi } from '../http/query-api.ts';
import { Blind, type Host, type Probe, type ReadContext } from '../plugin.ts';
import type { LokiOptions } from './loki-options.ts';
import { byteCap, clockMargin, counted, type StoredLine, storedLines } from './store-lines.ts';

const LIMIT = 5000;
/** Lines of one answer: Loki gives 5000 at most unless it is told otherwise, and an answer is read up to 8 MB. */
const PAGE = 1000;
/** Milliseconds. */
const day = 86_400_000;
const usualInstances = ['pod', 'instance', 'hostname', 'host'];

/** `id` tells a line from one of another page; Loki keeps no two that are alike in all of it. */
type Entry = { id: string; nanoseconds: bigint; text: string; labels: Readonly<Record<string, string>> };

export function openLoki(host: Host): Probe<LokiOptions> {
  const api = queryApi(host);
  return {
    async read(options, context) {
      const { tenant, headers } = options;
      const own = tenant === undefined ? {} : { 'X-Scope-OrgID': tenant };
      return readLines(api.look({ ...options, headers: { ...headers, ...own } }, context), options, context, host);
    },
    async close() {
      api.close();
    },
  };
}

/** The newest first, page by page: the end of the next is the oldest time of the last, which is read again. */
async function readLines(
  asking: Asking,
  { query, 'instance-label': instance, limit = LIMIT }: LokiOptions,
  { since }: ReadContext,
  host: Host,
): Promise<Reading> {
  const start = nanosecondsOf(Math.max(0, since.getTime() - clockMargin));
  // Its end is not part of the range; a clock that is ahead of ours writes lines of our future.
  let end = nanosecondsOf(host.clock.wall().getTime() + clockMargin);
  const entries = new Map<string, Entry>();
  const doubts = new Set<string>();
  let more = true;
  while (more && entries.size < limit && asking.cost().bytes < byteCap) {
    const page = Math.min(PAGE, limit);
    const range = { query, start: `${start}`, end: `${end}`, limit: page, direction: 'backward' };
    const answer = await asking.ask({ path: '/loki/api/v1/query_range', query: range });
    const read = entriesIn(answer, doubts);
    const fresh = read.filter(({ id }) => !entries.has(id));
    for (const entry of fresh) entries.set(entry.id, entry);
    more = read.length >= page;
    // A whole page of one moment: what else there is of it cannot be asked for.
    if (more && fresh.length === 0) break;
    end = read.reduce((oldest, { nanoseconds }) => (nanoseconds < oldest ? nanoseconds : oldest), end) + 1n;
  }
  const newest = [...entries.values()].toSorted((a, b) => (a.nanoseconds < b.nanoseconds ? -1 : 1));
  if (entries.size === 0 && doubts.size === 0) {
    const silence = await silenceOf(asking, query, { since: start, now: host.clock.wall().getTime() }, host);
    if (silence !== undefined) doubts.add(silence);
  }
  if (more) doubts.add(`only the newest ${newest.length} were read`);
  const lines = newest.map((entry): StoredLine => lineOf(entry, instance));
  const searched = [`${counted(lines.length, 'line')} of ${host.mask(query)}`, ...doubts].join('; ');
  return {
    candidates: await storedLines(lines),
    whole: doubts.size === 0,
    searched,
    ...(more && { unseen: tooMany(newest.length) }),
    cost: asking.cost(),
  };
}

/**
 * What is written nowhere has no lines either: labels with a typo, an agent that is down. Throws a Blind where nothing with
 * these labels came for a day; says why where nothing came since the send.
 */
async function silenceOf(
  asking: Asking,
  query: string,
  { since, now }: { since: bigint; now: number },
  host: Host,
): Promise<string | undefined> {
  const labels = labelsOf(query);
  if (labels === undefined) return undefined;
  const range = { start: `${since - nanosecondsOf(day)}`, end: `${nanosecondsOf(now + clockMargin)}` };
  const newest = { query: labels, ...range, limit: 1, direction: 'backward' };
  const [entry] = entriesIn(await asking.ask({ path: '/loki/api/v1/query_range', query: newest }), new Set());
  if (entry === undefined)
    throw new Blind('wrong-answer', `no line with ${host.mask(labels)} has come to Loki for a day`, {
      hint: 'Check the labels in query, the tenant, and the agent that sends the lines.',
    });
  if (entry.nanoseconds >= since) return undefined;
  return `no line at all with ${host.mask(labels)} came since the send: the agent that sends them may be behind, or down`;
}

/** `{app="worker"}` of `{app="worker"} |= "push"`. */
function labelsOf(query: string): string | undefined {
  return /\{(?:[^}"`]|"(?:[^"\\]|\\.)*"|`[^`]*`)*\}/.exec(query)?.[0];
}

function tooMany(read: number): NonNullable<Reading['unseen']> {
  return {
    kind: 'gave-up',
    message: `there are more lines since the send than the ${read} that were read`,
    hint: 'Select fewer lines in query, or raise limit.',
  };
}

/** Throws a Blind where the answer is none that holds lines. */
function entriesIn({ json, asked }: QueryAnswer, doubts: Set<string>): Entry[] {
  const { status, data, warnings } = objectOf(json);
  const { resultType, result } = objectOf(data);
  if (status !== 'success' || !Array.isArray(result))
    throw new Blind('wrong-answer', `${asked} answered with JSON that is no result of a query`, {
      hint: 'Is url the address of Loki itself?',
    });
  if (resultType !== 'streams')
    throw new Blind('wrong-answer', 'the query counts lines and does not select them', {
      hint: 'Leave out what counts: count_over_time, rate, sum.',
    });
  if (Array.isArray(warnings) && warnings.length > 0) doubts.add('Loki says that it could not read all of them');
  return result.flatMap((stream) => {
    const { stream: labels, values } = objectOf(stream);
    const own = textsOf(labels);
    return (Array.isArray(values) ? values : []).flatMap((value) => entryOf(value, own) ?? []);
  });
}

/** `["1700000000000000000", "the line", { "structuredMetadata": … }]` */
function entryOf(value: Json, labels: Readonly<Record<string, string>>): Entry | undefined {
  const [time, text, more] = Array.isArray(value) ? value : [];
  if (typeof time !== 'string' || typeof text !== 'string' || !/^\d{1,20}$/.test(time)) return undefined;
  const { structuredMetadata, parsed } = objectOf(more);
  const all = { ...labels, ...textsOf(structuredMetadata), ...textsOf(parsed), ...textsOf(more) };
  return { id: JSON.stringify([time, text, all]), nanoseconds: BigInt(time), text, labels: all };
}

function lineOf({ nanoseconds, text, labels }: Entry, instance: string | undefined): StoredLine {
  const names = instance === undefined ? usualInstances : [instance];
  const name = names.find((one) => (labels[one] ?? '') !== '');
  const from = name === undefined ? '' : ` of ${labels[name]}`;
  const at = timeOf(nanoseconds);
  return {
    text,
    source: `line${from}${at === undefined ? '' : ` at ${at}`}`,
    at,
    instance: name === undefined ? undefined : labels[name],
    columns: labels,
  };
}

function nanosecondsOf(milliseconds: number): bigint {
  return BigInt(Math.floor(milliseconds)) * 1_000_000n;
}

/** ISO, with all digits of the second. Undefined where no date can be that late. */
function timeOf(nanoseconds: bigint): string | undefined {
  const second = Number(nanoseconds / 1_000_000_000n) * 1000;
  if (second > 8.64e15) return undefined;
  const digits = String(nanoseconds % 1_000_000_000n).padStart(9, '0');
  return `${new Date(second).toISOString().slice(0, -5)}.${digits}Z`;
}

function objectOf(value: Json | undefined): { readonly [name: string]: Json | undefined } {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? value : {};
}

function textsOf(value: Json | undefined): Record<string, string> {
  return Object.fromEntries(
    Object.entries(objectOf(value)).flatMap(([name, one]) => (typeof one === 'string' ? [[name, one]] : [])),
  );
}
