// The options of the `http` plug-in, as values: `${{ }}` is resolved before they are validated.

import * as v from 'valibot';
import { DURATION, durationFault, parseDuration } from '../../core/duration.ts';
import { told } from '../told.ts';
import { bodyKinds, methodOf } from './http-address.ts';
import { type HttpAuth, type HttpTls, httpAuth, httpTls } from './http-auth-options.ts';
import { headerValue, webAddress } from './web-address.ts';

type Value = string | number | boolean;
export type Values = Readonly<Record<string, Value | readonly Value[]>>;
export type FilePart = { file: string; filename?: string | undefined; type?: string | undefined };

export type HttpExpect = {
  /** Default: any 2xx. */
  status?: number | readonly number[] | undefined;
  header?: Readonly<Record<string, Value>> | undefined;
  /** Selectors of what the right answer always holds. */
  has?: string | readonly string[] | undefined;
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
  {
    file: told(v.string(), 'The file whose content is sent.', './scan.pdf'),
    filename: v.optional(told(v.string(), 'The name it is sent under. Default: its own.', 'scan.pdf')),
    type: v.optional(told(v.string(), 'Its content type.', 'application/pdf')),
  },
  unknownKey,
);
const xmlFile = v.objectWithRest(
  { file: told(v.string(), 'A file whose `${{ }}` are escaped for XML.', './body.xml') },
  unknownKey,
);

const sayDuration = ({ input }: { input: unknown }): string => durationFault(input);

const statuses = v.union([status, v.pipe(v.array(status), v.minLength(1))]);
const expect = v.objectWithRest(
  {
    status: v.optional(told(statuses, 'The status, or a list of them. Default: any 2xx.', 201, [200, 204, 404])),
    header: v.optional(
      told(v.record(v.string(), value), 'Headers, and the value each must have.', {
        'Content-Type': 'application/json',
      }),
    ),
    has: v.optional(
      told(
        v.union([v.string(), v.pipe(v.array(v.string()), v.minLength(1))]),
        'What the right answer always holds, as a selector, or a list of them: only then what a page lacks proves something.',
        '#reservations',
        ['$.status', '$.items'],
      ),
    ),
  },
  unknownKey,
);
const duration = v.pipe(v.string(sayDuration), v.regex(DURATION, sayDuration));
const parts = v.record(v.string(), v.union([value, fromFile]));

const entries = {
  method: v.optional(told(v.picklist(methods), 'Default: POST with a body, GET without one.', 'DELETE')),
  url: told(
    webAddress,
    'The address. Values in it are escaped, but for a leading base.',
    '${{ vars.web }}/api/bookings/${{ booking }}',
  ),
  headers: v.optional(
    told(v.record(v.string(), headerValue), 'Headers of the request. Credentials among them are masked.', {
      Authorization: 'Bearer ${{ secret.WEB_TOKEN }}',
    }),
  ),
  query: v.optional(
    told(values, 'Added to the query that the address has; a list repeats its name.', { search: '${{ marker }}' }),
  ),
  json: v.optional(
    told(v.unknown(), 'A body sent as JSON.', { room: 101, hostMessage: 'Arriving late. ${{ marker }}' }),
  ),
  form: v.optional(told(values, 'A body sent as a form.', { note: '${{ marker }}' })),
  multipart: v.optional(
    told(parts, 'A body sent as a form with files.', { note: '${{ marker }}', scan: { file: './scan.pdf' } }),
  ),
  text: v.optional(told(v.string(), 'A body sent as plain text.', 'Note: ${{ marker }}')),
  xml: v.optional(
    told(v.union([v.string(), xmlFile]), 'A body sent as XML: its text, or a file. Values in it are escaped.', {
      file: './body.xml',
    }),
  ),
  expect: v.optional(told(expect, 'What the answer must be. A look whose answer is not is blind.', { status: 201 })),
  timeout: v.optional(told(duration, 'The longest that this request may take.', '5s')),
  follow: v.optional(told(v.boolean(), 'Follow redirects. Default true.', false)),
  auth: v.optional(
    told(httpAuth, 'Who the request comes from. It stays behind where a redirect leads to another host.', {
      bearer: '${{ secret.TOKEN }}',
    }),
  ),
  tls: v.optional(
    told(httpTls, 'The client’s certificate, and whom to trust. TLS is verified all the same.', { ca: './ca.pem' }),
  ),
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
