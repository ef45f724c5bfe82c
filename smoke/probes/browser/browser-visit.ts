// One use of the browser, by a look or a step: its pages, what happens on them, and the end of it all.

import type { BrowserContext, Dialog, Download, Locator, Page, Response } from 'playwright';
import type { Cost } from '../../core/look.ts';
import { textOf } from '../../core/text-of.ts';
import { maskedLine } from '../masked-start.ts';
import { Blind, type FireContext, type Host, type ReadContext } from '../plugin.ts';
import type { BrowserOptions } from './browser-action.ts';
import { endOf, isEnd } from './browser-end.ts';
import type { Pool } from './browser-pool.ts';
import type { Recording, Session } from './browser-session.ts';
import { isMain, type Traffic, trafficOf } from './browser-traffic.ts';

export type Visit = {
  host: Host;
  /** Of a step, not of a look. */
  isStep: boolean;
  options: BrowserOptions;
  signal: AbortSignal;
  session: Session;
  /** In the order in which they opened, those that a page opened by itself included. */
  pages: Page[];
  /** The one that actions are about. */
  page: Page;
  downloads: Download[];
  /** `a dialog (alert "Sold out") was dismissed` */
  notes: string[];
  /** Fields in which something secret was typed: masked in pictures. */
  secretFields: Locator[];
  /** The address that was opened last, as asked. */
  asked: URL | undefined;
  /** How the page that is shown now was answered. */
  answers: Map<Page, PageAnswer>;
  /** Something was done on a page: from here on, anything may have been sent. */
  touched: boolean;
  /** The same, since the last address was opened: the page may well be another one now. */
  acted: boolean;
  /** A password was typed since: a page that asks for one again did not take it. */
  gavePassword: boolean;
  /** Requests that are not safe in the sense of HTTP (RFC 9110, section 9.2.1), whoever made them. */
  unsafe: number;
  /** An `expect` of something was met since this page came: it is the one that was meant. */
  proved: boolean;
  /** An `expect` since then told that it has what it waits for. */
  filled: boolean;
  /** A page whose loading did not end in time. */
  unfinished: boolean;
  crashed: boolean;
  recording: Recording | undefined;
  /** Milliseconds left for an action. */
  left(most?: number): number;
  /** Runs what waits for the host's budget: its time does not count. */
  waiting<T>(wait: () => Promise<T>): Promise<T>;
  traffic(page: Page): Traffic | undefined;
  cost(): Cost;
  close(): Promise<void>;
};

export type PageAnswer = { status: number; headers: Readonly<Record<string, string>>; url: URL };

/** What is kept back of a look's time, to show and tell what went wrong in it. */
const keptBack = (limit: number): number => Math.min(1_500, limit * 0.15);
/** Milliseconds. */
const defaultLimit = 10_000;
/** Pages opened by others that nobody asked for. */
const mostPages = 10;

type Context = Pick<ReadContext & FireContext, 'signal' | 'cookies' | 'owner' | 'limit'> & { isStep?: boolean };

/** Waits for its turn: only so many markers have a page open at once. */
export async function openVisit(pool: Pool, options: BrowserOptions, context: Context, host: Host): Promise<Visit> {
  const { signal, cookies, limit = defaultLimit, isStep = false } = context;
  // No URL, so it is a host of its own in the budget: so many at once, and no more.
  const place = await host.budget('browser', signal);
  let began = host.clock.now();
  const first = began;
  try {
    const session = await untilAborted(pool.session(context, options), signal);
    const opening = async (): Promise<{ recording: Recording | undefined; page: Page }> => {
      await session.bring(cookies);
      const recording = await session.record();
      const page = await session.context.newPage();
      await dress(page, options);
      return { recording, page };
    };
    const { recording, page } = await untilEnded(opening(), session.context);
    const visit: Visit = {
      ...{ host, isStep, options, signal, session, page, recording },
      pages: [],
      downloads: [],
      notes: [],
      secretFields: [],
      asked: undefined,
      answers: new Map(),
      touched: false,
      acted: false,
      gavePassword: false,
      unsafe: 0,
      proved: false,
      filled: false,
      unfinished: false,
      crashed: false,
      left: (most) => Math.max(1, Math.min(most ?? limit, limit - keptBack(limit) - (host.clock.now() - began))),
      async waiting(wait) {
        const from = host.clock.now();
        try {
          return await wait();
        } finally {
          began += host.clock.now() - from;
        }
      },
      traffic: (of) => traffic.get(of),
      cost: () => ({ requests, bytes, ms: Math.round(host.clock.now() - first) }),
      async close() {
        signal.removeEventListener('abort', abort);
        if (!signal.aborted) await session.giveBack(cookies).catch(() => undefined);
        await visit.recording?.end().catch(() => undefined);
        await Promise.all(visit.pages.map((one) => one.close().catch(() => undefined)));
        place.release();
      },
    };
    const traffic = new Map<Page, Traffic>();
    let requests = 0;
    let bytes = 0;
    const onBytes = (size: number): void => {
      bytes += size;
    };
    const follow = (one: Page): void => {
      if (visit.pages.length >= mostPages) {
        one.close().catch(() => undefined);
        return;
      }
      visit.pages.push(one);
      traffic.set(one, trafficOf(one, host.clock));
      one.on('popup', (popup) => {
        follow(popup);
        dress(popup, options).catch(() => undefined);
      });
      one.on('crash', () => {
        visit.crashed = true;
      });
      one.on('dialog', (dialog) => void answer(visit, dialog));
      one.on('download', (download) => visit.downloads.push(download));
      one.on('request', (request) => {
        requests += 1;
        if (!/^(?:GET|HEAD|OPTIONS)$/.test(request.method())) visit.unsafe += 1;
      });
      one.on('requestfinished', (request) => {
        request.sizes().then(
          (sizes) => onBytes(sizes.responseBodySize),
          () => undefined,
        );
      });
      one.on('response', (response) => noteAnswer(visit, one, response));
    };
    follow(page);
    // Closing the pages ends whatever waits for them.
    const abort = (): void => {
      for (const one of visit.pages) one.close().catch(() => undefined);
    };
    signal.addEventListener('abort', abort, { once: true });
    if (signal.aborted) abort();
    return visit;
  } catch (error) {
    place.release();
    throw !(error instanceof Blind) && isEnd(textOf(error)) ? endedUnopened(error) : error;
  }
}

function endedUnopened(error: unknown): Blind {
  const { message, hint } = endOf('opening a page');
  return new Blind('error', message, { hint, cause: error });
}

/** A call that is under way as the browser ends is not always told. */
function untilEnded<T>(work: Promise<T>, context: BrowserContext): Promise<T> {
  return new Promise((resolve, reject) => {
    const onEnd = (): void => reject(new Error('the context has been closed'));
    context.once('close', onEnd);
    work.then(resolve, reject).finally(() => context.off('close', onEnd));
  });
}

/** What the scenario says of the pages. One that another page opens may have sent its first request before. */
async function dress(page: Page, { viewport, headers }: BrowserOptions): Promise<void> {
  if (viewport !== undefined) await page.setViewportSize(viewport);
  if (headers === undefined) return;
  await page.setExtraHTTPHeaders(
    Object.fromEntries(Object.entries(headers).map(([name, value]) => [name, String(value)])),
  );
}

function noteAnswer(visit: Visit, page: Page, response: Response): void {
  const status = response.status();
  if (!isMain(response.request()) || !URL.canParse(response.url()) || (status >= 300 && status < 400 && status !== 304))
    return;
  // Whatever was expected was so on the page before.
  if (page === visit.page) Object.assign(visit, { proved: false, filled: false });
  visit.answers.set(page, { status, headers: response.headers(), url: new URL(response.url()) });
}

/** A dialog holds its page until it is answered, so every one is, at once. */
async function answer(visit: Visit, dialog: Dialog): Promise<void> {
  const { dialog: wanted } = visit.options;
  // Staying on the page would hold up whatever leads away from it.
  const accept = wanted === undefined ? dialog.type() === 'beforeunload' : wanted === 'accept';
  await (accept ? dialog.accept() : dialog.dismiss()).catch(() => undefined);
  if (wanted !== undefined || dialog.type() === 'beforeunload' || visit.notes.length >= 5) return;
  const text = maskedLine(dialog.message(), 100, visit.host.mask);
  visit.notes.push(`a dialog (${dialog.type()} "${text}") was dismissed`);
}

function untilAborted<T>(work: Promise<T>, signal: AbortSignal): Promise<T> {
  return new Promise((resolve, reject) => {
    const onAbort = (): void => reject(signal.reason);
    if (signal.aborted) onAbort();
    signal.addEventListener('abort', onAbort, { once: true });
    work.then(resolve, reject).finally(() => signal.removeEventListener('abort', onAbort));
  });
}
