// Reads what a page shows: the text of an element, of a file it gave, or the whole rendered page.

import { createReadStream } from 'node:fs';
import type { Download, Locator } from 'playwright';
import { type Action, type Locating, unnamed } from './browser-action.ts';
import { BrowserFault, faultOf } from './browser-fault.ts';
import { isLocating, locatorIn } from './browser-locator.ts';
import type { Visit } from './browser-visit.ts';

/** `text` is undefined where nothing on the page fits; `whole` says whether that proves that there is none. */
export type ReadValue = { name: string; words: string; text: string | undefined; whole: boolean };

/** Characters of one read or page. */
const textCap = 8 * 1024 * 1024;
/** A page counts as loaded to the end once it has asked for nothing for so long, in ms. */
const quiet = 400;
const gap = 50;

export async function readElement(
  read: NonNullable<Action['read']>,
  what: string,
  limit: number,
  visit: Visit,
): Promise<ReadValue> {
  const name = read.as ?? unnamed;
  const words = what.replace(/^read ?/, '') || 'download';
  if (!isLocating(read)) return { name, words, text: await textOfDownload(what, limit, visit), whole: true };
  const target = locatorIn(visit.page, read as Locating);
  try {
    // An element may stand there empty while the page still asks for what belongs into it.
    const filled = async (): Promise<boolean> =>
      (await target.count()) > 0 && (await textOf(target, read.attribute)).trim() !== '';
    const { there, whole } = await awaited(filled, limit, visit);
    if (!there && (await target.count()) === 0) return { name, words, text: undefined, whole };
    const text = await textOf(target, read.attribute);
    if (text.length > textCap) throw tooLong(what);
    if (text.trim() === '' && !whole)
      throw new BrowserFault('timeout', `${what}: it is empty, and the page had not come to rest`);
    return { name, words, text, whole: true };
  } catch (error) {
    throw faultOf(error, what, visit) ?? new BrowserFault('timeout', `${what}: it could not be read in time`);
  }
}

/** Waits for what is wanted, no longer than until the page has come to rest. */
async function awaited(
  wanted: () => Promise<boolean>,
  limit: number,
  visit: Visit,
): Promise<{ there: boolean; whole: boolean }> {
  const { host, page, signal } = visit;
  const until = host.clock.now() + limit;
  let restless = host.clock.now();
  for (;;) {
    if (await wanted()) return { there: true, whole: true };
    const now = host.clock.now();
    if (visit.underway(page) > 0) restless = now;
    if (now - restless >= quiet) return { there: false, whole: await isLoaded(visit) };
    if (now >= until) return { there: false, whole: false };
    await host.clock.wait(gap, signal);
  }
}

async function isLoaded({ page, unfinished }: Visit): Promise<boolean> {
  return !unfinished && (await page.evaluate('document.readyState')) === 'complete';
}

/** Of a field what stands in it, of anything else what a reader sees. Never waits: the element is there. */
async function textOf(target: Locator, attribute: string | undefined): Promise<string> {
  const timeout = 2_000;
  if (attribute !== undefined) return (await target.getAttribute(attribute, { timeout })) ?? '';
  const tag = await target.evaluate((element) => element.nodeName.toLowerCase(), undefined, { timeout });
  const isField = tag === 'input' || tag === 'textarea' || tag === 'select';
  return isField ? target.inputValue({ timeout }) : target.innerText({ timeout });
}

async function textOfDownload(what: string, limit: number, visit: Visit): Promise<string> {
  const { host, signal, downloads } = visit;
  const until = host.clock.now() + limit;
  while (downloads.length === 0) {
    if (host.clock.now() >= until) {
      const hint = 'An action before this one must begin the download.';
      throw new BrowserFault('wrong-answer', `${what}: no file was downloaded`, { hint });
    }
    await host.clock.wait(gap, signal);
  }
  return contentOf(downloads.at(-1) as Download, what, visit);
}

async function contentOf(download: Download, what: string, visit: Visit): Promise<string> {
  const path = await download.path().catch((error: unknown) => {
    throw faultOf(error, what, visit) ?? new BrowserFault('timeout', `${what}: the file did not come in time`);
  });
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of createReadStream(path, { signal: visit.signal }) as AsyncIterable<Buffer>) {
    size += chunk.length;
    if (size > textCap) throw tooLong(what);
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString('utf8');
}

/** The page as it is rendered now, as HTML. */
export async function renderedPage(visit: Visit): Promise<{ html: string; whole: boolean }> {
  const { page } = visit;
  try {
    const size = Number(await page.evaluate('document.documentElement.outerHTML.length'));
    if (size > textCap) throw tooLong('the page');
    const { whole } = await awaited(async () => false, visit.left(2_000), visit);
    const html = await page.content();
    if (html.length > textCap) throw tooLong('the page');
    return { html, whole };
  } catch (error) {
    throw faultOf(error, 'the page', visit) ?? new BrowserFault('timeout', 'the page could not be read in time');
  }
}

function tooLong(what: string): BrowserFault {
  return new BrowserFault('gave-up', `${what}: the text is over 8 MB`, { hint: 'Read a smaller part of the page.' });
}
