// What a look showed, as plain data: masked, and cut unless everything is asked for. Printed as text or as JSON.

import { type Explained, explain, type Shown } from '../core/explain.ts';
import type { Candidate, Cost, Look } from '../core/look.ts';
import { maskedStart } from '../probes/masked-start.ts';
import { isSecretName } from '../probes/secret-names.ts';
import { plainCopy } from '../run/plain-copy.ts';
import type { Seen } from '../run/witness.ts';
import type { Hop } from '../scenario/model.ts';
import { nearMiss } from '../scenario/near-miss.ts';
import { indented } from './indent.ts';

export type LookReport = {
  scenario: string;
  file: string;
  line: number;
  hop: string;
  title: string;
  marker: { text: string; sent: boolean };
  aliases: Readonly<Record<string, string>>;
  /** The request as resolved. */
  asked?: unknown;
  answer?: {
    status: string;
    headers: readonly (readonly [string, string])[];
    bytes: number;
    format: string;
    text: string;
    whole: boolean;
  };
  /** What was read, in the probe's words; `items` are the first of them where there is no answer of one piece. */
  read?: {
    searched: string;
    whole: boolean;
    candidates: number;
    cost: Cost;
    items: readonly { source: string; text: string }[];
  };
  records?: Explained['records'];
  where?: Explained['where'];
  picked: readonly string[];
  field?: readonly Shown[];
  look: Look;
  keep: readonly { name: string; from: string; value?: string }[];
  /** Keys of the look that could not be tried, and the aliases that are not known. */
  untried?: { keys: readonly string[]; unknown: readonly string[] };
  hints: readonly string[];
  warnings: readonly string[];
};

export type Facts = {
  hop: Hop;
  file: string;
  sent: boolean;
  /** Keys of the look that were left out, and the aliases that are not known. */
  untried: { keys: readonly string[]; unknown: readonly string[] };
  seen: Seen;
  /** Everything instead of a beginning. */
  full: boolean;
  warnings: readonly string[];
  mask: (text: string) => string;
};

/** Characters of an answer and of one value that are shown. */
const answerShown = 8_000;
const valueShown = 300;
const fewItems = 5;
/** Headers that say how to read an answer, or what to do next; all others with --full. */
const tellingHeaders =
  /^(?:content-(?:type|length|encoding)|location|retry-after|www-authenticate|link|.*(?:release|version|commit).*)$/i;

export function lookReport({ hop, file, sent, untried, seen, full, warnings, mask }: Facts): LookReport {
  const short = (text: string): string => maskedStart(text, full ? Number.MAX_SAFE_INTEGER : valueShown, mask);
  // One that is too short to be masked everywhere is masked where it stands.
  const option = (text: string, key: string): string => {
    const shown = short(text);
    return isSecretName(key) && !/^\*{3}[\w.-]+\*{3}$/.test(shown) ? '***' : shown;
  };
  const { look: spec } = hop;
  const { read, of } = seen;
  const explained = read && explain(read.reading, read.selection, read.picked);
  const keep = Object.entries(spec?.keep ?? {}).map(([name, { from }]) => {
    const value = of.aliases.get(name);
    return { name, from, ...(value !== undefined && { value: short(value) }) };
  });
  return {
    scenario: of.scenario.name,
    file,
    line: hop.place.line,
    hop: hop.name,
    title: spec?.title ?? 'no look',
    marker: { text: short(of.marker.text), sent },
    aliases: Object.fromEntries([...of.aliases].map(([name, value]) => [name, short(value)])),
    ...(seen.asked !== undefined && { asked: plainCopy(seen.asked, { text: option, key: (key) => key }) }),
    ...(seen.answer && { answer: answerIn(seen.answer, full, mask) }),
    ...(read && {
      read: {
        searched: short(read.reading.searched),
        whole: read.reading.whole,
        candidates: read.reading.candidates.length,
        cost: read.reading.cost,
        items: seen.answer === undefined ? itemsIn(read.reading.candidates, full, mask) : [],
      },
    }),
    ...selectedIn(explained, short),
    look: seen.look,
    keep,
    ...(untried.unknown.length > 0 && { untried }),
    hints: hintsOf(explained, seen.look).map(short),
    warnings,
  };
}

function answerIn(
  answer: NonNullable<Seen['answer']>,
  full: boolean,
  mask: Facts['mask'],
): NonNullable<LookReport['answer']> {
  const { status, headers, text, bytes, format } = answer;
  const masked = maskedStart(text, full ? Number.MAX_SAFE_INTEGER : answerShown, mask);
  const telling = headers.filter(([name]) => full || tellingHeaders.test(name));
  return {
    status,
    headers: telling.map(([name, value]) => [name, shownHeader(name, value, full, mask)] as const),
    bytes,
    format,
    text: indented(masked, format),
    whole: full || text.length <= answerShown,
  };
}

/** A cookie's value is a credential whether or not the jar took it. */
function shownHeader(name: string, value: string, full: boolean, mask: Facts['mask']): string {
  const told = /^set-cookie$/i.test(name) ? value.replace(/^([^=;]*)=[^;]*/, '$1=***') : value;
  return maskedStart(told, full ? Number.MAX_SAFE_INTEGER : valueShown, mask);
}

function itemsIn(
  candidates: readonly Candidate[],
  full: boolean,
  mask: Facts['mask'],
): { source: string; text: string }[] {
  // The latest lines of a log are those that a person waits for.
  const shown = full ? candidates : candidates.slice(-fewItems);
  return shown.map((one) => ({
    source: one.source,
    text: maskedStart(one.text(), full ? Number.MAX_SAFE_INTEGER : valueShown, mask),
  }));
}

function selectedIn(
  explained: Explained | undefined,
  short: (text: string) => string,
): Pick<LookReport, 'records' | 'where' | 'picked' | 'field'> {
  if (explained === undefined) return { picked: [] };
  const { read: _read, from: _from, chosen: _chosen, candidates: _all, ...selected } = explained;
  return plainCopy(selected, { text: short, key: (key) => key }) as Pick<
    LookReport,
    'records' | 'where' | 'picked' | 'field'
  >;
}

/** Only where a selector found nothing at all: a value that is not there now may come. */
function hintsOf(explained: Explained | undefined, look: Look): string[] {
  if (explained === undefined || look.kind === 'intact' || look.kind === 'reference') return [];
  const { records, where, field, from, read } = explained;
  const hint = (part: string, selector: string, among: readonly Candidate[]): string[] => {
    const miss = nearMiss(selector, among);
    return miss === undefined ? [] : [`${part} ${selector}: ${miss}`];
  };
  if (records !== undefined && records.cut === 0) return hint('records', records.selector, read);
  const lost = Object.keys(where?.wanted ?? {}).filter((selector) => nothingAt(selector, from));
  const empty = field?.every(({ values }) => values.length === 0) === true ? field[0]?.selector : undefined;
  return [
    ...lost.flatMap((selector) => hint('where', selector, from)),
    ...(empty === undefined ? [] : hint('field', empty, explained.chosen)),
  ];
}

function nothingAt(selector: string, records: readonly Candidate[]): boolean {
  return (
    records.length > 0 &&
    records.every((record) => {
      const found = record.select(selector);
      return !found.fits || found.values.length === 0;
    })
  );
}
