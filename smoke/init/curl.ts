// A copied curl command line → the request that it would send.

import { multipartBody, readBody } from './body.ts';
import { flagsIn } from './curl-flags.ts';
import { shellWords } from './curl-words.ts';
import { isForWindows, windowsWords } from './curl-words-windows.ts';
import { encoded } from './percent.ts';
import type { Body, Header, Request } from './recorded.ts';
import { Refusal } from './refusal.ts';
import { mapping, text, type Value } from './value.ts';

export type Curl = { request: Request; notes: readonly string[] };

const largest = 1024 * 1024;

/** Throws a Refusal that says what of the command line cannot be taken over. */
export async function readCurl(line: string): Promise<Curl> {
  const notes: string[] = [];
  const words = commandWords(line, notes);
  const gathered = gather(words, notes);
  const { method, headers, data, parts, address, queries } = gathered;
  if (address === undefined) throw new Refusal('the curl command names no address', "curl 'https://…'");
  const inQuery = [...queries, ...(gathered.isGet ? data : [])];
  const url = httpUrl(address, inQuery);
  const type = headers.findLast(({ name }) => name.toLowerCase() === 'content-type')?.value;
  const read =
    parts.length > 0
      ? multipartBody(parts)
      : await readBody(
          gathered.isGet ? '' : data.join(gathered.isJson ? '' : '&'),
          typeof type === 'string' ? type : '',
        );
  const { body } = read;
  notes.push(...read.notes);
  for (const variable of new Set(line.match(/(?<!\\)\$\{?[A-Za-z_]\w*\}?/g) ?? []))
    if (!gathered.quotedWhole.includes(variable)) notes.push(`${variable} is taken as it stands: no shell fills it in`);
  return { request: requestOf(method, url, headers, body, gathered.isHead), notes };
}

function requestOf(
  method: string | undefined,
  url: string,
  headers: readonly Header[],
  body: Body | undefined,
  isHead: boolean,
): Request {
  const implied = body === undefined ? (isHead ? 'HEAD' : 'GET') : 'POST';
  return { method: (method ?? implied).toUpperCase(), url: text(url), headers, ...(body !== undefined && { body }) };
}

function commandWords(line: string, notes: string[]): readonly string[] {
  if (line.length > largest) throw new Refusal('the curl command is longer than 1 MB');
  if (/^\s*(?:invoke-webrequest|invoke-restmethod|\$session\s*=)/i.test(line))
    throw new Refusal('this is a PowerShell command, not curl', 'In the browser choose “Copy as cURL (bash)”.');
  const plain = line.replace(/^\s*[$>%]\s+(?=curl)/, '').trimStart();
  const { words, rest } = isForWindows(plain) ? { words: windowsWords(plain), rest: false } : shellWords(plain);
  const at = words.findIndex((word) => !/^[A-Za-z_]\w*=/.test(word));
  const [name = '', ...args] = words.slice(Math.max(0, at));
  if (!/(?:^|[\\/])curl(?:\.exe)?$/i.test(name))
    throw new Refusal(
      `this is no curl command: it begins with ${JSON.stringify(name.slice(0, 40))}`,
      'In a browser’s network tab: right click on the request, “Copy as cURL (bash)”.',
    );
  if (rest) notes.push('only the first command is read; what stands behind it (a pipe, another command) is left out');
  return args;
}

type Gathered = {
  method: string | undefined;
  headers: { name: string; value: string }[];
  data: string[];
  parts: [string, Value][];
  queries: string[];
  address: string | undefined;
  isGet: boolean;
  isHead: boolean;
  isJson: boolean;
  /** Values that become secrets as a whole, so that a shell variable in them is no loss. */
  quotedWhole: string;
};

function gather(words: readonly string[], notes: string[]): Gathered {
  const all: Gathered = {
    method: undefined,
    headers: [],
    data: [],
    parts: [],
    queries: [],
    address: undefined,
    isGet: false,
    isHead: false,
    isJson: false,
    quotedWhole: '',
  };
  const header = (name: string, value: string): void => void all.headers.push({ name, value });
  for (const flag of flagsIn(words)) {
    if (flag.kind === 'address') takeAddress(flag.value, all, notes);
    else if (flag.kind === 'left-out') noteLeftOut(flag.name, flag.value, notes);
    else {
      const { name, value } = flag;
      if (name === 'request') all.method = value;
      else if (name === 'url') takeAddress(value, all, notes);
      else if (name === 'get') all.isGet = true;
      else if (name === 'head') all.isHead = true;
      else if (name === 'header') takeHeader(value, header, notes);
      else if (name === 'user')
        header('Authorization', `Basic ${Buffer.from(value.includes(':') ? value : `${value}:`).toString('base64')}`);
      else if (name === 'oauth2-bearer') header('Authorization', `Bearer ${value}`);
      else if (name === 'cookie') {
        if (value.includes('=')) header('Cookie', value);
        else notes.push(`-b ${value} names a file of cookies and is left out: put a Cookie header in`);
      } else if (name === 'form' || name === 'form-string') all.parts.push(part(value, name === 'form'));
      else if (name === 'url-query') all.queries.push(urlEncoded(value));
      else {
        if (name === 'json') takeJson(all, header);
        all.data.push(dataOf(name, value));
      }
    }
  }
  all.quotedWhole = all.headers
    .filter(({ name }) => /^(?:authorization|cookie)$/i.test(name))
    .map(({ value }) => value)
    .join('\n');
  return all;
}

function takeAddress(value: string, all: Gathered, notes: string[]): void {
  if (all.address === undefined) all.address = value;
  else notes.push(`a second address, ${JSON.stringify(value.split(/[?#]/, 1)[0]?.slice(0, 100))}, is left out`);
}

function takeHeader(value: string, header: (name: string, value: string) => void, notes: string[]): void {
  const colon = value.indexOf(':');
  if (value.startsWith('@'))
    throw new Refusal(
      `-H ${value} reads headers from a file, which is not done here`,
      'Put the headers themselves into the command.',
    );
  // `Accept:` removes a header that curl itself would send; `X-Empty;` sends an empty one.
  if (colon > 0 && value.slice(colon + 1).trim() !== '')
    header(value.slice(0, colon).trim(), value.slice(colon + 1).trim());
  else if (colon < 0) notes.push(`the header ${JSON.stringify(value.slice(0, 60))} has no value and is left out`);
}

function takeJson(all: Gathered, header: (name: string, value: string) => void): void {
  all.isJson = true;
  if (!all.headers.some(({ name }) => name.toLowerCase() === 'content-type'))
    header('Content-Type', 'application/json');
}

function noteLeftOut(name: string, value: string | undefined, notes: string[]): void {
  if (name === '-T' || name === '--upload-file')
    throw new Refusal(
      `${name} sends a whole file, in which no marker can travel`,
      'Import a request that sends a text field.',
    );
  if (name === '-K' || name === '--config')
    throw new Refusal(`${name} reads more flags from a file, which is not done here`, 'Put them into the command.');
  if (name === '-k' || name === '--insecure')
    notes.push('-k is left out: TLS is verified unless the run says --insecure');
  else notes.push(`${name}${value === undefined ? '' : ' and its value'} left out: it has no meaning in a scenario`);
}

function dataOf(name: string, value: string): string {
  const takesFile = name !== 'data-raw' && name !== 'data-urlencode';
  const file =
    name === 'data-urlencode' ? /^[^=@]*@(.*)$/s.exec(value)?.[1] : takesFile ? /^@(.*)$/s.exec(value)?.[1] : undefined;
  if (file !== undefined)
    throw new Refusal(
      `the body is in the file ${JSON.stringify(file.slice(0, 100))}, which is not read here`,
      `Put what it holds in place of @${file.slice(0, 40)}, so that the marker can go into one of its texts.`,
    );
  if (name === 'data-urlencode') return urlEncoded(value);
  return value;
}

/** `content`, `=content` and `name=content`. */
function urlEncoded(value: string): string {
  const equals = value.indexOf('=');
  const [name, content] = equals < 0 ? ['', value] : [value.slice(0, equals), value.slice(equals + 1)];
  return `${name === '' ? '' : `${name}=`}${encoded(content)}`;
}

/** `name=text`, `name=@file;type=…;filename=…`. */
function part(value: string, mayBeFile: boolean): [string, Value] {
  const equals = value.indexOf('=');
  if (equals < 1) throw new Refusal(`-F ${JSON.stringify(value.slice(0, 60))} is no name=value`);
  const [name, content] = [value.slice(0, equals), value.slice(equals + 1)];
  if (!mayBeFile) return [name, content];
  if (content.startsWith('<'))
    throw new Refusal(
      `-F ${name}=${content.slice(0, 60)} reads a text from a file, which is not done here`,
      'Put the text itself in its place.',
    );
  if (!content.startsWith('@')) return [name, content.replace(/^"(.*)"$/s, '$1').replace(/;type=[^;]*$/, '')];
  const [path = '', ...options] = content.slice(1).split(';');
  const option = (key: string): string | undefined =>
    options
      .map((one) => one.trim())
      .find((one) => one.startsWith(`${key}=`))
      ?.slice(key.length + 1)
      .replace(/^"(.*)"$/s, '$1');
  return [name, mapping({ file: path.replace(/^"(.*)"$/s, '$1'), filename: option('filename'), type: option('type') })];
}

function httpUrl(address: string, queries: readonly string[]): string {
  const withScheme = /^[a-z][a-z0-9+.-]*:\/\//i.test(address) ? address : `http://${address}`;
  if (!/^https?:\/\//i.test(withScheme) || !URL.canParse(withScheme))
    throw new Refusal(`${JSON.stringify(address.slice(0, 100))} is no http:// or https:// address`);
  const url = new URL(withScheme);
  url.hash = '';
  if (queries.length > 0) url.search = [url.search.slice(1), ...queries].filter((one) => one !== '').join('&');
  return url.href;
}
