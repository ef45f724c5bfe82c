// The options of the `nats` plug-in, as values: `${{ }}` is resolved before they are validated.

import * as v from 'valibot';
import { told } from '../told.ts';

/** Which server, and who asks. `url`: several are the nodes of one cluster. */
export type NatsTarget = {
  url: string | readonly string[];
  token?: string | undefined;
  creds?: string | undefined;
  nkey?: string | undefined;
  ca?: string | undefined;
};

export type NatsOptions = NatsTarget & {
  subject?: string | undefined;
  stream?: string | undefined;
  limit?: number | undefined;
  json?: unknown;
  text?: string | undefined;
  headers?: Readonly<Record<string, string>> | undefined;
};

const name = v.pipe(v.string(), v.minLength(1));
const address = v.pipe(
  v.string(),
  v.regex(/^(?:nats|tls):\/\//, 'must begin with nats:// or tls://'),
  v.check((url) => URL.canParse(url) && new URL(url).hostname !== '', 'must name a host'),
);
const subject = v.pipe(
  v.string(),
  v.regex(/^[^\s.]+(?:\.[^\s.]+)*$/, 'must be words with dots between them, as in orders.created'),
);

export const natsOptions: v.GenericSchema<unknown, NatsOptions> = v.pipe(
  v.objectWithRest(
    {
      url: told(
        v.union([address, v.pipe(v.array(address), v.minLength(1))]),
        'Address of the server, with user and password, or with a token in place of them; a list for the nodes of one cluster. `tls://` asks for TLS.',
        '${{ secret.NATS_URL }}',
        'nats://127.0.0.1:4222',
      ),
      token: v.optional(told(name, 'A token, where the address has none.', '${{ secret.NATS_TOKEN }}')),
      creds: v.optional(told(name, 'A file of credentials (a JWT and its seed).', './smoketrail.creds')),
      nkey: v.optional(told(name, 'A file with the seed of an nkey.', './smoketrail.nk')),
      ca: v.optional(
        told(name, 'File of the authority that signed the certificate of the server (PEM).', './nats-ca.pem'),
      ),
      subject: v.optional(
        told(
          subject,
          'A look: the messages that pass here from the moment before the send, with the wildcards `*` and `>`. With `stream`, those of its messages that are looked at. A step: where the message is published.',
          'orders.created',
          'orders.>',
        ),
      ),
      stream: v.optional(
        told(
          v.pipe(v.string(), v.regex(/^[^\s.*>/\\]+$/, 'must be the name of a stream')),
          'A look: a JetStream stream, read message by message. A step: the stream that must confirm that it has the message.',
          'ORDERS',
        ),
      ),
      limit: v.optional(
        told(
          v.pipe(v.number(), v.integer(), v.minValue(1), v.maxValue(50_000)),
          'The most messages that are kept, the newest. Default 10,000.',
          20_000,
        ),
      ),
      json: v.optional(told(v.unknown(), 'A step: the message, as JSON.', { note: '${{ marker }}' })),
      text: v.optional(told(v.string(), 'A step: the message, as text.', 'Late. ${{ marker }}')),
      headers: v.optional(
        told(v.record(name, v.string()), 'A step: headers of the message.', { 'X-Booking': '${{ booking }}' }),
      ),
    },
    v.never('unknown key'),
  ),
  v.check(
    ({ subject, stream }) => subject !== undefined || stream !== undefined,
    'name a subject, a stream, or a stream and a subject of it',
  ),
  v.check(({ json, text }) => json === undefined || text === undefined, 'name json or text, not both'),
  v.check(
    ({ token, creds, nkey }) => [token, creds, nkey].filter((one) => one !== undefined).length <= 1,
    'name one of token, creds and nkey',
  ),
);

/** The address that stands for all, for budgets and for people. */
export function firstUrl({ url }: Pick<NatsTarget, 'url'>): string {
  return typeof url === 'string' ? url : (url[0] ?? '');
}
