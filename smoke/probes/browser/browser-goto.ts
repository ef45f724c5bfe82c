// Opens an address in a browser, and says which answers are pages and which only that nothing could be seen.

import { textOf } from '../../core/text-of.ts';
import { shownUrl } from '../http/http-address.ts';
import { asksForPassword, leadsToLogin } from '../http/http-login.ts';
import { retryAfterMs } from '../http/retry-after.ts';
import type { Action } from './browser-action.ts';
import { isEnd } from './browser-end.ts';
import { BrowserFault, crashed, faultOf, firstLine, placeOf } from './browser-fault.ts';
import type { Visit } from './browser-visit.ts';

/** A page may go on loading for ever (a stalled picture); what it shows by then is looked at all the same. In ms. */
const loading = 5_000;
const pauseWithoutWord = 1_000;

export async function openAddress(goto: NonNullable<Action['goto']>, visit: Visit): Promise<void> {
  const { url, until = 'load' } = typeof goto === 'string' ? { url: goto } : goto;
  const { host, page, signal } = visit;
  const asked = new URL(url);
  const what = `goto ${shownUrl(asked, host.mask)}`;
  Object.assign(visit, { asked, proved: false, filled: false, acted: false, gavePassword: false, unfinished: false });
  visit.answers.delete(page);
  const place = await visit.waiting(() => host.budget(asked.origin, signal));
  try {
    await page.goto(url, { waitUntil: 'domcontentloaded', timeout: visit.left() });
    await page
      .waitForLoadState(until, { timeout: visit.left(until === 'load' ? loading : undefined) })
      .catch((error) => {
        if (!(error instanceof Error) || error.name !== 'TimeoutError') throw error;
        visit.unfinished = true;
      });
  } catch (error) {
    // The address of a file: there is no page to see, but the file has come.
    const isFile = error instanceof Error && /Download is starting/.test(error.message);
    // Chromium shows a page of its own for an error without a body; how it was answered is known all the same.
    const isEmpty = error instanceof Error && /ERR_HTTP_RESPONSE_CODE_FAILURE/.test(error.message);
    if (!isFile && !(isEmpty && visit.answers.has(page))) throw gotoFault(error, what, visit);
  } finally {
    place.release();
  }
  await page.evaluate('0').catch((error: unknown) => {
    // A page that crashed as it came would hold up every action.
    if (visit.crashed || (error instanceof Error && isEnd(error.message))) throw crashed(what, error);
  });
  slowDown(visit);
}

function gotoFault(error: unknown, what: string, visit: Visit): BrowserFault {
  const message = textOf(error);
  const code = /net::(ERR_\w+)/.exec(message)?.[1];
  if (code === undefined || visit.signal.aborted) {
    const hint = 'Raise timeout if the service is known to be slow.';
    return (
      faultOf(error, what, visit) ??
      new BrowserFault('timeout', `${what}: the page did not come in time`, { hint, cause: error })
    );
  }
  if (visit.crashed || code === 'ERR_ABORTED') {
    return visit.crashed
      ? crashed(what, error)
      : new BrowserFault('wrong-answer', `${what}: no page came`, { cause: error });
  }
  const refusal = refusals.find(({ codes }) => codes.test(code));
  // After a redirect, a request has left all the same.
  if (refusal !== undefined) {
    const { happened, hint } = refusal;
    const unsent = visit.answers.size === 0 && !wasRedirected(message, visit);
    return new BrowserFault('refused', `${what}: ${happened} (${code})`, { hint, cause: error, unsent });
  }
  if (code === 'ERR_TOO_MANY_REDIRECTS')
    return new BrowserFault('wrong-answer', `${what}: redirected without end`, { cause: error });
  if (/TIMED_OUT/.test(code))
    return new BrowserFault('timeout', `${what}: the connection timed out (${code})`, { cause: error });
  return new BrowserFault('error', `${what}: ${firstLine(message, visit)}`, { cause: error });
}

const refusals: readonly { codes: RegExp; happened: string; hint: string }[] = [
  {
    codes: /CONNECTION_REFUSED|UNSAFE_PORT/,
    happened: 'connection refused',
    hint: 'Is the service up, and is the port right?',
  },
  {
    codes: /NAME_NOT_RESOLVED|NAME_RESOLUTION/,
    happened: 'the name does not resolve',
    hint: 'Check the host name and the DNS of this machine.',
  },
  {
    codes: /ADDRESS_UNREACHABLE|INTERNET_DISCONNECTED/,
    happened: 'no route to the host',
    hint: 'Is this machine in the right network?',
  },
  {
    codes: /CERT_|SSL_/,
    happened: 'the TLS connection could not be made',
    hint: 'Let this machine trust its authority, or use --insecure on a test system.',
  },
];

/** Chromium names the address at which it failed. */
function wasRedirected(message: string, { asked }: Visit): boolean {
  const at = / at (\S+)/.exec(message)?.[1];
  return asked !== undefined && at !== undefined && URL.canParse(at) && new URL(at).origin !== asked.origin;
}

/** Passes on what the host asks for. */
function slowDown({ answers, page, host, asked }: Visit): void {
  const answer = answers.get(page);
  if (answer === undefined || asked === undefined || (answer.status !== 429 && answer.status !== 503)) return;
  const said =
    retryAfterMs(answer.headers['retry-after'], host.clock) ?? (answer.status === 429 ? pauseWithoutWord : 0);
  if (said > 0) host.pause(answer.url.origin, said);
}

/** Why the page that is shown now is not one that anything could be seen on; undefined where it is. */
export async function misplaced(visit: Visit, { absent }: { absent: boolean }): Promise<BrowserFault | undefined> {
  const { page, asked, host, answers } = visit;
  const answer = answers.get(page);
  const url = URL.canParse(page.url()) ? new URL(page.url()) : undefined;
  const shown = answer === undefined ? '' : shownUrl(answer.url, host.mask);
  const atLogin = url !== undefined && leadsToLogin(url) && (asked === undefined || !leadsToLogin(asked));
  if (atLogin) return loggedOut(`the browser was led to ${shownUrl(url, host.mask)}`, visit);
  const status = answer?.status ?? 200;
  const isPage = (status >= 200 && status < 300) || status === 304;
  if ((absent || status === 401 || status === 403) && (await showsPassword(visit)))
    return loggedOut(`${shown || 'the page'} asks for a password`, visit);
  if (isPage) return undefined;
  const answered = `${shown} answered ${status}`;
  if (status === 401 || status === 403) {
    const hint = 'Check the credentials of this look and what they may read.';
    return new BrowserFault('permission', answered, { hint, unauthorized: status === 401 });
  }
  if (status === 408 || status === 425 || status === 429 || status >= 500) {
    const retryAfter = retryAfterMs(answer?.headers['retry-after'], host.clock);
    return new BrowserFault('busy', answered, retryAfter === undefined ? {} : { retryAfter });
  }
  return new BrowserFault('wrong-answer', answered);
}

/** The address that was answered with 404 or 410: as it was asked for, or where an action led to. */
export function goneAt({ acted, answers, asked, page }: Visit): URL | undefined {
  const answer = answers.get(page);
  if (answer === undefined || (answer.status !== 404 && answer.status !== 410)) return undefined;
  return acted ? answer.url : (asked ?? answer.url);
}

export async function showsPassword({ page }: Visit): Promise<boolean> {
  const fields = page.locator('input[type=password]');
  if ((await fields.count().catch(() => 0)) === 0) return false;
  const shown = await fields.evaluateAll((all) => all.map((one) => one.outerHTML.slice(0, 2_000))).catch(() => []);
  return shown.some(asksForPassword);
}

function loggedOut(message: string, { isStep }: Visit): BrowserFault {
  return new BrowserFault('logged-out', message, {
    hint: `The session may have expired, or the login failed: log in before this ${isStep ? 'step' : 'look'}.`,
  });
}

/**
 * In a step, a login page may well be the one that is meant: `missed` says what was not found on it. Undefined for a look,
 * and on any other page. One that comes after a password was typed is the answer to that.
 */
export function missedAtLogin(elsewhere: BrowserFault, missed: string, visit: Visit): BrowserFault | undefined {
  const { isStep, gavePassword } = visit;
  if (!isStep || elsewhere.fault.kind !== 'logged-out') return undefined;
  if (gavePassword)
    return new BrowserFault('logged-out', `the login page came again, at ${placeOf(visit)}`, {
      hint: 'Are user and password right?',
      cause: elsewhere,
    });
  const hint =
    'This is a login page: check the locator (--headed shows the page), and whether a login before it succeeded.';
  return new BrowserFault('logged-out', missed, { hint, cause: elsewhere });
}
