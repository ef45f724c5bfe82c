// What reading a hop once can say: the vocabulary that probes, the trail and the reporters share.

/** How a marker was changed on its way. `detail` on the look says more in words. */
export type Alteration =
  | 'truncated'
  | 'case-changed'
  | 'html-escaped'
  | 'url-escaped'
  | 'json-escaped'
  | 're-encoded'
  | 'whitespace'
  | 'moved'
  | 'other';

/** Why a probe could not look. A fault is never to be read as absent. */
export type FaultKind =
  | 'refused' // connection refused, DNS, TLS
  | 'timeout'
  | 'permission' // 401, 403, EACCES
  | 'logged-out'
  | 'busy' // 429, 5xx
  | 'wrong-answer' // wrong kind, malformed, an unmet `expect`
  | 'selector' // a selector that does not fit the answer
  | 'gave-up' // a search or body at its cap
  | 'driver-missing'
  | 'not-observable' // nothing could see it here
  | 'error';

/** `attachments`: files that show what was there instead. */
export type Fault = { kind: FaultKind; message: string; hint?: string; attachments?: readonly string[] };

export type Evidence = {
  /** What was read, in the reader's words: `GET /api/bookings/8841`, `worker.log:120`, `row 3`. */
  source: string;
  /** A short piece of the record around the marker (or the empty field); masked before it leaves the runner. */
  excerpt: string;
  /** The field that was judged, where the scenario names one. */
  field?: string;
  /** The hop's own timestamp: evidence only, never subtracted from ours. */
  at?: string;
  instance?: string;
  release?: string;
  startedAt?: string;
  /** Records picked in this reading, where more than one. */
  copies?: number;
  /** They tell of what happened (lines, spans) and nothing says that each is a record: several may tell of one. */
  retold?: true;
  attachments?: string[];
  /** What was seen had not ended (a request without all of its answer): a later look tells how it did. */
  ongoing?: true;
  /** What was seen did not get through (a request that was refused, or broken off): a later one may. */
  failed?: true;
};

/** A copy in the same reading that is worse than the one the look reports (a later stripped or altered record). */
export type WorseCopy = { kind: 'stripped' | 'altered'; how?: Alteration; evidence: Evidence };

/**
 * Which kind of evidence a reading is. `tap`: what passed since the moment before the send, also what is gone by now.
 * `residue`: what lies there at the moment of the look. `own`: what the hop itself says or keeps (a record, a log, a
 * span, a captured request). `none`: nothing that could hold the record can be read here.
 */
export type EvidenceClass = (typeof evidenceClasses)[number];

export const evidenceClasses = ['tap', 'residue', 'own', 'none'] as const;

export function isEvidenceClass(value: unknown): value is EvidenceClass {
  return evidenceClasses.some((one) => one === value);
}

/** Which kind of evidence a look that could see rests on. */
type Based = { by?: EvidenceClass };

export type Look =
  | ({ kind: 'intact' | 'reference'; evidence: Evidence; worse?: WorseCopy; via?: readonly string[] } & Based)
  /** `other`: another run's marker stands there, so the record is that run's. `holds`: the field has a text that nobody sent. */
  | ({ kind: 'stripped'; evidence: Evidence; detail?: string; other?: string; holds?: 'other text' } & Based)
  | ({ kind: 'altered'; how: Alteration; detail?: string; evidence: Evidence } & Based)
  /**
   * `elsewhere`: the answer holds the marker, though not where the look picks its record. `unasked`: and the request did not
   * name it, so the record has come this far.
   */
  | ({ kind: 'absent'; searched: string; proves: boolean; detail?: string; elsewhere?: true; unasked?: true } & Based)
  /** `by`: it could look, and what it could read is no proof. */
  | ({ kind: 'blind'; fault: Fault } & Based)
  | { kind: 'not-made'; why: string };

export type LookKind = Look['kind'];

/** What a read cost the system that was read. */
export type Cost = { requests: number; bytes: number; ms: number; retries?: number };

/** What a selector found in one candidate. Values are the source's own text: big integers keep their digits. */
export type Picked = { fits: true; values: readonly string[] } | { fits: false; why: string };

/** Several candidates cut out of one by a `records` selector. */
export type Split = { fits: true; candidates: readonly Candidate[] } | { fits: false; why: string };

/**
 * What a whole answer is: a `page` (HTML, plain text) may be an error or a maintenance page and say so to people alone;
 * `data` (JSON, XML) has its errors in other fields than its records; `shown` are single texts that were read on a page;
 * `output` is what a program printed.
 */
export type Origin = 'page' | 'data' | 'shown' | 'output';

/**
 * One thing that may be the record: an HTTP answer or one element of it, a log line, a row, a job.
 * A probe presents it decoded; judging it (selection, marker) is not the probe's affair.
 */
export interface Candidate {
  /** Where it came from, in the reader's words. */
  readonly source: string;
  /** True where the request that fetched it named the marker or an alias, so the whole answer is the record. */
  readonly named?: boolean;
  /** Where it is a whole answer, or what was read on a page: it may be another answer than the one that was asked for. */
  readonly origin?: Origin;
  /** One line of a log: an event, which may merely mention the record. */
  readonly line?: boolean;
  /** Why nobody can look into all of it (it is encrypted): what is not seen in it may be there all the same. */
  readonly closed?: string;
  readonly at?: string;
  readonly instance?: string;
  /** See `Evidence`. */
  readonly ongoing?: true;
  readonly failed?: true;
  /** What this selector reads has not all come yet (the answer of a request), so that it may still show anything. */
  awaits?(selector: string): boolean;
  /**
   * Where the look's options fetched nothing and only chose among what passed: whether they chose it by one of the record's
   * names, so that what `field` reads belongs there.
   */
  isChosenBy?(names: readonly string[], field: string | undefined): boolean;
  /** The whole candidate as text, for the search without `field` and for excerpts. */
  text(): string;
  /** The text values inside (every JSON string, element text, column), each with its path, for "moved to another field". */
  leaves(): Iterable<{ path: string; text: string }>;
  select(selector: string): Picked;
  split(selector: string): Split;
  /** What stands around the records that the selector cuts out: an answer may say there that it holds only some of them. */
  around?(records: string): Iterable<Beside>;
}

/**
 * A value outside the records: the names that lead to it, from the top. `list`: a list or a record stands beside it.
 * `given`: the length of the list that the records come from, where the value stands beside or above it; the records may
 * be fewer (a filter) or more (each of its elements holds several). `within`: the objects it stands in that do not lead to
 * the records, and whether they hold a list of their own.
 */
export type Beside = {
  path: readonly string[];
  text: string;
  list: boolean;
  given?: number;
  within?: readonly { name: string; list: boolean }[];
};

/**
 * What is no sighting though the marker stands in it: what a page does not show, a bounce that quotes a mail. `says` is
 * told then; `doubtful` where an absence beside it is none that is proved; `shown` where the record may well be there,
 * though not where the look picks it.
 */
export type Aside = { text: string; says: string; doubtful: boolean; shown?: boolean };

/** What a probe read, before anybody asked for a marker in it. */
export type Reading = {
  candidates: readonly Candidate[];
  /** True where everything that could hold the record was read: only then an absence proves something. */
  whole: boolean;
  /** What was searched, for "absent": `42 lines of worker.log since 12:00:01`. */
  searched: string;
  /**
   * Something that the scenario expects of the right answer was in it: only then what a page lacks proves something.
   * False beside no candidates: what was read is a page, and nothing on it was expected.
   */
  landmark?: boolean;
  /** Why what it lacks proves nothing, whatever is looked for: it is stale, or not ready. */
  doubt?: string;
  /**
   * Why the record may have been here without a chance to see it, so that a look that found none is blind:
   * `not-observable` where the system leaves nothing behind (`hint` says what would show it), `gave-up` where the window
   * that is read was too small.
   */
  unseen?: Fault & {
    kind: 'not-observable' | 'gave-up';
    /**
     * Where the look is in and hears, and only that nothing came so far is why: what is known all the same, and what
     * cannot be told before something comes. `doctor`, which sends nothing, shows it in place of the fault.
     */
    quiet?: string;
  };
  /** In place of `unseen` where `where` picks none of the candidates: they did come, whatever else could not be seen. */
  unpicked?: Fault & { kind: 'not-observable' | 'gave-up' };
  /** How the look could pass over candidates that nobody can look into and that are other records, where it could. */
  narrow?: string;
  /** Each candidate is an instance: where a release is read, one that says no build is told as unknown. */
  listing?: boolean;
  /** The kind of evidence, where it is not what the plug-in says of itself. */
  by?: EvidenceClass;
  /**
   * In place of candidates: what came is a page that says that there is nothing (a 404 in HTML). That is no answer of
   * an API, so it proves nothing where the selectors are of data.
   */
  asPage?: string;
  /** How long ago its source made it, in ms: a cache had it since. */
  age?: number;
  /** Milliseconds the source asked us to wait before reading again (Retry-After). */
  retryAfter?: number;
  /** What was read beside the candidates and is no record. */
  asides?: readonly Aside[];
  /** It asks for a password: it may be a login page in place of what was asked for. */
  asksForPassword?: boolean;
  cost: Cost;
  /** Keeps what was seen (a picture of the page) among the attachments: called where the look turns out bad. */
  attach?(): Promise<readonly string[]>;
};

/** How a scenario picks the record and the field in a reading. Values are resolved; selectors are texts. */
export type Selection = {
  records?: string;
  /** selector → value the record must show there, compared as text. */
  where?: Readonly<Record<string, string>>;
  field?: string;
  equals?: string;
  allow: readonly Allowed[];
  /** Selectors that take instance and release out of the record itself. */
  evidence?: { instance?: string; commit?: string; started?: string; at?: string };
  /** `carries: reference`: the hop's messages hold only an alias by design. */
  reference: boolean;
  /** What is read is a list of events (what came in or went out, the jobs of a queue) and no state: a worse copy counts wherever it stands. */
  events?: boolean;
};

/** An alteration the scenario allows: by name, or a truncation to a length in characters. */
export type Allowed = Exclude<Alteration, 'truncated'> | 'truncated' | { truncated: number };

/**
 * A text in which the marker was sent. `document`: a whole body as one text, where the marker alone decides; `key`: the
 * name of the option it stood under (`hostMessage`); `header`: it stood among the request's headers.
 */
export type SentText = { text: string; document: boolean; key?: string; header?: boolean };

/** What is looked for. */
export type Sought = {
  marker: Marker;
  /** Alias name → value, as learned so far. */
  aliases: ReadonlyMap<string, string>;
  sent: readonly SentText[];
  /** The texts of the request that was answered: an answer may repeat them. */
  asked?: readonly string[];
};

/**
 * A marker. `fixed` is how many leading characters (prefix, separator, time part) it shares with other
 * markers of the same second; a truncated marker counts in free text only with four characters beyond them.
 * A text somebody typed (`trace 'Late arrival'`) has `fixed: 0`.
 */
export type Marker = { text: string; fixed: number; prefix: string };
