// What every import is brought into before a scenario is written: a request, and what the source tells about its record.

import type { Mapping, Text, Value } from './value.ts';

export type Request = {
  method: string;
  /** Absolute; begins with a literal `http://` or `https://`. Credentials and secrets are still in it. */
  url: Text;
  headers: readonly Header[];
  body?: Body;
};

export type Header = { name: string; value: string | Text };

export type Body =
  | { kind: 'json'; value: Value }
  /** `form`: a name may hold a list. `multipart`: a part may be a mapping with `file`. */
  | { kind: 'form' | 'multipart'; value: Mapping }
  | { kind: 'text' | 'xml'; value: string | Text };

/** An address with the record's alias in it. */
export type RecordAddress = Text;

/** `seen`: the source shows it. `guess`: the usual way, and the scenario says so. */
export type Sureness = 'seen' | 'guess';

export type Recorded = {
  /** `a curl command`, `recording.har`. */
  source: string;
  request: Request;
  /** Where in the body the marker goes, and the text it stands in. */
  freeText: FreeText;
  alias: string;
  keep?: { from: string; match?: string; sure: Sureness };
  look?: { url: RecordAddress; field?: string; records?: string; where?: Mapping; sure: Sureness };
  find?: { url: Text; records: string; keep: string };
  clean?: { urls: readonly RecordAddress[]; from: string };
  /** The status of the answer that the source shows. */
  status?: number;
  /** Requests before this one, for what only they can give: a token against forged requests. */
  before?: readonly Before[];
  /** Values that nobody but the user knows: `--var`. */
  openVars?: readonly string[];
  notes: readonly string[];
};

export type Before = { request: Request; keep: Mapping };

export type FreeText = {
  path: readonly (string | number)[];
  /** What stands there in the source. */
  value: string;
  /** Characters that the field takes at most. */
  room?: number;
};
