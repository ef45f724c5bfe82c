// Reads what a page shows: the text of an element, of a file it gave, or the whole rendered page.

import { createReadStream } from 'node:fs';
import type { Download, Locator } from 'playwright';
import { type Action, type Locating, unnamed } from './browser-action.ts';
import { BrowserFault, faultOf } from './browser-fault.ts';
import { scrollFrom, shownPage, untilNextTimer } from './browser-in-page.ts';
import { isLocating, locatorIn } from './browser-locator.ts';
import type { Traffic } from './browser-traffic.ts';
import type { Visit } from './browser-visit.ts';

/** `text` is undefined where nothing on the page fits; `unsure` says why that does not prove that there is none. */
export type ReadValue = { name: string; words: string; text: string | undefined; unsure?: string | undefined };

/** As HTML, what is not shown left out; `unshown` is that. */
export type ShownPage = { html: string; unshown: string; unsure: string | undefined };

/** Characters of one read or page. */
export const textCap: number = 8 * 1024 * 1024;
/** A page counts as loaded to the end once it has asked for nothing for so long, in ms. */
const quiet = 400;
/** The same with a connection open over which more may come, or where its scripts have asked before, in ms. */
const quietBeside = 1_500;
const gap = 50;
/** What comes into view asks for its content at once; the browser tells of that a little later. In ms. */
const afterScroll = 150;
/** How often a page is scrolled on as it has grown. */
const mostScrolls = 3;

export async function readElement(
  read: NonNullable<Action['read']>,
  what: string,
  limit: number,
  visit: Visit,
): Promise<ReadValue> {
  const name = read.as ?? unnamed;
  const words = what.replace(/^read ?/, '') || 'download';
  if (!isLocating(read)) return { name, words, text: await textOfDownload(what, limit, visit) };
  const target = locatorIn(visit.page, read as Locating);
  try {
    // An element may stand there empty while the page still asks for what belongs into it.
    const filled = async (): Promise<boolean> =>
      (await target.count()) > 0 && (await textOf(target, read.attribute)).trim() !== '';
    const { there, unsure } = await awaited(filled, limit, visit);
    if (!there && (await target.count()) === 0) return { name, words, text: undefined, unsure };
    const text = await textOf(target, read.attribute);
    if (text.length > textCap) throw tooLong(what);
    if (text.trim() === '' && unsure !== undefined)
      throw new BrowserFault('timeout', `${what}: it is empty, and ${unsure}`);
    return { name, words, text };
  } catch (error) {
    throw faultOf(error, what, visit) ?? new BrowserFault('timeout', `${what}: it could not be read in time`);
  }
}

/** Of a page of which nobody can tell when it has all it will show. Short, as a report shows one line of it. */
const toExpect = '`expect` a `count` of rows, or a spinner `state: hidden`';
const restless = 'the page had not come to rest';
const growing = 'the page grows as it is scrolled';

/** Waits for what is wanted, no longer than until the page has come to rest and all of it was in view. */
async function awaited(
  wanted: () => Promise<boolean>,
  limit: number,
  visit: Visit,
): Promise<{ there: boolean; unsure?: string | undefined }> {
  const { host, page, signal } = visit;
  const until = host.clock.now() + limit;
  const traffic = visit.traffic(page);
  let moved = host.clock.now();
  let seen = 0;
  let scrolls = 0;
  for (;;) {
    if (await wanted()) return { there: true };
    const now = host.clock.now();
    moved = (traffic?.underway() ?? 0) > 0 ? now : Math.max(moved, Math.min(now, traffic?.latest() ?? 0));
    const unfilled = trafficUnfilled(visit);
    const mayAsk = unfilled?.live() !== undefined || unfilled?.asks() === true;
    if (now - moved >= (mayAsk ? quietBeside : quiet)) {
      const due = await timerDue(visit);
      if (due !== undefined && now + due < until) {
        moved = now + due;
        continue;
      }
      traffic?.excuse(limit);
      const shown = Number(await page.evaluate(scrollFrom(seen)));
      traffic?.excuse(afterScroll);
      if (shown === seen) return { there: false, unsure: await unsureOf(visit) };
      scrolls += 1;
      if (scrolls > mostScrolls) return { there: false, unsure: growing };
      seen = shown;
      moved = Math.max(moved, host.clock.now() - quiet + afterScroll);
    }
    if (now >= until) return { there: false, unsure: scrolls > 1 ? growing : ((await toCome(visit)) ?? restless) };
    await host.clock.wait(gap, signal);
  }
}

async function unsureOf(visit: Visit): Promise<string | undefined> {
  const isLoaded = async (): Promise<boolean> =>
    !visit.unfinished && (await visit.page.evaluate('document.readyState')) === 'complete';
  return (await toCome(visit)) ?? ((await isLoaded()) ? undefined : restless);
}

/** Why the page may show less than it should, or may yet show more by itself. */
async function toCome(visit: Visit): Promise<string | undefined> {
  const unfilled = trafficUnfilled(visit);
  const failed = unfilled?.failed();
  if (failed !== undefined) return `${failed}: ${toExpect}`;
  const live = unfilled?.live();
  if (live !== undefined) return `${live} is open, over which more may come at any time: ${toExpect}`;
  if (unfilled?.asksAgain()) return `the page goes on asking: ${toExpect}`;
  return (await timerDue(visit)) === undefined ? undefined : `a timer may yet fill the page: ${toExpect}`;
}

/** Why a field on the page may be empty without the record being so. */
export function whyUnfilled(visit: Visit): string | undefined {
  return trafficUnfilled(visit)?.failed();
}

/** Undefined where the look waited for something of its own: that is what had to come. */
function trafficUnfilled({ filled, page, traffic }: Visit): Traffic | undefined {
  return filled ? undefined : traffic(page);
}

/** Milliseconds until the next timer that may ask for what the page shows, as long as its scripts asked for nothing. */
async function timerDue(visit: Visit): Promise<number | undefined> {
  if (trafficUnfilled(visit)?.asks() !== false) return undefined;
  return ((await visit.page.evaluate(untilNextTimer)) as number | null) ?? undefined;
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

/** The page as it is shown now. */
export async function renderedPage(visit: Visit): Promise<ShownPage> {
  return ofPage(visit, async () => {
    const { unsure } = await awaited(async () => false, visit.left(4_000), visit);
    await demandSize(visit);
    const { html, unshown } = (await visit.page.evaluate(shownPage)) as { html: string; unshown: string };
    if (html.length + unshown.length > textCap) throw tooLong('the page');
    return { html, unshown, unsure };
  });
}

/** The page with all that it holds, shown or not. */
export async function pageSource(visit: Visit): Promise<string> {
  return ofPage(visit, () => visit.page.content());
}

async function ofPage<T>(visit: Visit, read: () => Promise<T>): Promise<T> {
  try {
    await demandSize(visit);
    return await read();
  } catch (error) {
    throw faultOf(error, 'the page', visit) ?? new BrowserFault('timeout', 'the page could not be read in time');
  }
}

/** Of a page that grew meanwhile no copy is made. */
async function demandSize({ page }: Visit): Promise<void> {
  if (Number(await page.evaluate('document.documentElement.outerHTML.length')) > textCap) throw tooLong('the page');
}

function tooLong(what: string): BrowserFault {
  return new BrowserFault('gave-up', `${what}: the text is over 8 MB`, { hint: 'Read a smaller part of the page.' });
}
