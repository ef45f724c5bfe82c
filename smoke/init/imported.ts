// The ways in: a source's text → what is known of its record. Each reader loads only when it is asked for.

import { placeIn, slug } from './names.ts';
import type { Recorded } from './recorded.ts';
import { Refusal } from './refusal.ts';
import { pathOf } from './route-draft.ts';
import { draftOf } from './scenario-draft.ts';
import type { Asked, Imported, Source, SourceKind } from './source.ts';

/** The most that is read of a source, in bytes. */
export const largestSource: Readonly<Record<SourceKind, number>> = {
  curl: 1024 * 1024,
  har: 100 * 1024 * 1024,
  openapi: 10 * 1024 * 1024,
  playwright: 1024 * 1024,
};

/** Throws a Refusal where no scenario can be made of it. */
export async function importFrom(source: Source, asked: Asked): Promise<Imported> {
  if (source.text.includes('\0')) throw new Refusal(`${source.name} is not text in UTF-8`);
  if (source.kind === 'playwright')
    return (await import('./playwright-imported.ts')).importedFromPlaywright(source.text, source.name, asked);
  return imported(await recordedFrom(source, asked));
}

export function imported(recorded: Recorded): Imported {
  const path = pathOf(recorded.request.url).replaceAll(/\{[^}]*\}/g, '');
  return {
    name: slug(placeIn(path) ?? recorded.alias),
    alias: recorded.keep === undefined ? undefined : recorded.alias,
    draft: (wishes) => draftOf(recorded, wishes),
  };
}

async function recordedFrom({ kind, text, name }: Source, asked: Asked): Promise<Recorded> {
  if (kind === 'har') return (await import('./har-recorded.ts')).recordedFromHar(text, name, asked);
  if (kind === 'openapi') return (await import('./openapi-recorded.ts')).recordedFromOpenApi(text, name, asked);
  const [{ readCurl }, { recordedFromCurl }] = await Promise.all([import('./curl.ts'), import('./curl-recorded.ts')]);
  return recordedFromCurl(await readCurl(text), asked);
}
