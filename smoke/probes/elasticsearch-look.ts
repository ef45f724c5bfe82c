// Looks with the `elasticsearch` plug-in, at Elasticsearch and OpenSearch. Nothing of a look stays with the server: no
// scroll and no point in time is opened.
// https://www.elastic.co/docs/api/doc/elasticsearch/operation/operation-search

import type { Reading } from '../core/look.ts';
import type { ElasticsearchOptions } from './elasticsearch-options.ts';
import { fieldsOf, type Hit, hitOf, membersOf, searchBody } from './elasticsearch-query.ts';
import { Blind, type Host, type Probe, type ReadContext } from './plugin.ts';
import { type Asking, type QueryAnswer, queryApi } from './query-api.ts';
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
      return readDocuments(api.look({ ...options, headers: { ...headers, ...own } }, context), options, context, known);
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
  { since }: ReadContext,
  known: Known,
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
    const answer = await asking.ask({
      path: `/${encodeURIComponent(index)}/_search`,
      query: { allow_no_indices: 'false' },
      json: body,
      missing: 'Check index, and that url is the address of Elasticsearch or OpenSearch itself.',
    });
    const page = pageOf(answer, options, doubts);
    const fresh = page.hits.filter(({ id }) => !hits.has(id));
    for (const hit of fresh) hits.set(hit.id, hit);
    const last = page.hits.at(-1)?.time;
    more = page.length >= size;
    // A page of one moment, or without a time to go on from: what comes behind it cannot be asked for.
    if (more && (fresh.length === 0 || last === undefined || last === to)) break;
    to = last;
  }
  if (hits.size === 0 && doubts.size === 0) await demandFields(asking, options, known);
  if (more) doubts.add(`only the newest ${hits.size} were read`);
  return {
    candidates: await storedLines([...hits.values()].map(({ line }) => line).toReversed()),
    whole: doubts.size === 0,
    searched: [`${counted(hits.size, 'document')} of ${index}`, ...doubts].join('; '),
    ...(more && { unseen: tooMany(hits.size) }),
    cost: asking.cost(),
  };
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
  const { hits: found, timed_out: timedOut, _shards: shards, terminated_early: early } = membersOf(json);
  const { hits } = membersOf(found);
  if (!Array.isArray(hits))
    throw new Blind('wrong-answer', `${asked} answered with JSON that is no result of a search`, {
      hint: 'Is url the address of Elasticsearch or OpenSearch itself?',
    });
  const { failed, total } = membersOf(shards);
  if (total === 0)
    throw new Blind('wrong-answer', `no index is named ${options.index}`, {
      hint: 'Check index, and what it may read.',
    });
  if (timedOut === true) doubts.add('the search timed out');
  if (early === true) doubts.add('the search was ended early');
  if (typeof failed === 'number' && failed > 0) doubts.add(`${failed} of ${Number(total)} shards failed`);
  const read = hits.flatMap((hit) => hitOf(hit, options) ?? []);
  if (read.length < hits.length) doubts.add('some documents came without their _source');
  return { hits: read, length: hits.length };
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
