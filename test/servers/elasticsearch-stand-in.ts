// A stand-in for Elasticsearch that follows its published API: _search and _field_caps over documents in memory, for the
// part of Query DSL that the tests use. https://www.elastic.co/docs/api/doc/elasticsearch/

import type { ServerResponse } from 'node:http';
import { type Asked, giveJson, type HttpStandIn, httpStandIn } from './http-stand-in.ts';

type Source = { readonly [name: string]: unknown };
type Document = { index: string; id: string; source: Source };

export type ElasticsearchStandIn = HttpStandIn & {
  documents: Document[];
  index(index: string, source: Source): void;
  /** What an answer says of shards and time. */
  says: { failed: number; timedOut: boolean };
  /** Only who sends this is let in. */
  authorization?: string;
};

export async function elasticsearchStandIn(): Promise<ElasticsearchStandIn> {
  const documents: Document[] = [];
  const says = { failed: 0, timedOut: false };
  const server = await httpStandIn((asked, response) => {
    const wanted = standIn.authorization;
    if (wanted !== undefined && asked.headers.authorization !== wanted) {
      const reason = 'unable to authenticate user [me] for REST request';
      refuse(response, 401, 'security_exception', reason);
      return;
    }
    const [, index = '', action = ''] = decodeURIComponent(asked.path).split('/');
    const pattern = new RegExp(`^(?:${index.replaceAll('*', '.*').replaceAll(',', '|')})$`);
    const own = documents.filter((one) => pattern.test(one.index));
    if (own.length === 0) refuse(response, 404, 'index_not_found_exception', `no such index [${index}]`);
    else if (action === '_field_caps' && asked.method === 'GET') fieldCaps(asked, response, own);
    else if (action === '_search' && asked.method === 'POST') search(asked, response, own, says);
    else refuse(response, 405, 'illegal_argument_exception', `Incorrect HTTP method for uri [${asked.path}]`);
  });
  const standIn: ElasticsearchStandIn = {
    ...server,
    documents,
    says,
    index: (index, source) => void documents.push({ index, id: `d${documents.length + 1}`, source }),
  };
  return standIn;
}

function refuse(response: ServerResponse, status: number, type: string, reason: string): void {
  giveJson(response, status, { error: { root_cause: [{ type, reason }], type, reason }, status });
}

/** By the name with its dots, as a mapping has it. */
function valueAt(source: unknown, path: string): unknown {
  if (path === '') return source;
  if (typeof source !== 'object' || source === null) return undefined;
  if (Object.hasOwn(source, path)) return Reflect.get(source, path);
  const [first = '', ...rest] = path.split('.');
  return rest.length === 0 ? undefined : valueAt(Reflect.get(source, first), rest.join('.'));
}

function fieldCaps({ query }: Asked, response: ServerResponse, own: readonly Document[]): void {
  const fields = (query.get('fields') ?? '').split(',').flatMap((field) => {
    const isThere = own.some(({ source }) => valueAt(source, field) !== undefined);
    return isThere ? [[field, { keyword: { type: 'keyword', searchable: true } }]] : [];
  });
  giveJson(response, 200, { indices: own.map(({ index }) => index), fields: Object.fromEntries(fields) });
}

type Search = {
  size: number;
  query: { bool: { filter: Record<string, Record<string, unknown>>[] } };
  sort: Record<string, string>[];
};

function search(
  { body }: Asked,
  response: ServerResponse,
  own: readonly Document[],
  says: ElasticsearchStandIn['says'],
): void {
  const { size, query, sort } = JSON.parse(body) as Search;
  const [field = ''] = Object.keys(sort[0] ?? {});
  if (own.every(({ source }) => valueAt(source, field) === undefined)) {
    refuse(response, 400, 'query_shard_exception', `No mapping found for [${field}] in order to sort on`);
    return;
  }
  const time = (one: Document): number => Date.parse(String(valueAt(one.source, field)));
  const found = own
    .filter(({ source }) => query.bool.filter.every((clause) => matches(source, clause)))
    // Newest first; what is of one time comes as the shards like.
    .toSorted((a, b) => time(b) - time(a));
  const total = 3;
  giveJson(response, 200, {
    took: 1,
    timed_out: says.timedOut,
    _shards: { total, successful: total - says.failed, skipped: 0, failed: says.failed },
    hits: {
      total: { value: found.length, relation: 'eq' },
      max_score: null,
      hits: found.slice(0, size).map((one) => ({
        _index: one.index,
        _id: one.id,
        _score: null,
        _source: one.source,
        sort: [time(one)],
      })),
    },
  });
}

function matches(source: Source, clause: Record<string, Record<string, unknown>>): boolean {
  const [[kind = '', about = {}] = []] = Object.entries(clause);
  const [[field = '', wanted] = []] = Object.entries(about);
  const value = valueAt(source, field);
  if (value === undefined) return false;
  if (kind === 'term') return value === wanted;
  if (kind === 'match_phrase' || kind === 'match') return String(value).includes(String(wanted));
  const { gte, lte } = wanted as { gte: string; lte?: string };
  const at = Date.parse(String(value));
  return at >= Date.parse(gte) && (lte === undefined || at <= Date.parse(lte));
}
