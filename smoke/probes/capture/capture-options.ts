// The options of the `capture` plug-in, and what a capture has where they say nothing.

import * as v from 'valibot';
import { webAddress } from '../http/web-address.ts';
import { told } from '../told.ts';

export type CaptureOptions = {
  listen?: string | undefined;
  forward?: string | undefined;
  allow?: string[] | undefined;
  ca?: string | undefined;
  'on-failure'?: 'open' | 'closed' | undefined;
  limit?: number | undefined;
  total?: number | undefined;
  method?: string | undefined;
  path?: string | undefined;
  instance?: string | undefined;
};

/** Bytes. */
export const defaults: { limit: number; total: number } = { limit: 1024 * 1024, total: 64 * 1024 * 1024 };
export const most: { limit: number; total: number } = { limit: 8 * 1024 * 1024, total: 1024 * 1024 * 1024 };

export type Address = { host: string; port: number };

/** `4190`, `127.0.0.1:4190`, `[::1]:4190`. Undefined where it is none, or names no port that a worker could be told. */
export function addressIn(text: string): Address | undefined {
  const [, bracketed, plain, digits = ''] =
    /^(?:(?:\[([\da-fA-F:.]+)\]|([\w.-]+)):)?(\d{1,5})$/.exec(text.trim()) ?? [];
  const port = Number(digits);
  if (digits === '' || port < 1 || port > 65_535) return undefined;
  return { host: bracketed ?? plain ?? '127.0.0.1', port };
}

const partner = v.pipe(
  webAddress,
  v.check((url) => {
    if (!URL.canParse(url)) return true;
    const { username, password, search, hash } = new URL(url);
    return username === '' && password === '' && search === '' && hash === '';
  }, 'a base address: no user, password, query or fragment'),
);

const allowedHost = v.pipe(v.string(), v.regex(/^[\w.-]+(?::\d{1,5})?$/, 'a host, or host:port'));

const bytes = (largest: number) => v.pipe(v.number(), v.integer(), v.minValue(1), v.maxValue(largest));

export const captureOptions: v.GenericSchema<unknown, CaptureOptions> = v.objectWithRest(
  {
    listen: v.optional(
      told(
        v.pipe(
          v.string(),
          v.check((text) => addressIn(text) !== undefined, 'a port, or host:port'),
        ),
        'Where it listens. The partner URL of the worker points there. Default: the port of SMOKETRAIL_CAPTURE_PORT on 127.0.0.1.',
        '127.0.0.1:4190',
      ),
    ),
    forward: v.optional(
      told(
        partner,
        'Base address of the real partner. Left out where `smoketrail capture` runs, or with `allow`.',
        'https://partner.example/api',
      ),
    ),
    allow: v.optional(
      told(
        v.pipe(v.array(allowedHost), v.minLength(1)),
        'Hosts that it forwards to as an HTTP proxy, where no `forward` is given. No other is.',
        ['partner.example'],
      ),
    ),
    ca: v.optional(
      told(
        v.pipe(v.string(), v.minLength(1)),
        'File of the authority that signed the certificate of the partner (PEM).',
        './partner-ca.pem',
      ),
    ),
    'on-failure': v.optional(
      told(
        v.picklist(['open', 'closed']),
        'What cannot be kept passes all the same (open, the default), or is refused with 503 (closed).',
        'closed',
      ),
    ),
    limit: v.optional(told(bytes(most.limit), 'Bytes kept of each body. Default 1 MB.', 65_536)),
    total: v.optional(told(bytes(most.total), 'Bytes kept in all, the newest requests. Default 64 MB.', 16_777_216)),
    method: v.optional(
      told(v.pipe(v.string(), v.regex(/^[A-Za-z-]+$/, 'a method')), 'Only requests with this method.', 'PUT'),
    ),
    path: v.optional(
      told(
        v.pipe(v.string(), v.startsWith('/'), v.maxLength(2_000)),
        'Only requests to this path; `*` stands for anything. The query counts where there is a `?` in it.',
        '/reservations/${{ booking }}',
        '/reservations/*',
      ),
    ),
    instance: v.optional(
      told(
        v.pipe(v.string(), v.regex(/^[\w-]+$/, 'the name of a header')),
        'The header in which a worker says which instance it is. Default: its address, where it is another machine.',
        'X-Worker',
      ),
    ),
  },
  v.never('unknown key'),
);
