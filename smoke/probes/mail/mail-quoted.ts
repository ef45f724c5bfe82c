// Mails within a mail: what a bounce sends back, or somebody passes on, did not arrive as a mail of its own.

import type { Attachment, Email } from 'postal-mime';
import type { Aside } from '../../core/look.ts';
import { maskedLine } from '../masked-start.ts';

type Parse = (bytes: Uint8Array) => Promise<Email>;
type About = { source: string; parse: Parse; mask: (text: string) => string };

/** `doubtful`: nothing but its null sender tells, and some programs send their own mails so. */
type Returned = { doubtful: boolean };

const subjects =
  /\b(?:undeliver(?:ed|able)|returned (?:mail|to sender)|mail delivery (?:failed|failure)|delivery status notification|delivery has failed|failure notice|could not be delivered)\b/i;

/** The account that Exchange writes from, and what it begins with. */
const exchange = /^microsoftexchange[0-9a-f]{8,}$/;
const systems = /^(?:mail delivery|microsoft (?:outlook|exchange))\b/i;
const failure =
  /^\s*(?:delivery has failed to these recipients|your message to .{1,200} (?:couldn['’]t|could not) be delivered)/i;

/**
 * A report on a mail (https://www.rfc-editor.org/rfc/rfc3464), an answer by a machine (rfc3834, section 5), or what mail
 * servers and vacation programs write that know neither. A notification has no sender to answer to (rfc5321, section 4.5.5).
 */
export function returned({ headers, from, subject = '', text = '' }: Email): Returned | undefined {
  const says = (name: string, what: RegExp): boolean =>
    headers.some(({ key, value }) => key === name && what.test(value.trim()));
  const [account = ''] = (from?.address ?? '').toLowerCase().split('@');
  const isSure =
    says('content-type', /^multipart\/report\b/i) ||
    says('auto-submitted', /^auto-replied\b/i) ||
    says('x-failed-recipients', /./) ||
    says('x-ms-exchange-message-is-ndr', /^/) ||
    says('x-autoreply', /^(?!no\b)./i) ||
    says('x-autorespond', /^(?!no\b)./i) ||
    says('precedence', /^auto_reply$/i) ||
    account === 'mailer-daemon' ||
    exchange.test(account) ||
    (account === 'postmaster' && (systems.test(from?.name ?? '') || subjects.test(subject) || failure.test(text)));
  if (isSure) return { doubtful: false };
  return says('return-path', /^<\s*>$/) ? { doubtful: true } : undefined;
}

/** What a mail says of another one: no record, and worth telling where the marker stands in it. */
export async function quotedIn(email: Email, about: About): Promise<Aside | undefined> {
  const quoted = email.attachments.filter(({ mimeType }) =>
    /^(?:message\/(?:rfc822|global)|text\/rfc822-headers)$/.test(mimeType),
  );
  const inside = await Promise.all(quoted.map((one) => saidBy(one, about)));
  const { source, mask } = about;
  const sent = returned(email);
  if (sent !== undefined) {
    const own = [email.subject, email.text, email.html, ...email.headers.map(({ value }) => value)];
    const why = reasonIn(email, mask);
    return {
      text: [...own, ...inside].join('\n'),
      says: sent.doubtful
        ? `${source} holds the marker and has a null sender, as bounces and automatic answers have: pick it with \`where\` if it is the mail`
        : `${source} is a bounce or an automatic answer that quotes the marker, and no delivery${why && `: ${why}`}`,
      doubtful: sent.doubtful,
    };
  }
  if (inside.length === 0) return undefined;
  return {
    text: inside.join('\n'),
    says: `${source} holds the marker in another mail that it carries`,
    doubtful: true,
  };
}

async function saidBy(part: Attachment, { parse }: About): Promise<string> {
  const { headers, subject, text, html } = await parse(bytesOf(part));
  return [subject, text, html, ...headers.map(({ value }) => value)].join('\n');
}

/** `5.1.1, smtp; 550 no such user` */
function reasonIn({ attachments }: Email, mask: (text: string) => string): string {
  const status = attachments.find(({ mimeType }) => /^message\/(?:global-)?delivery-status$/.test(mimeType));
  if (status === undefined) return '';
  const fields = Buffer.from(bytesOf(status))
    .toString()
    .replace(/\r?\n[ \t]+/g, ' ');
  const found = [/^Status:\s*(.+)$/im, /^Diagnostic-Code:\s*(.+)$/im].map((field) => field.exec(fields)?.[1]?.trim());
  return maskedLine(found.filter((one) => one !== undefined).join(', '), 300, mask);
}

function bytesOf({ content }: Attachment): Uint8Array {
  return typeof content === 'string' ? Buffer.from(content) : new Uint8Array(content);
}
