// Looks with the `elasticsearch` plug-in, at Elasticsearch and OpenSearch. Nothing of a look stays with the server: no
// scroll and no point in time is opened.
// https://www.elastic.co/docs/api/doc/elasticsearch/operation/operation-search

import type { Reading } from '../../core/look.ts';
import { type Asking, type QueryAnswer, type Question, queryApi } from '../http/query-api.ts';
import { Blind, type Host, type Probe, type ReadContext } from '../plugin.ts';
import type { ElasticsearchOptions } from './elasticsearch-options.ts';
import { fieldsOf, type Hit, hitOf, membersOf, searchBody } from './elasticsearch-query.ts';
import { byteCap, clockMargin, counted, storedLines } from './store-lines.ts';

const LIMIT = 1000;
/** Documents of one answer. */
const PAGE = 500;

/** Index and fields that were found to be there. */
type Known = Set<string>;

export function openElasticsearch(host: Host): Probe<ElasticsearchOptions> {
  const api = queryApi(host);
  const known: Known = new Set();
  return {
    async read(options, context) {
      const { 'api-key': key, headers } = options;
      const own = key === undefined ? {} : { Authorization: `ApiKey ${key}` };
      const asking = api.look({ ...options, headers: { ...headers, ...own } }, context);
      return readDocuments(asking, options, context, known, host);
    },
    async close() {
      api.close();
    },
  };
}

/**
 * The newest first, page by page. `search_after` would leave out what has the same time as the last of a page, unless
 * something tells them apart that every server can sort by; so the next page begins with that time once more.
 */
async function readDocuments(
  asking: Asking,
  options: ElasticsearchOptions,
  { since, named }: ReadContext,
  known: Known,
  host: Host,
): Promise<Reading> {
  const { index, limit = LIMIT } = options;
  const from = Math.max(0, since.getTime() - clockMargin);
  const size = Math.min(PAGE, limit);
  const hits = new Map<string, Hit>();
  const doubts = new Set<string>();
  let to: number | undefined;
  let more = true;
  while (more && hits.size < limit && asking.cost().bytes < byteCap) {
    const body = searchBody(options, { from, to, size, total: limit + 1 });
    const answer = await asking.ask(searchOf(index, body));
    const page = pageOf(answer, options, doubts);
    const fresh = page.hits.filter(({ id }) => !hits.has(id));
    for (const hit of fresh) hits.set(hit.id, hit);
    const last = page.hits.at(-1)?.time;
    more = page.length >= size;
    // A page of one moment, or without a time to go on from: what comes behind it cannot be asked for.
    if (more && (fresh.length === 0 || last === undefined || last === to)) break;
    to = last;
  }
  if (hits.size === 0 && doubts.size === 0) {
    await demandFields(asking, options, known);
    const silence = await silenceOf(asking, options, { since: from, now: host.clock.wall().getTime(), named, known });
    if (silence !== undefined) doubts.add(silence);
  }
  if (more) doubts.add(`only the newest ${hits.size} were read`);
  return {
    candidates: await storedLines([...hits.values()].map(({ line }) => line).toReversed()),
    whole: doubts.size === 0,
    searched: [`${counted(hits.size, 'document')} of ${index}`, ...doubts].join('; '),
    ...(more && { unseen: tooMany(hits.size) }),
    cost: asking.cost(),
  };
}

function searchOf(index: string, body: unknown): Question {
  return {
    path: `/${encodeURIComponent(index)}/_search`,
    query: { allow_no_indices: 'false' },
    json: body,
    missing: 'Check index, and that url is the address of Elasticsearch or OpenSearch itself.',
  };
}

type Silent = { since: number; now: number; named: boolean; known: Known };

/**
 * What is written nowhere is not found either: a term with a typo, a shipper that is down. Throws a Blind where nothing of
 * what is asked for was ever written; says why where the index got nothing since the send. `named`: a term may hold the
 * record's own marker or alias, which no other document has.
 */
async function silenceOf(
  asking: Asking,
  options: ElasticsearchOptions,
  { since, now, named, known }: Silent,
): Promise<string | undefined> {
  const { url, index, query, term } = options;
  const newest = async (wanted: ElasticsearchOptions): Promise<Hit | undefined> => {
    const body = searchBody(wanted, { from: 0, to: now + clockMargin, size: 1, total: 1 });
    return pageOf(await asking.ask(searchOf(index, body)), wanted, new Set()).hits[0];
  };
  const all = { ...options, text: undefined, query: undefined, term: undefined };
  const id = JSON.stringify([url, index, query, term]);
  const isNarrow = !named && (query !== undefined || term !== undefined);
  if (isNarrow && !known.has(id)) {
    if ((await newest({ ...all, query, term })) === undefined)
      throw new Blind('wrong-answer', `no document of ${index} has what query and term ask for, however old`, {
        hint: 'Check query and term against a document of the worker.',
      });
    known.add(id);
  }
  const time = (await newest(all))?.time;
  if (time !== undefined && time >= since) return undefined;
  return `no document at all came to ${index} since the send: its shipper may be behind, or down`;
}

function tooMany(read: number): NonNullable<Reading['unseen']> {
  return {
    kind: 'gave-up',
    message: `there are more documents since the send than the ${read} that were read`,
    hint: 'Look for fewer with query, text or term, or raise limit.',
  };
}

/** Throws a Blind where the answer is none of a search. */
function pageOf(
  { json, asked }: QueryAnswer,
  options: ElasticsearchOptions,
  doubts: Set<string>,
): { hits: readonly Hit[]; length: number } {
  const { hits: found, timed_out: timedOut, _shards: shards, terminated_early: early, _clusters } = membersOf(json);
  const { hits } = membersOf(found);
  if (!Array.isArray(hits))
    throw new Blind('wrong-answer', `${asked} answered with JSON that is no result of a search`, {
      hint: 'Is url the address of Elasticsearch or OpenSearch itself?',
    });
  const { failed, total, successful } = membersOf(shards);
  if (total === 0)
    throw new Blind('wrong-answer', `no index is named ${options.index}`, {
      hint: 'Check index, and what it may read.',
    });
  if (timedOut === true) doubts.add('the search timed out');
  if (early === true) doubts.add('the search was ended early');
  if (typeof failed === 'number' && failed > 0) doubts.add(`${failed} of ${Number(total)} shards failed`);
  // One without a node is none that failed; one that is skipped, since nothing in it can fit, counts as successful.
  else if (typeof total !== 'number' || successful !== total)
    doubts.add(`${shardsTold(successful)} of ${shardsTold(total)} shards were searched`);
  // Of other clusters that are searched along, those that could not be.
  const { skipped, partial, failed: broken, running } = membersOf(_clusters);
  if ([skipped, partial, broken, running].some((count) => typeof count === 'number' && count > 0))
    doubts.add('some of the clusters were not searched to the end');
  const read = hits.flatMap((hit) => hitOf(hit, options) ?? []);
  if (read.length < hits.length) doubts.add('some documents came without their _source');
  return { hits: read, length: hits.length };
}

function shardsTold(count: unknown): string {
  return typeof count === 'number' ? String(count) : 'an unknown number';
}

/** Throws a Blind where no index has a field: what is looked for there is never found, whatever was written. */
async function demandFields(asking: Asking, options: ElasticsearchOptions, known: Known): Promise<void> {
  const wanted = fieldsOf(options);
  const id = JSON.stringify([options.url, options.index, wanted]);
  if (known.has(id)) return;
  const path = `/${encodeURIComponent(options.index)}/_field_caps`;
  const { json, asked } = await asking.ask({ path, query: { fields: wanted.join(',') } });
  const { fields } = membersOf(json);
  if (fields === undefined) throw new Blind('wrong-answer', `${asked} does not say which fields there are`);
  const missing = wanted.filter((field) => membersOf(fields)[field] === undefined);
  if (missing.length > 0)
    throw new Blind('wrong-answer', `no document of ${options.index} has the field ${missing.join(' or ')}`, {
      hint: 'Check time-field, text-field and term against the mapping of the index.',
    });
  known.add(id);
}
