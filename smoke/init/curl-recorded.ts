// A curl command → what is known of its record: the request for sure, and the usual addresses as guesses.

import { originIn } from './addresses.ts';
import type { Curl } from './curl.ts';
import { freeTextIn, type Wanted } from './free-text.ts';
import { aliasFor, pathPattern } from './names.ts';
import type { Body, Recorded, Request } from './recorded.ts';
import { Refusal } from './refusal.ts';
import { expression, text } from './value.ts';

export function recordedFromCurl({ request, notes }: Curl, wanted: Wanted): Recorded {
  if (!/^(?:POST|PUT|PATCH)$/.test(request.method))
    throw new Refusal(
      `the curl command sends ${request.method}, which creates nothing`,
      'Copy the request that the form sends when it is submitted: a POST, mostly.',
    );
  const freeText = freeTextIn(request.body, wanted);
  const alias = aliasFor(new URL(`${request.url.parts[0]}`).pathname);
  return { source: 'a curl command', request, freeText, alias, ...guessed(request, request.body, alias), notes };
}

/**
 * A curl command shows no answer, so the usual ways are guessed: an API answers with the record and its `id`, and has it
 * at the address with that id behind; a form leads to the record's page. Only looks are guessed: they change nothing.
 */
export function guessed(request: Request, body: Body | undefined, alias: string): Pick<Recorded, 'keep' | 'look'> {
  const url = new URL(`${request.url.parts[0]}`);
  if (request.method !== 'POST') return {};
  const base = `${originOf(request)}${url.pathname.replace(/\/$/, '')}/`;
  const address = text(base, expression(alias));
  if (body?.kind === 'form' || body?.kind === 'multipart') {
    const match = `${pathPattern(url.pathname.replace(/\/$/, ''))}/([^/?#]+)`;
    return { keep: { from: 'url:', match, sure: 'guess' }, look: { url: address, sure: 'guess' } };
  }
  return { keep: { from: '$.id', sure: 'guess' }, look: { url: address, sure: 'guess' } };
}

/** Without `user:password@`. */
function originOf(request: Request): string {
  const { protocol, host } = new URL(`${request.url.parts[0]}`);
  return originIn(`${protocol}//${host}`);
}
