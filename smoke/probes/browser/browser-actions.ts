// Does what the steps say, one action after the other.

import type { Locator, Page } from 'playwright';
import { parseDuration } from '../../core/duration.ts';
import type { Action, Locating, Where } from './browser-action.ts';
import { demand } from './browser-expect.ts';
import { BrowserFault, faultOf, placeOf } from './browser-fault.ts';
import { misplaced, missedAtLogin, openAddress } from './browser-goto.ts';
import { isLocating, locatorIn, wordsOf } from './browser-locator.ts';
import { othersOf } from './browser-others.ts';
import { filesOf, prepare } from './browser-prepare.ts';
import { type ReadValue, readElement } from './browser-read.ts';
import { runScript, type Scripts } from './browser-script.ts';
import type { Visit } from './browser-visit.ts';

/** What the actions read, and the files of the pictures they took. */
export type Done = { reads: ReadValue[]; pictures: string[] };

type Tools = { scripts: Scripts; keepPicture(name: string): Promise<string | undefined> };

/** Milliseconds for which an action waits for its element. */
const patience = 5_000;
/** For so long a page answers to what was done on it (a search that waits for more to be typed). In ms. */
const afterAction = 1_000;

/** `keepPicture` is asked for each `screenshot`. Throws a BrowserFault at the first action that cannot be done. */
export async function perform(visit: Visit, keepPicture: (name: string) => Promise<string | undefined>): Promise<Done> {
  const done: Done = { reads: [], pictures: [] };
  const scripts = await prepare(visit);
  for (const action of visit.options.steps) {
    visit.signal.throwIfAborted();
    await act(action, visit, done, { scripts, keepPicture });
    if (isDoing(action)) excuse(visit, afterAction);
  }
  return done;
}

async function act(action: Action, visit: Visit, done: Done, { scripts, keepPicture }: Tools): Promise<void> {
  if (action.goto !== undefined) return openAddress(action.goto, visit);
  if (action.script !== undefined) {
    noteTouch(visit);
    done.reads.push(...(await runScript(action.script, scripts, visit)));
    return;
  }
  if (action.screenshot !== undefined) {
    const { screenshot } = action;
    if (typeof screenshot !== 'string') choosePage(screenshot, visit);
    const path = await keepPicture(typeof screenshot === 'string' ? screenshot : screenshot.name);
    if (path !== undefined) done.pictures.push(path);
    return;
  }
  if (typeof action.wait === 'string') {
    await visit.host.clock.wait(Math.min(parseDuration(action.wait) ?? 0, visit.left()), visit.signal);
    return;
  }
  if (typeof action.press === 'string') {
    noteTouch(visit);
    await visit.page.keyboard.press(action.press);
    return;
  }
  const [name = '', where = {}] = (Object.entries(action) as [string, Where][])[0] ?? [];
  choosePage(where, visit);
  const what = `${name}${isLocating(where) ? ` ${wordsOf(where, visit.host.mask)}` : ''}`;
  const limit = visit.left((where.timeout === undefined ? undefined : parseDuration(where.timeout)) ?? standard(visit));
  if (action.read !== undefined) {
    done.reads.push(await readElement(action.read, what, limit, visit));
    return;
  }
  const waits = action.expect ?? action.wait;
  if (waits !== undefined) return demand(waits, what, limit, visit);
  const target = isLocating(where) ? locatorIn(visit.page, where as Locating) : undefined;
  const until = visit.host.clock.now() + limit;
  excuse(visit, visit.left());
  try {
    // An action that never finds its element, or finds several, has done nothing on the page.
    await target?.waitFor({ state: 'attached', timeout: limit });
    noteTouch(visit);
    await touch(action, target, Math.max(1, until - visit.host.clock.now()), visit);
  } catch (error) {
    throw faultOf(error, what, visit) ?? (await inVain(target, where, what, visit));
  }
}

function noteTouch(visit: Visit): void {
  visit.touched = true;
  visit.acted = true;
  excuse(visit, visit.left());
}

/** What a page asks for while something is done on it, and soon after, it does not ask for by itself. */
function excuse({ page, traffic }: Visit, ms: number): void {
  traffic(page)?.excuse(ms);
}

function isDoing({ goto, wait, expect, read, screenshot }: Action): boolean {
  return [goto, wait, expect, read, screenshot].every((one) => one === undefined);
}

function standard({ options }: Visit): number {
  return (options.timeout === undefined ? undefined : parseDuration(options.timeout)) ?? patience;
}

function choosePage({ page }: Where, visit: Visit): void {
  if (page === undefined) return;
  const chosen = visit.pages[page - 1];
  if (chosen === undefined)
    throw new BrowserFault('selector', `there is no page ${page}: ${visit.pages.length} opened`);
  visit.page = chosen;
}

async function touch(action: Action, target: Locator | undefined, timeout: number, visit: Visit): Promise<void> {
  const { fill, click, select, check, uncheck, hover, press, upload } = action;
  if (target === undefined) {
    if (press !== undefined && typeof press !== 'string') await visit.page.keyboard.press(press.key);
    return;
  }
  if (fill !== undefined) {
    const value = String(fill.value);
    await noteSecret(target, value, timeout, visit);
    await target.fill(value, { timeout });
  } else if (click !== undefined) await clickOn(target, click, timeout, visit);
  else if (select !== undefined) await target.selectOption([select.option].flat().map(String), { timeout });
  else if (check !== undefined) await target.check({ timeout });
  else if (uncheck !== undefined) await target.uncheck({ timeout });
  else if (hover !== undefined) await target.hover({ timeout });
  else if (press !== undefined && typeof press !== 'string') await target.press(press.key, { timeout });
  else if (upload !== undefined) {
    await target.setInputFiles(filesOf(upload, visit), { timeout });
  }
}

/** What is typed where a password belongs is a secret, whatever the scenario calls it. */
async function noteSecret(target: Locator, value: string, timeout: number, visit: Visit): Promise<void> {
  if ((await target.getAttribute('type', { timeout })) === 'password') {
    visit.host.learn(value, 'password');
    visit.gavePassword = true;
  }
  if (visit.host.mask(value) !== value) visit.secretFields.push(target);
}

async function clickOn(
  target: Locator,
  { opens, times = 1 }: NonNullable<Action['click']>,
  timeout: number,
  visit: Visit,
): Promise<void> {
  const opened: Promise<Page> | undefined =
    opens === undefined ? undefined : visit.page.waitForEvent('popup', { timeout });
  // Its failure shows where it is awaited, which a failed click never comes to.
  opened?.catch(() => undefined);
  await target.click({ timeout, clickCount: times });
  if (opened === undefined) return;
  visit.page = await opened;
  await visit.page.waitForLoadState('load', { timeout: visit.left() });
}

/** An element that was waited for in vain: there is none, or nothing can be done with it. */
async function inVain(
  target: Locator | undefined,
  where: Partial<Locating>,
  what: string,
  visit: Visit,
): Promise<BrowserFault> {
  const count = (await target?.count().catch(() => 0)) ?? 0;
  const elsewhere = await misplaced(visit, { absent: count === 0 });
  const at = placeOf(visit);
  const missed = `${what}: nothing on ${at} fits`;
  if (elsewhere !== undefined)
    return (count === 0 ? missedAtLogin(elsewhere, missed, visit) : undefined) ?? elsewhere.during(what);
  if (count === 0)
    return new BrowserFault('selector', `${missed}${await othersOf(where, visit)}`, {
      hint: 'Check the locator; with --headed you see the page.',
    });
  const hint = 'It may be covered, disabled or not shown: the screenshot and the trace among the attachments show it.';
  return new BrowserFault('wrong-answer', `${what}: it is on ${at}, but this could not be done with it in time`, {
    hint,
  });
}
