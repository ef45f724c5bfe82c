// The options that the probes on stores of traces share: where the store is, who asks, which trace.

import * as v from 'valibot';
import { DURATION, durationFault } from '../../core/duration.ts';
import { type HttpAuth, type HttpTls, httpAuth, httpTls } from '../http/http-auth-options.ts';
import { headerValue, webAddress } from '../http/web-address.ts';
import { told } from '../told.ts';

export type StoreTarget = {
  url: string;
  headers?: Readonly<Record<string, string | number | boolean>> | undefined;
  auth?: HttpAuth | undefined;
  tls?: HttpTls | undefined;
  timeout?: string | undefined;
};

const sayDuration = ({ input }: { input: unknown }): string => durationFault(input);

type Optional<T> = v.OptionalSchema<v.GenericSchema<unknown, T>, undefined>;

type StoreEntries = {
  url: v.GenericSchema<unknown, string>;
  headers: Optional<Readonly<Record<string, string | number | boolean>>>;
  auth: Optional<HttpAuth>;
  tls: Optional<HttpTls>;
  timeout: Optional<string>;
  trace: Optional<string>;
  limit: Optional<number>;
};

/** `url`: an example of the address. */
export function storeEntries(url: string): StoreEntries {
  return {
    url: told(webAddress, 'Address of the store, without /api.', url),
    headers: v.optional(
      told(v.record(v.string(), headerValue), 'Headers of each request. Credentials among them are masked.', {
        'X-Scope-OrgID': 'booking',
      }),
    ),
    auth: v.optional(told(httpAuth, 'Who asks.', { bearer: '${{ secret.TOKEN }}' })),
    tls: v.optional(
      told(httpTls, 'The client’s certificate, and whom to trust. TLS is verified all the same.', { ca: './ca.pem' }),
    ),
    timeout: v.optional(
      told(v.pipe(v.string(sayDuration), v.regex(DURATION, sayDuration)), 'The longest that a request may take.', '5s'),
    ),
    trace: v.optional(
      told(
        v.pipe(v.string(), v.regex(/^[0-9a-fA-F]{1,32}$/, 'the id of a trace is up to 32 hexadecimal digits')),
        'The id of the trace that is read, in place of a search. With `trace-context` it is known from the beginning.',
        '${{ trace-id }}',
      ),
    ),
    limit: v.optional(
      told(
        v.pipe(v.number(), v.integer(), v.minValue(1), v.maxValue(200)),
        'The most traces that a search reads, the newest first. Default 20.',
        50,
      ),
    ),
  };
}

export const usualLimit = 20;
