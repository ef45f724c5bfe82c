// A request that passed through a capture, and its answer: what is kept of them, and how one process hands it to another.

import { isSecretHeader, secretPartsOf } from '../http/secret-headers.ts';

export type Header = readonly [name: string, value: string];

/** What was kept of a body, as it came. `size`: how many bytes passed. */
export type Copy = { bytes: Uint8Array; size: number };

export type Passed = {
  /** Unique in one capture, in the order in which the requests began. */
  id: number;
  /** Wall clock, ISO 8601, when the request began. */
  at: string;
  /** Address of who sent it. */
  from: string;
  method: string;
  /** Path and query as they came; of a request to a proxy without the address of the server. */
  path: string;
  request: Copy & { headers: readonly Header[]; complete: boolean };
  response?: Copy & { status: number; headers: readonly Header[]; complete: boolean };
  /** From its beginning to the end of the answer, in milliseconds; not there while it goes on. */
  ms?: number;
  /** It had not ended when the capture did, so that its end was not seen. Known by who followed, and never handed on. */
  leftOff?: true;
  /** What became of it in place of an answer of the partner, or in the middle of one. */
  failed?: string;
  /** What its headers held that nobody may read; the headers have `***` in that place. */
  secrets: readonly string[];
};

/** Each request once, as it was seen last. Of one that has ended, nothing else comes after that. */
export function latestOf(...seen: readonly (readonly Passed[])[]): Passed[] {
  const byName = new Map<string, Passed>();
  for (const passed of seen.flat()) {
    const name = `${passed.at} ${passed.id}`;
    if (byName.get(name)?.ms === undefined || passed.ms !== undefined) byName.set(name, passed);
  }
  return [...byName.values()];
}

const masked = '***';
/** Of all headers of a message. One with more has no use for them. */
const mostSecrets = 200;

/** Headers as they may be kept, and what was taken out of them. */
export function withoutSecrets(headers: readonly Header[]): { headers: Header[]; secrets: string[] } {
  const secrets: string[] = [];
  const kept = headers.map(([name, value]): Header => {
    const found = /^set-cookie2?$/i.test(name)
      ? [value.slice(value.indexOf('=') + 1).split(';', 1)[0] ?? '']
      : isSecretHeader(name)
        ? secretPartsOf(name, value)
        : [];
    if (found.length === 0) return [name, value];
    secrets.push(...found);
    return [name, masked];
  });
  return { headers: kept, secrets: [...new Set(secrets.filter((one) => one !== ''))].slice(0, mostSecrets) };
}

const secretParameter =
  /^(?:(?:client[-_]?|app[-_]?)?secret|pass(?:word|wd)?|pwd|sig(?:nature)?|(?:api|access|auth)[-_]?key|(?:[a-z]{1,20}[-_])?token|auth)$/i;

/** The same of the parameters in a path's query. */
export function pathWithoutSecrets(path: string): { path: string; secrets: string[] } {
  const secrets: string[] = [];
  const kept = path.replace(/([?&;])([^=&;#]{1,60})=([^&;#]+)/g, (whole, sign: string, name: string, value: string) => {
    if (!secretParameter.test(name) && !isSecretHeader(name)) return whole;
    secrets.push(value);
    return `${sign}${name}=${masked}`;
  });
  return { path: kept, secrets: secrets.slice(0, mostSecrets) };
}

/** Node's flat list of names and values in pairs. */
export function pairsOf(raw: readonly string[]): [name: string, value: string][] {
  const pairs: [string, string][] = [];
  for (let at = 0; at + 1 < raw.length; at += 2) pairs.push([raw[at] ?? '', raw[at + 1] ?? '']);
  return pairs;
}

/** Bytes that it takes in memory, about. */
export function sizeOf({ path, request, response }: Passed): number {
  return overheadOf(path, request.headers) + request.bytes.length + (response?.bytes.length ?? 0);
}

/** The same of all but the bodies. */
export function overheadOf(path: string, headers: readonly Header[]): number {
  return headers.reduce((sum, [name, value]) => sum + name.length + value.length + 64, 1_024 + path.length);
}

/** One line of JSON, with bodies in base64. */
export function toLine(passed: Passed): string {
  const { request, response } = passed;
  const coded = (copy: Copy): object => ({ ...copy, bytes: Buffer.from(copy.bytes).toString('base64') });
  return JSON.stringify({ ...passed, request: coded(request), ...(response && { response: coded(response) }) });
}

/** Undefined where the line is none of `toLine`'s. */
export function fromLine(line: string): Passed | undefined {
  const given = objectIn(parsed(line));
  const request = messageIn(given['request']);
  const { id, at, from, method, path, ms, failed, secrets } = given;
  if (typeof id !== 'number' || request === undefined || !texts([at, from, method, path])) return undefined;
  if (!isList(secrets) || !texts(secrets) || Number.isNaN(Date.parse(String(at)))) return undefined;
  const answer = messageIn(given['response']);
  const status = objectIn(given['response'])['status'];
  return {
    id,
    at: String(at),
    from: String(from),
    method: String(method),
    path: String(path),
    request,
    ...(answer && typeof status === 'number' && { response: { ...answer, status } }),
    ...(typeof ms === 'number' && { ms }),
    ...(typeof failed === 'string' && { failed }),
    secrets: secrets.map(String),
  };
}

function messageIn(value: unknown): Passed['request'] | undefined {
  const { bytes, size, headers, complete } = objectIn(value);
  if (typeof bytes !== 'string' || typeof size !== 'number' || !isList(headers)) return undefined;
  const pairs = headers.flatMap((pair): Header[] =>
    isList(pair) && pair.length === 2 && texts(pair) ? [[String(pair[0]), String(pair[1])]] : [],
  );
  return { bytes: Buffer.from(bytes, 'base64'), size, headers: pairs, complete: complete === true };
}

function parsed(line: string): unknown {
  try {
    return JSON.parse(line);
  } catch {
    // Whoever answered is no capture.
    return undefined;
  }
}

export function objectIn(value: unknown): Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null ? (value as Readonly<Record<string, unknown>>) : {};
}

function isList(value: unknown): value is readonly unknown[] {
  return Array.isArray(value);
}

function texts(values: readonly unknown[]): boolean {
  return values.every((one) => typeof one === 'string');
}
