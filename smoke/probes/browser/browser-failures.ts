// What a page asked for and did not get: what it then lacks may be there all the same.

import type { Page, Request } from 'playwright';

export type Failures = {
  /** The first thing that is wrong with the page, in words; undefined where nothing is. */
  first(): string | undefined;
  /** Another page is there. */
  clear(): void;
};

/** `matters`: which requests decide on what the page shows. */
export function failuresOf(page: Page, matters: (request: Request) => boolean): Failures {
  const failed = new Map<string, string>();
  const note = (request: Request, why: string): void => void failed.set(keyOf(request), `${titleOf(request)} ${why}`);
  page.on('requestfailed', (request) => {
    const { errorText = '' } = request.failure() ?? {};
    // The page itself takes back what it no longer needs.
    if (matters(request) && isOwn(request, page) && !/ERR_ABORTED/.test(errorText)) note(request, 'failed');
  });
  page.on('response', (response) => {
    const request = response.request();
    if (!matters(request)) return;
    const status = response.status();
    // A script or a frame of others is a chat or a counter, mostly; what scripts ask of others may be the records.
    const counts = isOwn(request, page) || ['xhr', 'fetch'].includes(request.resourceType());
    if (status >= 400 && counts) note(request, `was answered ${status}`);
    // It was tried again, and came.
    else if (status < 400) failed.delete(keyOf(request));
  });
  page.on('pageerror', (error) => failed.set('', `a script of the page failed (${oneLine(error.message)})`));
  return {
    first: () => failed.values().next().value,
    clear: () => failed.clear(),
  };
}

function keyOf(request: Request): string {
  return `${request.method()} ${request.url()}`;
}

function titleOf(request: Request): string {
  const url = request.url();
  return `${request.method()} ${URL.canParse(url) ? new URL(url).pathname : url}`.slice(0, 120);
}

/** Of the same site: the last two names of the host are the same, or it is the same address. */
function isOwn(request: Request, page: Page): boolean {
  if (!URL.canParse(request.url()) || !URL.canParse(page.url())) return true;
  const [asked, shown] = [new URL(request.url()).hostname, new URL(page.url()).hostname];
  return asked === shown || (!/^[\d.:[\]]+$/.test(asked) && siteOf(asked) === siteOf(shown));
}

function siteOf(host: string): string {
  return host.split('.').slice(-2).join('.');
}

function oneLine(text: string): string {
  return text.replace(/\s+/g, ' ').trim().slice(0, 100);
}
