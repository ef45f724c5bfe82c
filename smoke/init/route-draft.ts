// What is known of the record once it is there → route, find and clean, each with a remark where something is guessed or missing.

import { literalOf } from './addresses.ts';
import { credentialsInside } from './credential.ts';
import type { Section } from './draft.ts';
import { type Cleaning, cleanQuery } from './http-step.ts';
import { type PartnerLook, partnerOptions } from './partner.ts';
import type { Recorded } from './recorded.ts';
import { type Mapping, mapping, type Text, text, type Value } from './value.ts';

/** What is known of the record once it is there. */
export type Known = Pick<Recorded, 'alias' | 'look' | 'find' | 'clean'>;

type Route = { section: Section; watched: string[]; unwatched: string[] };

export function routeOf(
  recorded: Known,
  partner: PartnerLook | undefined,
  admitted: Mapping | undefined,
  { addresses, secrets }: Cleaning,
): Route {
  const { look } = recorded;
  const watched: string[] = [];
  const unwatched: string[] = [];
  const hops: Value[] = [];
  if (look === undefined) {
    hops.push({ noted: mapping({ hop: 'web' }), above: noWebLook });
    unwatched.push('web: the source shows no address at which the record can be read');
  } else {
    const { field, records, where, sure } = look;
    const url = cleanQuery(look.url, secrets);
    const http = mapping({ url: addresses.shorten(url), headers: admitted, records, where, field });
    const hop = mapping({ hop: 'web', look: mapping({ http }) });
    hops.push(sure === 'seen' ? hop : { noted: hop, above: guessedLook });
    watched.push(
      `web: GET ${pathOf(url)}${field === undefined ? '' : ` ${field}`}${sure === 'seen' ? '' : ', a guess'}`,
    );
  }
  if (partner !== undefined) {
    const http = partnerOptions(addresses.shorten(cleanQuery(text(partner.url), secrets)), partner);
    hops.push({ noted: mapping({ hop: 'partner', look: mapping({ http }) }), above: partner.remark });
    watched.push(`partner: GET ${pathOf(text(partner.url))}${partner.field === undefined ? '' : ` ${partner.field}`}`);
  } else unwatched.push('where the record goes from there: fill in the hop partner');
  const above =
    partner === undefined
      ? `${routeRemark}\n${partnerSketch}`
      : 'The places that the record passes. The last one is the destination.';
  return { section: { key: 'route', value: hops, above }, watched, unwatched };
}

const noWebLook =
  'Nothing is known about how the web app shows the record, so this hop is blind. Give it a look: an address that names the record, or a list that can be searched for the marker.';
const guessedLook = 'A guess: is the record at this address? `smoketrail run` says what it answered.';
const routeRemark =
  'The places that the record passes. The last one is the destination: as it stands, this scenario proves only that the web app saved the record. Add the place where it must arrive behind it:';
const partnerSketch = `  - hop: partner
    look:
      http:
        url: https://partner.example/reservations
        records: '$.reservations[*]'                # an answer may hold many records,
        where: { $.externalRef: '\${{ … }}' }        # this is ours,
        field: $.note                               # and here the marker must be`;

export function cleansWhat({ clean }: Known, partner: PartnerLook | undefined): string {
  if (clean === undefined) return 'nothing: the records stay until you fill in clean';
  const stays = leavesCopy(clean, partner) ? '; the partner’s copy stays' : '';
  return `${clean.urls.map((url) => `DELETE ${pathOf(url)}`).join(', ')}${stays}`;
}

/** What the report says of a destination: of a guess that could be better, and of a copy that stays there. */
export function partnerNotes({ clean }: Known, partner: PartnerLook | undefined): readonly string[] {
  const { note } = partner ?? {};
  return [
    ...(note === undefined ? [] : [note]),
    ...(clean !== undefined && leavesCopy(clean, partner)
      ? [
          'the source shows no way to delete the partner’s copy: each run leaves one, and sweep ends with 1 for it, until a step of clean removes it',
        ]
      : []),
  ];
}

function leavesCopy({ urls }: NonNullable<Known['clean']>, partner: PartnerLook | undefined): boolean {
  return partner !== undefined && urls.length === 1;
}

export function findSection(
  { find, alias }: Known,
  admitted: Mapping | undefined,
  { addresses, secrets }: Cleaning,
): Section {
  if (find === undefined)
    return {
      remark:
        'find: how the id is learned from the marker alone, for `smoketrail trace` and `sweep`. The source shows no search, so nothing stands here.',
    };
  const http = mapping({
    url: addresses.shorten(cleanQuery(find.url, secrets)),
    headers: admitted,
    records: find.records,
    keep: mapping({ [alias]: find.keep }),
  });
  return { key: 'find', value: [mapping({ http })], above: 'The id from the marker alone: for trace and sweep.' };
}

export function cleanSection(
  { clean, alias }: Known,
  partner: PartnerLook | undefined,
  admitted: Mapping | undefined,
  { addresses, secrets }: Cleaning,
): Section {
  if (clean === undefined)
    return {
      remark: `clean: removes what the send created. The source shows no request that deletes the record, and a guessed one might delete something else, so nothing is cleaned: records stay. Fill it in:\n  - http: { method: DELETE, url: '…/\${{ ${alias} }}', expect: { status: [200, 204, 404] } }`,
    };
  const steps = clean.urls.map((url) => {
    const headers = addresses.nameOf(url) === 'web' ? admitted : undefined;
    const expect = mapping({ status: [200, 204, 404] });
    return mapping({
      http: mapping({ method: 'DELETE', url: addresses.shorten(cleanQuery(url, secrets)), headers, expect }),
    });
  });
  const more = leavesCopy(clean, partner) ? `\n${partnerStays}` : '';
  return { key: 'clean', value: steps, above: `Shown by ${clean.from}.${more}` };
}

const partnerStays =
  'The source shows no way to delete the partner’s copy. Until a step here does, each run leaves one there and says so, and its entry stays open in the ledger: `smoketrail sweep` tries again and ends with 1.';

/** `/api/bookings/{booking}`: without origin and query, which may hold a credential, and without one in the path. */
export function pathOf(url: Text): string {
  const [path = ''] = literalOf(url)
    .replace(/^https?:\/\/[^/?#]*/i, '')
    .split(/[?#]/, 1);
  return path === '' ? '/' : credentialsInside(path).reduce((shown, one) => shown.replaceAll(one, '***'), path);
}
