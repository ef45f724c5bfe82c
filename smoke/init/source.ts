// What a first scenario can be made of, and what an import gives.

import type { Draft } from './draft.ts';
import type { Wanted } from './free-text.ts';
import type { PartnerLook } from './partner.ts';

export type SourceKind = 'curl' | 'har' | 'playwright' | 'openapi';

export type Source = {
  kind: SourceKind;
  text: string;
  /** What the source is called in the scenario: a file's name. */
  name: string;
};

export type Asked = Wanted & {
  /** Of an OpenAPI document: an operationId, or `POST /bookings`. */
  operation?: string;
  /** The web app's address, in place of the one in the source. */
  web?: string;
};

/** What an import gives, before the few wishes are known that change the scenario. */
export type Imported = {
  /** A name for the scenario. */
  name: string;
  /** The alias of the record, for the partner's `where`; undefined where the send keeps none. */
  alias: string | undefined;
  draft(wishes: Wishes): Draft;
};

export type Wishes = {
  name: string;
  /** The destination, where one was named. */
  partner?: PartnerLook;
};
