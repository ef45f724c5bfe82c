// One row of the hop table: what a hop showed, when, in which source, on which build. Texts are safe to print.

import { visible } from '../smoke/core/escape.ts';
import type { Look } from '../smoke/core/look.ts';
import { type LookRecord, latestLook, type ScenarioRecord } from '../smoke/core/record.ts';
import type { HopFact } from '../smoke/core/route.ts';
import type { Answer, Trail } from '../smoke/core/trail.ts';
import { isUnobservable } from '../smoke/core/wording.ts';
import { branchesOf } from './branches.ts';
import { moment } from './durations.ts';
import { releaseLabel } from './release-label.ts';
import { treeOf } from './route-tree.ts';

export type Tone = 'good' | 'bad' | 'unsure' | 'quiet';

export type HopRow = {
  hop: string;
  /** Where the route branches: what leads to the hop's name, and to further lines of it. */
  lead: string;
  below: string;
  symbol: '✓' | '✗' | '?' | '·' | '–';
  /** Always beside the symbol, so that neither symbol nor colour is needed to read the row. */
  word: string;
  tone: Tone;
  /** `+1.80 s`, or empty where nothing was seen. */
  since: string;
  what: string;
  release: string;
};

/** The rows of a scenario's route: its answers once it is judged, the looks so far before. */
export function hopRows(scenario: ScenarioRecord): HopRow[] {
  const trails = scenario.verdict === undefined ? [] : branchesOf(scenario.verdict).map(({ trail }) => trail);
  return treeOf(scenario.route).map(({ fact, lead, below }) => {
    // A hop that several branches share is shown as the worst of them saw it.
    const trail = trails.find(({ answers }) => answers.some(({ hop }) => hop === fact.hop));
    const answer = trail?.answers.find(({ hop }) => hop === fact.hop);
    const row =
      trail === undefined || answer === undefined
        ? rowSoFar(scenario, fact)
        : rowOfAnswer(scenario, fact, answer, trail);
    return { ...row, lead, below };
  });
}

type Mark = Pick<HopRow, 'symbol' | 'word' | 'tone'>;

const marks: Readonly<Record<Answer['kind'], Mark>> = {
  intact: { symbol: '✓', word: 'intact', tone: 'good' },
  reference: { symbol: '✓', word: 'reference', tone: 'good' },
  altered: { symbol: '✗', word: 'altered', tone: 'bad' },
  stripped: { symbol: '✗', word: 'stripped', tone: 'bad' },
  mixed: { symbol: '✗', word: 'mixed', tone: 'bad' },
  absent: { symbol: '✗', word: 'absent', tone: 'bad' },
  missed: { symbol: '·', word: 'missed', tone: 'quiet' },
  blind: { symbol: '?', word: 'blind', tone: 'unsure' },
  unread: { symbol: '–', word: 'not read', tone: 'quiet' },
};

const passed: Mark = { symbol: '·', word: 'passed', tone: 'quiet' };
const gone: Mark = { symbol: '✗', word: 'gone', tone: 'bad' };
const notSeen: Mark = { symbol: '?', word: 'not seen', tone: 'unsure' };
const unobservable: Mark = { symbol: '?', word: 'not observable here', tone: 'unsure' };
const notYet: Mark = { symbol: '·', word: 'not yet', tone: 'quiet' };
const noLook: Mark = { symbol: '–', word: 'no look', tone: 'quiet' };

function rowOfAnswer(scenario: ScenarioRecord, fact: HopFact, answer: Answer, trail: Trail): HopRow {
  const { look, since, worse, worseSince } = answer;
  const later =
    worse === undefined
      ? ''
      : `, then ${whatOf(worse, fact)}${worseSince === undefined ? '' : ` at ${moment(worseSince)}`}`;
  const shown = answer.kind === 'mixed' ? worse : look;
  const gone = answer.gone === undefined ? '' : `, gone at ${moment(answer.gone)}`;
  const what = `${whatOf(withCopies(look, scenario, fact), fact)}${later}${gone}`;
  return row(scenario, fact, markOf(fact, answer, trail), since, what, shown);
}

/** An answer is the first look that was good; how many records there were may have shown later. */
function withCopies(look: Look | undefined, scenario: ScenarioRecord, { hop }: HopFact): Look | undefined {
  if (look === undefined || !('evidence' in look)) return look;
  const shown = scenario.looks.flatMap((told) => {
    return told.hop === hop && 'evidence' in told.look ? [told.look.evidence.copies ?? 1] : [];
  });
  const copies = Math.max(1, ...shown);
  return { ...look, evidence: { ...look.evidence, copies } };
}

function markOf({ keeps }: HopFact, answer: Answer, { passedUnseen }: Trail): Mark {
  if (answer.gone !== undefined) return gone;
  if (passedUnseen.includes(answer.hop)) return passed;
  // The closing look saw nothing, but that proves nothing: no fault of the probe.
  if (answer.kind === 'absent' && !keeps) return notSeen;
  if (isUnobservable(answer.look) && answer.kind === 'blind') return unobservable;
  return answer.kind === 'blind' && answer.look?.kind === 'absent' ? notSeen : marks[answer.kind];
}

function rowSoFar(scenario: ScenarioRecord, fact: HopFact): HopRow {
  const told = standingLook(scenario, fact.hop);
  if (told === undefined || told.look.kind === 'not-made') {
    const mark = fact.probe === undefined ? noLook : scenario.verdict === undefined ? notYet : marks.unread;
    const what = told === undefined ? fact.title : whatOf(told.look, fact);
    return row(scenario, fact, mark, undefined, what, undefined);
  }
  return rowOfLook(scenario, fact, told);
}

/** The row of one look while the watch goes on. */
export function rowOfLook(scenario: ScenarioRecord, fact: HopFact, { look, since }: LookRecord): HopRow {
  const mark =
    look.kind === 'absent' || isUnobservable(look)
      ? notYet
      : look.kind === 'not-made'
        ? marks.unread
        : marks[look.kind];
  return row(scenario, fact, mark, since, whatOf(look, fact), look);
}

/** The last look that showed the record, or the last at all: a later miss takes back nothing. */
export function standingLook(scenario: ScenarioRecord, hop: string): LookRecord | undefined {
  const sighting = scenario.looks.findLast((told) => told.hop === hop && 'evidence' in told.look);
  if (sighting === undefined) return latestLook(scenario, hop);
  // It has been so since the first look that said the same, however often that was confirmed.
  const own = scenario.looks.filter((told) => told.hop === hop && 'evidence' in told.look);
  const before = own.findLastIndex((told) => told.look.kind !== sighting.look.kind);
  return { ...sighting, since: own[before + 1]?.since ?? sighting.since };
}

function row(
  scenario: ScenarioRecord,
  fact: HopFact,
  mark: Mark,
  since: number | undefined,
  what: string,
  look: Look | undefined,
): HopRow {
  const evidence = look !== undefined && 'evidence' in look ? look.evidence : undefined;
  return {
    hop: printable(fact.hop, 60),
    lead: '',
    below: '',
    ...mark,
    since: since === undefined ? '' : moment(since),
    what: printable(what, 400),
    release: printable(releaseLabel(scenario, fact.hop, evidence), 120),
  };
}

/** What a look says, in a few words. */
export function whatOf(look: Look | undefined, fact: HopFact): string {
  switch (look?.kind) {
    case undefined:
      return fact.title;
    case 'intact':
    case 'reference':
      return `${withField(look.evidence)}${basis(look)}`;
    case 'stripped':
      return `${look.evidence.source}: ${look.detail ?? 'the record is here, the marker is not'}`;
    case 'altered':
      return `${withField(look.evidence)}: ${damageIn(look)}`;
    case 'absent':
      return `${look.searched}${look.detail === undefined ? '' : `; ${look.detail}`}${look.proves ? '' : ' (proves nothing)'}`;
    case 'blind':
      return look.fault.message;
    case 'not-made':
      return `the look was not made: ${look.why}`;
  }
}

/** Said where it is not the hop's own word: a queue shows the same by what passed and by what is left. */
function basis({ by }: Look & { kind: 'intact' | 'reference' }): string {
  return by === 'tap' || by === 'residue' ? ` (${by})` : '';
}

/** The kind of damage and its detail, which may be the same words. */
function damageIn({ how, detail }: Look & { kind: 'altered' }): string {
  if (detail === undefined) return how;
  return detail.toLowerCase().startsWith(how) ? detail : `${how}, ${detail}`;
}

function withField({ source, field, copies }: { source: string; field?: string; copies?: number }): string {
  const named = field === undefined || source.includes(field) ? source : `${source} ${field.replace(/^\$\./, '')}`;
  return copies !== undefined && copies > 1 ? `${named}, ${copies} copies` : named;
}

/** Safe to print, and bounded: texts come from the systems that were read. */
export function printable(text: string, most: number): string {
  const safe = visible(text.length > most * 2 ? text.slice(0, most * 2) : text);
  return safe.length > most ? `${safe.slice(0, most - 1)}…` : safe;
}
