// How an address is shown to a reader: short, and without the credentials it may carry.

import { maskedStart } from '../masked-start.ts';

type Masking = (text: string) => string;

const longestShown = 300;

/** `http://127.0.0.1:4100/api/bookings?x=1`: no user, password or fragment. */
export function shownUrl(url: URL, mask: Masking): string {
  return maskedStart(`${url.protocol}//${url.host}${url.pathname}${url.search}`, longestShown, mask);
}

/** `/api/bookings?x=1` */
export function shownPath(url: URL, mask: Masking): string {
  return maskedStart(`${url.pathname}${url.search}`, longestShown, mask);
}

/** Masks `user:password@` in a text that may be no URL at all. */
export function maskCredentials(text: string, mask: Masking): string {
  const known = maskedStart(text, 2_000, mask);
  return maskedStart(known.replace(/\/\/[^/?#\s]*@/g, '//***@'), longestShown, (plain) => plain);
}

/**
 * What a look or step is called before its values are known: `GET /api/bookings/${{ booking }}`.
 * The origin, or an expression that stands for it, is left out.
 */
export function titleOf(options: Readonly<Record<string, unknown>>): string {
  const url = typeof options['url'] === 'string' ? options['url'] : '';
  const path = url.replace(/^(?:https?:\/\/[^/?#]*|\$\{\{[^}]*\}\})(?=[/?])/i, '');
  return `${methodOf(options)} ${maskCredentials(path, (plain) => plain) || '?'}`;
}

/** The method as written, else POST where there is a body. */
export function methodOf(options: Readonly<Record<string, unknown>>): string {
  if (typeof options['method'] === 'string') return options['method'];
  return bodyKinds.some((kind) => options[kind] !== undefined) ? 'POST' : 'GET';
}

export const bodyKinds = ['json', 'form', 'multipart', 'text', 'xml'] as const;
