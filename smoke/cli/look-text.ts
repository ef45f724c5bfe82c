// Prints what a look showed, for a person who writes a scenario.

import type { Shown } from '../core/explain.ts';
import type { EvidenceClass, Look } from '../core/look.ts';
import { damage, emptyHanded, isUnobservable, listed } from '../core/wording.ts';
import type { LookReport } from './look-report.ts';
import type { Page } from './rows.ts';

/** Lines of an answer. */
const answerLines = 60;

export function printLook(report: LookReport, page: Page, full: boolean): void {
  const { marker, aliases, read, look } = report;
  page.line(`${report.scenario}, ${report.hop}: ${report.title}  (${report.file}:${report.line})`);
  page.labelled('marker', marker.sent ? marker.text : `${marker.text}, made for this look: nothing was sent with it`);
  const known = Object.entries(aliases).map(([name, value]) => `${name}=${value}`);
  if (known.length > 0) page.labelled('aliases', known.join(', '));
  printAsked(report, page);
  printAnswer(report, page, full);
  if (read !== undefined) {
    page.labelled('read', `${read.searched}${read.whole ? '' : ' (perhaps not all of it: an absence proves nothing)'}`);
    for (const { source, text } of read.items) page.labelled('', `${source}  ${text}`);
    const left = read.items.length > 0 ? read.candidates - read.items.length : 0;
    if (left > 0) page.labelled('', `and ${left} before; --full shows all`);
  }
  printSelection(report, page);
  if ('by' in look && look.by !== undefined) page.labelled('evidence', `${look.by}: ${evidenceWords[look.by]}`);
  const tone = toneOf(look, marker.sent);
  page.labelled('look', `${marks[tone]} ${wordsFor(look, marker.sent)}`, tone);
  if (look.kind === 'blind' && look.fault.hint !== undefined) page.labelled('', look.fault.hint);
  for (const path of attachedTo(look)) page.labelled('attached', path);
  for (const { name, from, value } of report.keep)
    page.labelled('keep', value === undefined ? `${name}: nothing at ${from}` : `${name}=${value}, from ${from}`);
  for (const hint of [...hintsFor(report), ...report.hints, ...report.warnings]) page.labelled('hint', hint);
}

function printAsked({ asked }: LookReport, page: Page): void {
  if (typeof asked !== 'object' || asked === null) return;
  let label = 'asked';
  for (const [name, value] of Object.entries(asked)) {
    page.labelled(label, `${name}: ${typeof value === 'string' ? value : JSON.stringify(value)}`);
    label = '';
  }
}

function printAnswer({ answer }: LookReport, page: Page, full: boolean): void {
  if (answer === undefined) return;
  page.labelled('answer', `${answer.status}, ${answer.bytes} bytes, read as ${answer.format}`);
  for (const [name, value] of answer.headers) page.labelled('', `${name}: ${value}`);
  const lines = answer.text.split('\n');
  const shown = full ? lines : lines.slice(0, answerLines);
  page.block(shown.join('\n'), 4);
  if (!answer.whole || shown.length < lines.length) page.labelled('', 'The answer goes on; --full shows all of it.');
}

function printSelection({ records, where, picked, field, read }: LookReport, page: Page): void {
  if (records !== undefined)
    page.labelled('records', records.why ?? `${records.selector} cut ${counted(records.cut, 'record')}`);
  if (where !== undefined) {
    const wanted = Object.entries(where.wanted).map(([selector, value]) => `${selector} = ${value}`);
    const which = where.picked.length > 0 ? `: ${listed(where.picked)}` : '';
    page.labelled('where', `${wanted.join(' and ')} picked ${where.count} of ${where.of}${which}`);
    for (const other of where.others)
      page.labelled('', `${other.source} shows ${shownValues(other)} at ${other.selector}`);
  } else if (read !== undefined) {
    page.labelled('picked', picked.length === 0 ? 'nothing: no record holds the marker or an alias' : listed(picked));
  }
  for (const one of field ?? []) page.labelled('field', `${fieldOf(one)}: ${shownValues(one)}`);
}

/** What a browser read alone is called after it: `text of testid note on page /8`. */
function fieldOf({ selector, source }: Shown): string {
  return source.startsWith(`${selector} of `) ? source : `${selector} of ${source}`;
}

function shownValues({ values, why }: Shown): string {
  if (why !== undefined) return why;
  if (values.length === 0) return 'nothing';
  const few = values.slice(0, 3).map((value) => (value === '' ? 'an empty text' : JSON.stringify(value)));
  return values.length > few.length ? `${few.join(', ')} and ${values.length - few.length} more` : few.join(', ');
}

const evidenceWords: Readonly<Record<EvidenceClass, string>> = {
  tap: 'what passed since it was opened, a moment ago; in a run that is before the send',
  residue: 'what lies there now',
  own: 'what the hop itself says or keeps',
  none: 'nothing that could hold the record can be read here',
};

const marks = { good: '✓', bad: '✗', unsure: '?', quiet: '·' } as const;

/** Of a marker that nobody has sent, no look can be good or bad. */
function toneOf({ kind }: Look, sent: boolean): keyof typeof marks {
  if (kind === 'blind' || kind === 'not-made') return 'unsure';
  if (!sent || kind === 'absent') return 'quiet';
  return kind === 'intact' || kind === 'reference' ? 'good' : 'bad';
}

function wordsFor(look: Look, sent: boolean): string {
  switch (look.kind) {
    case 'intact':
      return `intact: the marker is where it should be${via(look.via)}${copies(look.evidence.copies)}${worse(look)}`;
    case 'reference':
      return `reference: the record is named here by an alias${copies(look.evidence.copies)}`;
    case 'altered':
      return `altered (${damage(look)}): ${look.detail ?? ''}`;
    case 'stripped':
      return `stripped: ${sent ? (look.detail ?? 'the marker is not here') : 'a record was picked, without the marker, which nobody has sent: the look works'}`;
    case 'absent':
      return `absent: ${emptyHanded(look)}${sent ? '' : '. The probe can look; nothing was sent with this marker'}`;
    case 'blind':
      return isUnobservable(look)
        ? `not observable here: ${look.fault.message}`
        : `blind (${look.fault.kind}): ${look.fault.message}`;
    case 'not-made':
      return `not made: ${look.why}`;
  }
}

function attachedTo(look: Look): readonly string[] {
  if (look.kind === 'blind') return look.fault.attachments ?? [];
  return 'evidence' in look ? (look.evidence.attachments ?? []) : [];
}

function via(layers: readonly string[] | undefined): string {
  return layers === undefined || layers.length === 0 ? '' : `, read through ${layers.join(', in it ')}`;
}

function copies(n: number | undefined): string {
  return n === undefined || n < 2 ? '' : `; ${n} copies`;
}

function worse(look: Look): string {
  return 'worse' in look && look.worse !== undefined ? `; a worse copy is there too (${look.worse.kind})` : '';
}

function hintsFor({ untried, hop, file }: LookReport): string[] {
  if (untried === undefined) return [];
  const [first = ''] = untried.unknown;
  const left = untried.keys.length > 0 ? `${listed(untried.keys)} was not tried: ` : '';
  return [
    `${left}${listed(untried.unknown)} is not known; smoketrail look ${file} ${hop} --keep ${first}=VALUE names one that is there`,
  ];
}

function counted(n: number, what: string): string {
  return `${n} ${what}${n === 1 ? '' : 's'}`;
}
