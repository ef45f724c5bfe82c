// The options of the `otlp` plug-in.

import * as v from 'valibot';
import { told } from '../told.ts';
import { type SpanKind, spanEntries } from './span-options.ts';

export type OtlpOptions = {
  listen?: string | undefined;
  service?: string | undefined;
  name?: string | undefined;
  kind?: SpanKind | undefined;
};

/** The port is the one that the protocol names for HTTP. */
export const usualAddress = '127.0.0.1:4318';

export const otlpOptions: v.GenericSchema<unknown, OtlpOptions> = v.objectWithRest(
  {
    listen: v.optional(
      told(
        v.pipe(
          v.string(),
          v.regex(/^(?:\[[0-9a-fA-F:.]+\]|[A-Za-z0-9.-]+):\d{1,5}$/, 'an address and a port, as in 127.0.0.1:4318'),
          v.check((address) => isPort(portOf(address)), 'a port is a number from 1 to 65535'),
        ),
        'Address and port at which spans are taken in while the scenario runs. Default 127.0.0.1:4318, which only this machine can reach.',
        '0.0.0.0:4318',
        usualAddress,
      ),
    ),
    ...spanEntries,
  },
  v.never('unknown key'),
);

export function hostOf(address: string): string {
  return address.slice(0, address.lastIndexOf(':')).replace(/^\[(.*)\]$/, '$1');
}

export function portOf(address: string): number {
  return Number(address.slice(address.lastIndexOf(':') + 1));
}

function isPort(port: number): boolean {
  return port >= 1 && port <= 65_535;
}
