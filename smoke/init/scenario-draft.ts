// What an import knows → a scenario, from its name to how it cleans up.

import { createAddresses, literalOf, originIn } from './addresses.ts';
import type { Draft, Section } from './draft.ts';
import { withMarker } from './free-text.ts';
import { type Cleaning, credentialHeaders, httpOptions } from './http-step.ts';
import { jsonPath } from './names.ts';
import type { PartnerLook } from './partner.ts';
import type { Recorded } from './recorded.ts';
import { cleanSection, cleansWhat, findSection, partnerNotes, pathOf, routeOf } from './route-draft.ts';
import { type Asked, createSecrets } from './secrets.ts';
import type { Wishes } from './source.ts';
import { type Mapping, mapping, type Value } from './value.ts';

export function draftOf(recorded: Recorded, { name, partner }: Wishes): Draft {
  const origin = originIn(literalOf(recorded.request.url).replace(/^(https?:\/\/)[^/?#]*@/i, '$1'));
  const addresses = createAddresses(namedOrigins(origin, partner));
  const cleaning = { addresses, secrets: createSecrets() };
  const options = sendOptions(recorded, cleaning);
  const admitted = credentialHeaders(options);
  const hops = routeOf(recorded, partner, admitted, cleaning);
  const before = (recorded.before ?? []).map(({ request, keep }) =>
    mapping({ http: new Map([...httpOptions(request, undefined, cleaning), ['keep', keep]]) }),
  );
  const step = mapping({ http: options });
  const sections: Section[] = [
    { key: 'send', value: before.length === 0 ? step : [...before, step] },
    hops.section,
    findSection(recorded, admitted, cleaning),
    cleanSection(recorded, partner, admitted, cleaning),
  ];
  const vars = new Map<string, Value>([
    ...addresses.vars(),
    ...(recorded.openVars ?? []).map((one): [string, Value] => [one, null]),
  ]);
  return {
    name,
    head: `Written by smoketrail init from ${recorded.source}. Read it through before the first run.`,
    sections: [
      { key: 'name', value: name },
      { key: 'description', value: describe(recorded, partner) },
      { key: 'vars', value: vars },
      ...sections,
    ],
    facts: {
      sends: `${recorded.request.method} ${pathOf(recorded.request.url)}, the marker in ${placeOf(recorded)}`,
      watches: hops.watched,
      unwatched: hops.unwatched,
      cleans: cleansWhat(recorded, partner),
      asked: [...cleaning.secrets.asked(), ...askedIn(recorded)],
      openVars: recorded.openVars ?? [],
      notes: [...recorded.notes, ...partnerNotes(recorded, partner)],
    },
  };
}

/** Secrets that the source only names: an API's description knows no values. */
function askedIn({ request }: Recorded): Asked[] {
  return request.headers.flatMap(({ name, value }) =>
    (typeof value === 'string' ? [] : value.parts).flatMap((part) => {
      const secret = typeof part === 'string' ? undefined : /^secret\.(\w+)$/.exec(part.expression)?.[1];
      return secret === undefined ? [] : [{ name: secret, what: `the header ${name}` }];
    }),
  );
}

export function namedOrigins(web: string, partner: PartnerLook | undefined): Map<string, string> {
  const names = new Map([[web, 'web']]);
  const other = originIn(partner?.url ?? '');
  if (other !== '' && !names.has(other)) names.set(other, 'partner');
  return names;
}

function sendOptions(recorded: Recorded, cleaning: Cleaning): Mapping {
  const { request, freeText, keep, status, alias } = recorded;
  const marked = request.body === undefined ? undefined : withMarker(request.body, freeText);
  const options = new Map(httpOptions(request, marked, cleaning));
  if (status !== undefined && status >= 200 && status < 300) options.set('expect', mapping({ status }));
  if (keep !== undefined) {
    const from = keep.match === undefined ? keep.from : mapping({ from: keep.from, match: keep.match });
    const kept = mapping({ [alias]: from });
    const above =
      keep.sure === 'seen'
        ? 'The id by which later hops know the record.'
        : 'A guess: where does the answer hold the id of the new record?';
    options.set('keep', { noted: kept, above });
  }
  return options;
}

function describe({ request, freeText }: Recorded, partner: PartnerLook | undefined): string {
  const to = partner === undefined ? 'be saved by the web app' : 'reach the partner';
  const [last] = freeText.path.filter((step) => typeof step === 'string').slice(-1);
  return `What is sent${last === undefined ? '' : ` as ${last}`} with ${request.method} ${pathOf(request.url)} must ${to}.`;
}

function placeOf({ request, freeText }: Recorded): string {
  const kind = request.body?.kind;
  if (kind === 'json') return jsonPath(freeText.path);
  return kind === 'form' || kind === 'multipart' ? freeText.path.join('.') : 'the body';
}
