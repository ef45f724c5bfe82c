// The options that every probe on a query API shares: where it is, and who asks.

import * as v from 'valibot';
import { DURATION, durationFault } from '../../core/duration.ts';
import { told } from '../told.ts';
import { type HttpAuth, type HttpTls, httpAuth, httpTls } from './http-auth-options.ts';
import { headerValue, webAddress } from './web-address.ts';

export type QueryTarget = {
  /** The address of the API, without the path of the question. */
  url: string;
  headers?: Readonly<Record<string, string | number | boolean>> | undefined;
  auth?: HttpAuth | undefined;
  tls?: HttpTls | undefined;
  /** For one request: a duration with its unit. */
  timeout?: string | undefined;
};

type Optional<T> = v.OptionalSchema<v.GenericSchema<unknown, T>, undefined>;

type TargetEntries = {
  url: v.GenericSchema<unknown, string>;
  headers: Optional<NonNullable<QueryTarget['headers']>>;
  auth: Optional<HttpAuth>;
  tls: Optional<HttpTls>;
  timeout: Optional<string>;
};

const sayDuration = ({ input }: { input: unknown }): string => durationFault(input);

/** `example`: the address of such an API, as it stands in a file. */
export function queryTargetEntries(example: string): TargetEntries {
  return {
    url: told(webAddress, 'The address of the API; a path in it stands before that of each question.', example),
    headers: v.optional(
      told(v.record(v.string(), headerValue), 'Headers of each request. Credentials among them are masked.', {
        'X-Team': 'bookings',
      }),
    ),
    auth: v.optional(told(httpAuth, 'Who asks.', { bearer: '${{ secret.TOKEN }}' })),
    tls: v.optional(
      told(httpTls, 'The client’s certificate, and whom to trust. TLS is verified all the same.', { ca: './ca.pem' }),
    ),
    timeout: v.optional(
      told(
        v.pipe(v.string(sayDuration), v.regex(DURATION, sayDuration)),
        'The longest that one request may take.',
        '5s',
      ),
    ),
  };
}
