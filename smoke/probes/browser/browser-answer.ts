// What a browser saw as a candidate: the texts that were read as the columns of a row, or the whole page as HTML.

import { STATUS_CODES } from 'node:http';
import type { Candidate } from '../../core/look.ts';
import { documentCandidate } from '../../select/document.ts';
import { rowCandidate } from '../../select/row.ts';
import { shownPath } from '../http/http-address.ts';
import type { As, RawAnswer } from '../plugin.ts';
import { placeOf } from './browser-fault.ts';
import { neverShown } from './browser-in-page.ts';
import { pageSource, type ReadValue, renderedPage, type ShownPage } from './browser-read.ts';
import type { Visit } from './browser-visit.ts';

type Asked = { as?: As | undefined; named: boolean };

/** `page /extranet/reservations?ref=8841`, with what happened on the way. */
export function sourceOf(visit: Visit): string {
  const { page, host, notes } = visit;
  const url = URL.canParse(page.url()) ? new URL(page.url()) : undefined;
  const where = url === undefined ? placeOf(visit) : shownPath(url, host.mask);
  return [`page ${where}`, ...notes].join('; ');
}

/** What was read, found or not; a text that was not found stays empty, as the record is there without it. */
export async function answerOfReads(reads: readonly ReadValue[], visit: Visit, asked: Asked): Promise<Candidate> {
  const [only] = reads;
  const source =
    reads.length === 1 && only !== undefined ? `${only.name} of ${only.words} on ${sourceOf(visit)}` : sourceOf(visit);
  if (asked.as !== undefined && reads.length === 1 && only !== undefined)
    return documentCandidate({ text: only.text ?? '', format: asked.as, source, ...at(visit), named: asked.named });
  const row = Object.fromEntries(reads.map(({ name, text }) => [name, text ?? '']));
  return rowCandidate({ row, source, answer: at(visit), named: asked.named, origin: 'shown' });
}

export type PageAsAnswer = Pick<ShownPage, 'unsure' | 'unshown'> & { answer: Candidate };

export async function answerOfPage(visit: Visit, asked: Asked): Promise<PageAsAnswer> {
  const { html, unshown, unsure } = await renderedPage(visit);
  const format = asked.as ?? 'html';
  // The browser shows JSON, XML and plain text as a page of its own making.
  const text =
    format === 'html' ? html : await visit.page.locator('css=body').innerText({ timeout: visit.left(2_000) });
  const facts = { source: sourceOf(visit), ...at(visit), named: asked.named, answered: 'by a server' as const };
  return { answer: await documentCandidate({ text, format, unseen: neverShown, ...facts }), unshown, unsure };
}

/** All that the page holds, shown or not: what a step keeps of it claims no sighting. */
export async function answerOfSource(visit: Visit, asked: Asked): Promise<Candidate> {
  const format = asked.as ?? 'html';
  if (format !== 'html') return (await answerOfPage(visit, asked)).answer;
  const text = await pageSource(visit);
  return documentCandidate({ text, format, source: sourceOf(visit), ...at(visit), named: asked.named });
}

/** Undefined where no page came. */
export async function rawPage({ page, answers }: Visit): Promise<RawAnswer | undefined> {
  const answer = answers.get(page);
  if (answer === undefined) return undefined;
  const { status, headers } = answer;
  // A page that crashed or is gone shows nothing.
  const html = await page.content().catch(() => undefined);
  if (html === undefined) return undefined;
  const words = STATUS_CODES[status];
  return {
    status: words === undefined ? String(status) : `${status} ${words}`,
    headers: Object.entries(headers),
    text: html,
    format: 'html',
    bytes: Buffer.byteLength(html),
  };
}

function at({ page }: Visit): { url: string } {
  return { url: page.url() };
}
