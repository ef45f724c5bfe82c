// A recording of a browser (HAR 1.2, http://www.softwareishard.com/blog/har-12-spec/): its requests and answers, without noise.

import { textOf } from '../core/text-of.ts';
import { filePart, multipartBody, pairs, type ReadBody, readBody } from './body.ts';
import type { Header } from './recorded.ts';
import { Refusal } from './refusal.ts';
import type { Value } from './value.ts';

export type Entry = {
  method: string;
  url: string;
  headers: readonly Header[];
  posted: Posted | undefined;
  status: number;
  answerHeaders: readonly { name: string; value: string }[];
  answerType: string;
  /** Empty where the recording has none. */
  answer: string;
};

type Posted = { type: string; text: string; params: readonly Param[] };
type Param = { name: string; value: string; fileName?: string; contentType?: string };

/** Throws a Refusal for what is no HAR file. Entries in their order; noise is left out. */
export function readHar(source: string, name: string): Entry[] {
  let file: unknown;
  try {
    file = JSON.parse(source.replace(/^\uFEFF/, ''));
  } catch (cause) {
    throw new Refusal(
      `${name} is no HAR file: ${textOf(cause).slice(0, 120)}`,
      'In the browser’s network tab: “Export HAR”.',
      cause,
    );
  }
  const entries = at(at(file, 'log'), 'entries');
  if (!Array.isArray(entries)) throw new Refusal(`${name} is no HAR file: it has no log.entries`);
  return entries.flatMap((entry) => entryOf(entry) ?? []).filter((entry) => !isNoise(entry));
}

/** The body of a request, from its text or, where a browser kept only those, its parameters. */
export async function bodyOf({ posted }: Entry): Promise<ReadBody> {
  if (posted === undefined) return { notes: [] };
  const { type, text, params } = posted;
  if (text !== '') return await readBody(text, type);
  if (/^multipart\//i.test(type))
    return multipartBody(
      params.map(({ name, value, fileName, contentType }): [string, Value] => [
        name,
        fileName === undefined ? value : filePart(fileName, contentType),
      ]),
    );
  return params.length === 0
    ? { notes: [] }
    : { body: { kind: 'form', value: pairs(params.map(({ name, value }) => [name, value])) }, notes: [] };
}

function entryOf(entry: unknown): Entry | undefined {
  const [request, response] = [at(entry, 'request'), at(entry, 'response')];
  const url = text(request, 'url');
  if (!/^https?:\/\//i.test(url) || !URL.canParse(url)) return undefined;
  const content = at(response, 'content');
  const posted = at(request, 'postData');
  const answer = text(content, 'text');
  return {
    method: text(request, 'method').toUpperCase(),
    url,
    headers: pairsAt(request, 'headers'),
    posted:
      posted === undefined
        ? undefined
        : { type: text(posted, 'mimeType'), text: text(posted, 'text'), params: paramsOf(posted) },
    status: Number(at(response, 'status')) || 0,
    answerHeaders: pairsAt(response, 'headers'),
    answerType: text(content, 'mimeType'),
    answer: text(content, 'encoding') === 'base64' ? Buffer.from(answer, 'base64').toString('utf8') : answer,
  };
}

/** What a browser sends along without a user's doing. */
function isNoise({ method, url, answerType }: Entry): boolean {
  if (method === 'OPTIONS' || method === 'CONNECT') return true;
  if (/^(?:image|font|audio|video)\/|text\/css|javascript|wasm/i.test(answerType)) return true;
  const { hostname, pathname } = new URL(url);
  if (/\.(?:js|mjs|css|map|png|jpe?g|gif|svg|ico|webp|avif|woff2?|ttf|mp4|webm)$/i.test(pathname)) return true;
  return trackers.test(hostname) || /\/(?:collect|beacon|telemetry|analytics|rum|envelope)(?:\/|$)/i.test(pathname);
}

const trackers =
  /(?:google-analytics|googletagmanager|doubleclick|analytics\.google|segment\.(?:io|com)|sentry\.io|hotjar|facebook|datadoghq|newrelic|nr-data|clarity\.ms|mixpanel|amplitude|fullstory|intercom|launchdarkly|bugsnag|matomo)/i;

function at(node: unknown, key: string): unknown {
  return typeof node === 'object' && node !== null && Object.hasOwn(node, key)
    ? (node as Record<string, unknown>)[key]
    : undefined;
}

function text(node: unknown, key: string): string {
  const value = at(node, key);
  return typeof value === 'string' ? value : '';
}

function pairsAt(node: unknown, key: string): { name: string; value: string }[] {
  const list = at(node, key);
  return Array.isArray(list)
    ? list.map((one) => ({ name: text(one, 'name'), value: text(one, 'value') })).filter(({ name }) => name !== '')
    : [];
}

function paramsOf(posted: unknown): Param[] {
  const list = at(posted, 'params');
  return (Array.isArray(list) ? list : []).map((one) => {
    const [fileName, contentType] = [text(one, 'fileName'), text(one, 'contentType')];
    return {
      name: text(one, 'name'),
      value: text(one, 'value'),
      ...(fileName !== '' && { fileName }),
      ...(contentType !== '' && { contentType }),
    };
  });
}
