// The options of the `http` plug-in, as values: `${{ }}` is resolved before they are validated.

import * as v from 'valibot';
import { DURATION, durationFault, parseDuration } from '../core/duration.ts';
import { bodyKinds, methodOf } from './http-address.ts';
import { type HttpAuth, type HttpTls, httpAuth, httpTls } from './http-auth-options.ts';

type Value = string | number | boolean;
export type Values = Readonly<Record<string, Value | readonly Value[]>>;
export type FilePart = { file: string; filename?: string | undefined; type?: string | undefined };

export type HttpExpect = {
  /** Default: any 2xx. */
  status?: number | readonly number[] | undefined;
  header?: Readonly<Record<string, Value>> | undefined;
};

export type HttpOptions = {
  /** Default: POST with a body, GET without one. */
  method?: string | undefined;
  url: string;
  headers?: Readonly<Record<string, Value>> | undefined;
  /** Added to what the address has. */
  query?: Values | undefined;
  json?: unknown;
  form?: Values | undefined;
  multipart?: Readonly<Record<string, Value | FilePart>> | undefined;
  text?: string | undefined;
  xml?: string | { file: string } | undefined;
  expect?: HttpExpect | undefined;
  /** For one request: a duration with its unit. */
  timeout?: string | undefined;
  /** Follow redirects; default true. */
  follow?: boolean | undefined;
  auth?: HttpAuth | undefined;
  tls?: HttpTls | undefined;
};

const methods = ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS'] as const;

const value = v.union([v.string(), v.number(), v.boolean()]);
const values = v.record(v.string(), v.union([value, v.array(value)]));
const status = v.pipe(v.number(), v.integer(), v.minValue(100), v.maxValue(599));
const unknownKey = v.never('unknown key');

const fromFile = v.objectWithRest(
  { file: v.string(), filename: v.optional(v.string()), type: v.optional(v.string()) },
  unknownKey,
);

const sayDuration = ({ input }: { input: unknown }): string => durationFault(input);

const entries = {
  method: v.optional(v.picklist(methods)),
  url: v.pipe(v.string(), v.regex(/^[Hh][Tt][Tt][Pp][Ss]?:\/\/[^/]/, 'an http:// or https:// address')),
  headers: v.optional(v.record(v.string(), value)),
  query: v.optional(values),
  json: v.optional(v.unknown()),
  form: v.optional(values),
  multipart: v.optional(v.record(v.string(), v.union([value, fromFile]))),
  text: v.optional(v.string()),
  xml: v.optional(v.union([v.string(), v.objectWithRest({ file: v.string() }, unknownKey)])),
  expect: v.optional(
    v.objectWithRest(
      {
        status: v.optional(v.union([status, v.pipe(v.array(status), v.minLength(1))])),
        header: v.optional(v.record(v.string(), value)),
      },
      unknownKey,
    ),
  ),
  timeout: v.optional(v.pipe(v.string(sayDuration), v.regex(DURATION, sayDuration))),
  follow: v.optional(v.boolean()),
  auth: v.optional(httpAuth),
  tls: v.optional(httpTls),
};

export const httpOptions: v.GenericSchema<unknown, HttpOptions> = v.pipe(
  v.objectWithRest(entries, unknownKey),
  v.check((options) => bodiesOf(options).length <= 1, 'only one of json, form, multipart, text and xml'),
  v.check(
    (options) => bodiesOf(options).length === 0 || !/^(?:GET|HEAD)$/.test(methodOf(options)),
    'GET and HEAD send no body: name another method',
  ),
  v.check(
    ({ auth, headers = {} }) =>
      auth === undefined || !Object.keys(headers).some((name) => /^authorization$/i.test(name)),
    'auth and an Authorization header say the same thing twice: keep one of them',
  ),
  v.check(
    ({ auth, url }) => auth === undefined || !/^https?:\/\/[^/?#]*@/i.test(url),
    'auth and a user in the url say the same thing twice: keep one of them',
  ),
);

/** The longest one request may take, in milliseconds. */
export function timeoutOf({ timeout }: HttpOptions): number | undefined {
  return timeout === undefined ? undefined : parseDuration(timeout);
}

function bodiesOf(options: Readonly<Record<string, unknown>>): readonly string[] {
  return bodyKinds.filter((kind) => options[kind] !== undefined);
}
