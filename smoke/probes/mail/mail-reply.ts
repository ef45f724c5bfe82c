// What a reply says itself: the mail that it quotes did not arrive with it.

import type { Email } from 'postal-mime';
import { readableText } from '../../select/markup-body.ts';

const subjects = /^\s*(?:\[[^\]]{1,60}\]\s*)?(?:re|aw|sv|vs|antw|odp|rif|ynt|回复|答复)\s*(?:\[\d{1,3}\])?\s*[:：]/i;
/** `On Monday, Zoë wrote:` above a quoted line */
const attribution =
  /(?:wrote|schrieb|a écrit|escribió|ha scritto|schreef)[^\n]{0,200}:[ \t]{0,9}\n(?:[ \t]{0,9}\n){0,3}[ \t]{0,9}>/i;
/** What stands above the quoted mail in programs that do not mark its lines; the whole rest is quoted then. */
const rests: readonly RegExp[] = [
  /^[ \t]*-{2,}[ \t]*(?:Original Message|Ursprüngliche Nachricht|Message d'origine|Mensaje original|Messaggio originale|Oorspronkelijk bericht)[ \t]*-{2,}/im,
  /^[ \t]*(?:From|Von|De|Da|Van)[ \t]*:[^\n@]{0,300}@[^\n]{0,300}\n[ \t]*(?:Sent|Date|Gesendet|Datum|Envoyé|Enviado|Inviato|Data|Verzonden)[ \t]*:/im,
];

export type OwnWords = { text: string; html: string };

/** Undefined where it is no reply: only there a line that begins with `>` is somebody else's for certain. */
export async function ownWordsOf(email: Email): Promise<OwnWords | undefined> {
  const { headers, subject = '', text = '', html } = email;
  const answers = headers.some(({ key }) => key === 'in-reply-to' || key === 'references');
  if (!subjects.test(subject) || !(answers || attribution.test(text.replaceAll('\r', '')))) return undefined;
  const shown = html === undefined ? '' : (await readableText(html, quoting())).shown;
  return { text: unquoted(text), html: unquoted(shown) };
}

function unquoted(text: string): string {
  const lines = text.replaceAll('\r', '');
  const ends = rests.map((rest) => lines.search(rest)).filter((at) => at >= 0);
  return lines
    .slice(0, Math.min(lines.length, ...ends))
    .split('\n')
    .filter((line) => !/^\s*>/.test(line))
    .join('\n');
}

/** Some programs wrap what they quote in an element, others begin it with one. */
function quoting(): (name: string, attributes: Readonly<Record<string, string>>) => boolean {
  let isBelow = false;
  return (name, { id = '', class: classes = '', style = '' }) => {
    isBelow ||= id === 'divRplyFwdMsg' || /^border:none;\s*border-top:\s*solid\b/i.test(style.trim());
    return isBelow || name === 'blockquote' || /(?:^|\s)(?:gmail_quote|yahoo_quoted)(?:\s|$)/.test(classes);
  };
}
