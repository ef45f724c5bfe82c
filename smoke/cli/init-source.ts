// The source of a first scenario as the flags of init name it, and what is read of it.

import path from 'node:path';
import { demoPartner, demoRecorded, demoWeb } from '../init/demo-recorded.ts';
import { imported, importFrom, largestSource } from '../init/imported.ts';
import type { Imported, SourceKind } from '../init/source.ts';
import { readSource } from './init-files.ts';
import { webAddress } from './init-partner.ts';
import { UsageError, type World } from './world.ts';

/** As commander gives them. */
export type InitFlags = {
  name?: string;
  output?: string;
  web?: string;
  partner?: string;
  fromCurl?: string;
  fromHar?: string;
  fromPlaywright?: string;
  fromOpenapi?: string;
  operation?: string;
  match?: string;
  field?: string;
  force?: boolean;
  yes?: boolean;
};

/** The flag of an import and its value; undefined without one. Throws a UsageError for two. */
export function sourceOf(flags: InitFlags): { kind: SourceKind; flag: string; value: string } | undefined {
  const all = [
    { kind: 'curl', flag: '--from-curl', value: flags.fromCurl },
    { kind: 'har', flag: '--from-har', value: flags.fromHar },
    { kind: 'playwright', flag: '--from-playwright', value: flags.fromPlaywright },
    { kind: 'openapi', flag: '--from-openapi', value: flags.fromOpenapi },
  ] as const;
  const [first, second] = all.flatMap(({ value, ...rest }) => (value === undefined ? [] : [{ ...rest, value }]));
  if (first !== undefined && second !== undefined)
    throw new UsageError(
      `${first.flag} and ${second.flag} are two sources`,
      'One scenario is made of one: call init twice.',
    );
  return first;
}

/** Reads the source that the flags name. Throws a Refusal or a UsageError. */
export async function importedFor(flags: InitFlags, world: World): Promise<Imported> {
  const source = sourceOf(flags);
  const web = flags.web === undefined ? undefined : webAddress('--web', flags.web);
  if (source === undefined) return imported(demoRecorded(web ?? demoWeb, originOf(flags.partner ?? demoPartner)));
  const { kind, flag, value } = source;
  if (/^https?:\/\//i.test(value)) throw noFile(flag, kind, value);
  const isLine = kind === 'curl' && /^\s*(?:\$\s+)?curl(?:\.exe)?\s/i.test(value);
  const text = isLine ? value : await readSource(flag, value, largestSource[kind], world);
  const name = isLine || value === '-' ? kind : path.basename(value);
  const { operation, match, field } = flags;
  return await importFrom(
    { kind, text, name },
    {
      ...(operation !== undefined && { operation }),
      ...(match !== undefined && { match }),
      ...(field !== undefined && { field }),
      ...(web !== undefined && { web }),
    },
  );
}

const savedAs = {
  curl: 'request.txt',
  har: 'recording.har',
  playwright: 'recorded.spec.ts',
  openapi: 'openapi.json',
} as const;

function noFile(flag: string, kind: SourceKind, value: string): UsageError {
  return new UsageError(
    `${flag} takes a file, and ${value} is an address`,
    `Download it first: curl -o ${savedAs[kind]} '${value}'`,
  );
}

function originOf(address: string): string {
  return new URL(webAddress('--partner', address)).origin;
}

/** A scenario's name is one line; its file is named after it. */
export function nameFault(name: string): string | undefined {
  if (/^[^\0-\x1f\x7f]{1,200}$/.test(name) && name.trim() !== '') return undefined;
  return 'a name is one line of at most 200 characters';
}
