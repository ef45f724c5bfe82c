// How the core puts what it found into words: times, lists, looks, one line a text.

import type { Answer } from './answer.ts';
import type { Alteration, Look } from './look.ts';
import type { HopFact } from './route.ts';

/** `2.1 s`, `0.12 s`, `14 s`: three figures at most below a minute, whole seconds above. */
export function seconds(ms: number): string {
  const s = ms / 1000;
  const digits = Math.abs(s) < 1 ? 2 : Math.abs(s) < 60 ? 1 : 0;
  return `${Number(s.toFixed(digits))} s`;
}

/** `+2.1 s`, for a moment after the clock started. */
export function moment(ms: number): string {
  return `${ms < 0 ? '' : '+'}${seconds(ms)}`;
}

/** `a, b and c`; what is beyond ten is counted. */
export function listed(items: readonly string[], word = 'and'): string {
  const shown = items.length > 10 ? [...items.slice(0, 10), `${items.length - 10} more`] : items;
  const last = shown.at(-1) ?? '';
  return shown.length < 2 ? last : `${shown.slice(0, -1).join(', ')} ${word} ${last}`;
}

/** A text from outside on one line, without control characters, cut to `most` characters. */
export function oneLine(text: string, most = 200): string {
  const short = text
    .slice(0, most * 4)
    .replace(/[\u0000-\u0020\u007f-\u00a0\u2028\u2029]+/g, ' ')
    .trim();
  return short.length <= most ? short : `${[...short].slice(0, most - 1).join('')}…`;
}

const ALTERATIONS: Readonly<Record<Alteration, string>> = {
  truncated: 'truncated',
  'case-changed': 'changed in case',
  'html-escaped': 'HTML-escaped',
  'url-escaped': 'URL-escaped',
  'json-escaped': 'JSON-escaped',
  're-encoded': 're-encoded',
  whitespace: 'changed in white space',
  moved: 'moved to another field',
  other: 'changed',
};

/** What happened to the marker in a look, as an adjective: `stripped`, `truncated`, `HTML-escaped`. */
export function damage(look: Look | undefined): string {
  return look?.kind === 'altered' ? ALTERATIONS[look.how] : (look?.kind ?? 'changed');
}

/** The damage of a hop's answer: `truncated`, `both intact and stripped`. */
export function damageOf(answer: Answer): string {
  if (answer.kind !== 'mixed') return damage(answer.look);
  return `both ${answer.look?.kind === 'reference' ? 'by reference' : 'intact'} and ${damage(answer.worse)}`;
}

/** What was read: the evidence's source, or the look's title where there is none. */
export function sourceOf(hop: HopFact, look: Look | undefined): string {
  return oneLine((look !== undefined && 'evidence' in look && look.evidence.source) || hop.title);
}

/** How a hop saw the record, for "last seen at queue (payload intact)". */
export function seenAs(hop: HopFact, answer: Answer): string {
  if (answer.kind === 'reference') return 'by reference';
  if (answer.kind !== 'intact') return answer.kind === 'mixed' ? damageOf(answer) : `the record, ${damageOf(answer)}`;
  if (hop.queue) return 'payload intact';
  return { holds: 'read back intact', in: 'came in intact', out: 'went out intact' }[hop.sees];
}

/** It could look, and the system shows nobody what the record left behind there. */
export function isUnobservable(look: Look | undefined): boolean {
  return look?.kind === 'blind' && look.fault.kind === 'not-observable' && look.by !== undefined;
}

/** Why a look or an answer shows nothing: the fault, what was searched, what withheld it. */
export function emptyHanded(look: Look | undefined): string {
  if (look === undefined) return 'it was not looked at';
  if (look.kind === 'blind')
    return `${isUnobservable(look) ? 'not observable here: ' : ''}${oneLine(look.fault.message)}`;
  if (look.kind === 'not-made') return `the look was not made: ${oneLine(look.why)}`;
  if (look.kind !== 'absent') return damage(look);
  const searched = `not found (searched: ${oneLine(look.searched)})`;
  return look.proves ? searched : `${searched}, which proves nothing${look.detail ? `: ${oneLine(look.detail)}` : ''}`;
}

/** `2026-11-26 09:58:53 UTC` of an ISO 8601 text in UTC. */
export function dateTime(iso: string): string {
  return `${iso.slice(0, 10)} ${iso.slice(11, 19)} UTC`;
}

/** A message with what to do about it: a sentence of its own stands behind a full stop, anything else behind a semicolon. */
export function withHint(message: string, hint: string | undefined): string {
  if (hint === undefined || hint === '') return message;
  return /^\p{Lu}/u.test(hint) ? `${message.replace(/\.$/, '')}. ${hint}` : `${message}; ${hint}`;
}

/** As one word for a POSIX shell. */
export function shellQuoted(text: string): string {
  const plain = oneLine(text, 1_000);
  return /^[\w./:@%+=,][\w./:@%+=,-]*$/.test(plain) ? plain : `'${plain.replaceAll("'", `'\\''`)}'`;
}
