// Waits until a page is as it should be, and says what it was instead.

import type { Locator } from 'playwright';
import { maskedLine } from '../masked-start.ts';
import type { Expecting, Locating } from './browser-action.ts';
import { BrowserFault, faultOf, placeOf } from './browser-fault.ts';
import { misplaced, missedAtLogin } from './browser-goto.ts';
import { isLocating, locatorIn } from './browser-locator.ts';
import type { Visit } from './browser-visit.ts';

/** Between two looks at what has no event of its own, in ms. */
const gap = 50;

/** Throws a BrowserFault where it is not met within `limit` ms. */
export async function demand(wanted: Expecting, what: string, limit: number, visit: Visit): Promise<void> {
  const until = visit.host.clock.now() + limit;
  const left = (): number => Math.max(1, until - visit.host.clock.now());
  try {
    const { url, title } = wanted;
    if (url !== undefined) await visit.page.waitForURL(url, { timeout: left(), waitUntil: 'commit' });
    if (title !== undefined) await polled(async () => (await visit.page.title()).includes(title), until, visit);
    if (isLocating(wanted)) await element(locatorIn(visit.page, wanted as Locating), wanted, until, left, visit);
  } catch (error) {
    throw faultOf(error, what, visit) ?? (await unmet(wanted, what, visit));
  }
  if (isLandmark(wanted)) visit.proved = true;
  if (tellsOfRest(wanted)) visit.filled = true;
}

/** What is so only once the page has what it waits for: its rows, or no spinner any more. */
function tellsOfRest({ state, count }: Expecting): boolean {
  return count !== undefined || state === 'hidden' || state === 'detached';
}

/** Something that is there. What is gone (a spinner), and an address, are the same on an error page. */
function isLandmark({ title, state = 'visible', count = 1, ...where }: Expecting): boolean {
  return title !== undefined || (isLocating(where) && (state === 'visible' || state === 'attached') && count > 0);
}

async function element(
  target: Locator,
  { state = 'visible', count, value }: Expecting,
  until: number,
  left: () => number,
  visit: Visit,
): Promise<void> {
  if (count !== undefined) return polled(async () => (await target.count()) === count, until, visit);
  await target.waitFor({ state, timeout: left() });
  if (value === undefined) return;
  await polled(async () => (await target.inputValue({ timeout: left() })) === String(value), until, visit);
}

class NotInTime extends Error {
  override readonly name = 'TimeoutError';
}

async function polled(met: () => Promise<boolean>, until: number, { host, signal }: Visit): Promise<void> {
  while (!(await met())) {
    if (host.clock.now() >= until) throw new NotInTime('not in time');
    await host.clock.wait(gap, signal);
  }
}

async function unmet(wanted: Expecting, what: string, visit: Visit): Promise<BrowserFault> {
  const elsewhere = await misplaced(visit, { absent: true });
  const missed = `${what}: ${await found(wanted, visit)}`;
  if (elsewhere !== undefined) return missedAtLogin(elsewhere, missed, visit) ?? elsewhere.during(what);
  return new BrowserFault('wrong-answer', missed, {
    hint: 'Check what is expected; what the page showed is among the attachments.',
  });
}

async function found(
  { url, title, count, state = 'visible', value, ...where }: Expecting,
  visit: Visit,
): Promise<string> {
  const { page, host } = visit;
  const at = placeOf(visit);
  if (url !== undefined && !isLocating(where)) return `the address is ${at}, not ${maskedLine(url, 200, host.mask)}`;
  if (title !== undefined && !isLocating(where)) {
    const is = maskedLine(await page.title().catch(() => ''), 100, host.mask);
    return `the title of ${at} is "${is}", without "${maskedLine(title, 100, host.mask)}"`;
  }
  const target = locatorIn(page, where as Locating);
  const there = await target.count().catch(() => 0);
  if (count !== undefined) return `${there} of them are on ${at}, not ${count}`;
  if (value !== undefined && there === 1) {
    const is = maskedLine(await target.inputValue({ timeout: 100 }).catch(() => ''), 100, host.mask);
    return `"${is}" stands in it on ${at}, not "${maskedLine(String(value), 100, host.mask)}"`;
  }
  if (there === 0) return `nothing on ${at} fits`;
  return `it is on ${at}, but not ${state}`;
}
